"""The pages of the Explorer, one of which can be seen at a time, and the simple ones of them."""

import ipywidgets as widgets

from ..pictures import curves, insides
from ..pictures.cell import cell
from ..pictures.network import FEW_UNITS, MOST_UNITS, in_words, network, telling
from ..pictures.words import passing
from . import parts
from .parts import HTML, button, control, picture, row, status

HALF_WIDTH = 400  # of a picture beside another, in pixels
CELL_WIDTH = 500  # of the cell beside the network
ONE_NETWORK = (
    "One network was trained, and one is no rate. Set <i>initialisations</i> (among"
    " the settings under More settings) to 100, say, and press Train."
)
EXPLAIN = (
    '<p style="line-height: 1.4">Read it from top to bottom. A column is a unit, which carries two'
    " numbers from step to step: the cell state c, its memory, and the hidden state h, what it"
    " tells. The forget gate f says how much of the old c is kept, the input gate i how much of the"
    " candidate g is added; the output gate o says how much of c is told, as h. The bars say how"
    " sure the network is that a symbol comes next.</p>"
    '<p style="line-height: 1.4">A gate is light as far as it is open, and dark as far as it is'
    " shut. Red is above zero, blue below. Point at a cell for its sum. Choose a unit by a click,"
    " or with the arrow keys up and down, to keep its sum in sight while you step.</p>"
)


class Page(widgets.VBox):
    """A part of the Explorer that is drawn only while it is in sight."""

    title = ""

    def __init__(self, experiment, parts):
        self.experiment, self._is_in_sight, self._is_stale = experiment, False, True
        super().__init__(parts)

    def draw(self):
        """Bring what it shows up to date."""

    def refresh(self, change=None):
        """Draw because something has changed: now, or when the page comes into sight."""
        self._is_stale = True
        self._draw_if_seen()

    def turn(self, is_in_sight):
        """Come into sight, or go out of it."""
        self._is_in_sight = is_in_sight
        self._draw_if_seen()

    def _draw_if_seen(self):
        with self.experiment.showing:
            if self._is_in_sight and self._is_stale and not self.experiment.is_settling:
                self.draw()
                self._is_stale = False


class ResultPage(Page):
    """A page that shows the result of an experiment at the moment there is.

    `follows`: the traits of the experiment that it is drawn of; the first one is a `Moment`.
    """

    follows = ("moment",)

    def __init__(self, experiment, *parts):
        self.picture = picture("It appears here after the first training.")
        super().__init__(experiment, [*parts, self.picture])
        experiment.observe(self.refresh, self.follows)

    def draw(self):
        moment = getattr(self.experiment, self.follows[0])
        if moment is not None:
            self.show(moment)

    def show(self, moment):
        """Show the `Moment`."""


class Network(ResultPage):
    """The network at one time step, and beside it the cell of the unit that was chosen."""

    title = "The network"
    follows = ("shown", "sequence", "step", "unit")

    def __init__(self, experiment):
        self.caption, self.cell = HTML(), picture(max_width="680px")
        explain = HTML(EXPLAIN)
        self._ordered, self._units = None, None  # the run and sequence whose units are in order
        lines = "Show weights: of the symbol that is read and of the output as lines, of h as rows."
        every = f"Show all units, or at most {MOST_UNITS}, the most telling first."
        self.weights = widgets.Checkbox(description="weights", tooltip=lines, indent=False)
        self.all = widgets.Checkbox(description="all units", tooltip=every, indent=False)
        for box in (self.weights, self.all):
            box.layout.width = "auto"
            box.observe(self.refresh, "value")
        let_go = "Choose no unit."
        self.let_go = button(
            "Let the unit go", let_go, lambda: self.choose(None), layout={"width": "auto"}
        )
        super().__init__(experiment)
        self.picture.layout.flex, self.picture.layout.max_width = "1 1 480px", "700px"
        self.picture.add_class("lstm-memory-network")
        boxes = row(self.weights, self.all, self.let_go, grid_gap="0 12px")
        beside = widgets.VBox([self.caption, boxes, self.cell, explain])
        beside.layout = {"flex": "1 1 330px", "min_width": "0"}
        self.children = [row(self.picture, beside, grid_gap="0 12px")]

    def _order(self, moment):
        """The units in the order that they have in the end: in a film they stay in their places."""
        now = (self.experiment.run, self.experiment.sequence)
        if moment is not self.experiment.moment:  # in the middle of a training
            return None
        if self._ordered != now:
            self._ordered, self._units = now, telling(*now)
        return self._units

    def choose(self, unit):
        self.experiment.unit = unit

    def next_unit(self, by):
        """Choose the next unit in the order in which they are drawn, or the one before."""
        shown = self.experiment.shown
        if shown is None:
            return
        order = self._order(shown) or telling(shown.run, self.experiment.sequence)
        unit = self.experiment.unit
        place = order.index(unit) + by if unit in order else 0
        self.choose(order[place % len(order)])

    def show(self, moment):
        experiment, run = self.experiment, moment.run
        place = (experiment.sequence, experiment.step)
        units = MOST_UNITS if self.all.value else FEW_UNITS
        more = (experiment.unit, units, self.weights.value, moment.trace)
        self.picture.value = network(run, *place, *more, self._order(moment)).inline()
        self.caption.value = status(in_words(run, *place, moment.trace))
        chosen = experiment.unit is not None
        self.let_go.layout.display = "" if chosen else "none"
        self.cell.value = ""
        if chosen and moment.trace.c is not None:
            drawn = cell(moment.trace, run.task, *place, experiment.unit, CELL_WIDTH)
            self.cell.value = drawn.inline()


