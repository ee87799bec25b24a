"""The pages of the Explorer, one of which can be seen at a time, and the simple ones of them."""

import ipywidgets as widgets

from ..pictures import curves, insides
from . import parts
from .parts import control

ONE_NETWORK = (
    "One network was trained, and one is no rate. Set <i>initialisations</i> (among"
    " the settings under More settings) to 100, say, and press Train."
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
            if self._is_in_sight and self._is_stale:
                self.draw()
                self._is_stale = False


class ResultPage(Page):
    """A page that shows the result of an experiment at the moment there is."""

    def __init__(self, experiment, *parts):
        self.picture = widgets.HTML("It appears here after the first training.")
        super().__init__(experiment, [*parts, self.picture])
        experiment.observe(self.refresh, "moment")

    def draw(self):
        if self.experiment.moment is not None:
            self.show(self.experiment.moment)

    def show(self, moment):
        """Show the `Moment`."""


class Inside(ResultPage):
    """Heatmaps of all that the layer held."""

    title = "States and gates"

    def show(self, moment):
        self.picture.value = insides.heatmaps(moment.trace, moment.run.task).inline()


class Unit(ResultPage):
    """One unit as lines."""

    title = "One unit"

    def __init__(self, experiment):
        tooltip = "Which unit to show, counted from 0."
        self.unit = control(widgets.BoundedIntText, "unit", tooltip, label=40, width="130px", max=0)
        super().__init__(experiment, self.unit)
        self.unit.observe(self.refresh, "value")

    def show(self, moment):
        self.unit.max = moment.run.settings.neurons - 1
        unit = min(self.unit.value, self.unit.max)
        self.picture.value = insides.unit_lines(moment.trace, moment.run.task, unit).inline()


class Many(ResultPage):
    """How many networks remember, if several were trained."""

    title = "Success rate"

    def show(self, moment):
        networks = len(self.experiment.runs.seeds)
        if networks == 1:
            self.picture.value = ONE_NETWORK
        else:
            counts = {f"{networks} networks": self.experiment.counts}
            self.picture.value = curves.success(counts).inline()


class Table(ResultPage):
    """The predictions as numbers."""

    title = "Numbers"

    def show(self, moment):
        self.picture.value = parts.predictions(moment.run)


class Pages(widgets.Tab):
    """Pages, one of which is in sight, and knows it."""

    def __init__(self, pages):
        super().__init__(pages, titles=[page.title for page in pages], selected_index=0)
        self.observe(self._turn, "selected_index")
        self._turn()

    def turn_to(self, title):
        """Bring the page with that title to the front."""
        self.selected_index = self.titles.index(title)

    def _turn(self, change=None):
        for place, page in enumerate(self.children):
            page.turn(place == (self.selected_index or 0))