class Inside(ResultPage):
    """Heatmaps of all that the layer held, and of what tells a sequence from another one."""

    title = "States and gates"
    follows = ("shown", "sequence", "step")

    def __init__(self, experiment):
        super().__init__(experiment)
        self.apart = picture(flex="1 1 360px", max_width="560px")
        self.picture.layout.flex, self.picture.layout.max_width = "12 1 560px", "800px"
        self.children = [row(self.picture, self.apart)]

    def show(self, moment):
        run, place = moment.run, (self.experiment.sequence, HALF_WIDTH)
        step, held = self.experiment.step, moment.trace
        self.picture.value = insides.heatmaps(held, run.task, step=step).inline()
        apart = insides.differences(run, *place, step=step, held=held)
        self.apart.value = apart.inline() if apart else ""


class Unit(ResultPage):
    """One unit as lines."""

    title = "One unit"
    follows = ("shown", "step")

    def __init__(self, experiment):
        tooltip = "Which unit to show, counted from 0."
        self.unit = control(widgets.BoundedIntText, "unit", tooltip, label=40, width="130px", max=0)
        super().__init__(experiment, self.unit)
        self.unit.observe(self._choose, "value")
        experiment.observe(self._follow, "unit")

    def _choose(self, change):
        if self.experiment.unit is not None:
            self.experiment.unit = self.unit.value
        self.refresh()

    def _follow(self, change):
        """Show the unit that was chosen elsewhere."""
        if self.experiment.unit is not None:
            self.unit.max = max(self.unit.max, self.experiment.unit)
            self.unit.value = self.experiment.unit

    def show(self, moment):
        self.unit.max = moment.run.settings.neurons - 1
        unit, step = min(self.unit.value, self.unit.max), self.experiment.step
        drawn = insides.unit_lines(moment.trace, moment.run.task, unit, step=step)
        self.picture.value = drawn.inline()


class Many(ResultPage):
    """How many networks pass the test, if several were trained."""

    title = "Success rate"

    def show(self, moment):
        networks = len(self.experiment.runs.seeds)
        if networks == 1:
            self.picture.value = ONE_NETWORK
        else:
            counts = {f"{networks} networks": self.experiment.counts}
            said = passing(moment.run)
            title = f"Networks that {said.several}"
            self.picture.value = curves.success(counts, title, share=said.share).inline()


class Table(ResultPage):
    """The predictions as numbers."""

    title = "Numbers"
    follows = ("moment", "sequence", "step")

    def show(self, moment):
        place = (self.experiment.sequence, self.experiment.step)
        self.picture.value = parts.predictions(moment.run, place)


class Pages(widgets.Tab):
    """Pages, one of which is in sight, and knows it."""

    def __init__(self, pages):
        super().__init__(pages, titles=[page.title for page in pages], selected_index=0)
        self.observe(self._turn, "selected_index")
        self._turn()

    def turn_to(self, title):
        """Bring the page with that title to the front."""
        self.selected_index = self.titles.index(title)

    def page(self, title):
        """The page with that title."""
        return self.children[self.titles.index(title)]

    def _turn(self, change=None):
        for place, page in enumerate(self.children):
            page.turn(place == (self.selected_index or 0))
