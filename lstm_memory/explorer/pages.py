"""The pages of the Explorer, one of which can be seen at a time, and the simple ones of them."""

import ipywidgets as widgets

from ..pictures import curves, insides
from ..pictures.words import sequence_name
from . import parts

NOTHING = "It appears here after the first training."


class Page(widgets.VBox):
    """A part of the Explorer that draws the result of an experiment when it is in sight."""

    title = ""

    def __init__(self, experiment, *parts):
        self.experiment, self.picture = experiment, widgets.HTML(NOTHING)
        super().__init__([*parts, self.picture])

    def draw(self):
        """Show the moment there is; called only when there is one, and nothing else draws."""

    def draw_again(self, change=None):
        """Draw because of something other than a new moment."""
        with self.experiment.showing:
            if self.experiment.moment is not None:
                self.draw()


class Inside(Page):
    """Heatmaps of all that the layer held."""

    title = "States and gates"

    def draw(self):
        moment = self.experiment.moment
        self.picture.value = insides.heatmaps(moment.trace, moment.run.task).inline()


class Unit(Page):
    """One unit as lines."""

    title = "One unit"

    def __init__(self, experiment):
        self.unit = widgets.BoundedIntText(
            description="unit",
            tooltip="Which unit to show, counted from 0.",
            min=0,
            max=0,
            style={"description_width": "40px"},
            layout={"width": "130px"},
        )
        super().__init__(experiment, self.unit)
        self.unit.observe(self.draw_again, "value")

    def draw(self):
        moment = self.experiment.moment
        self.unit.max = moment.run.settings.neurons - 1
        unit = min(self.unit.value, self.unit.max)
        self.picture.value = insides.unit_lines(moment.trace, moment.run.task, unit).inline()


class Many(Page):
    """How many networks remember, if several were trained."""

    title = "Success rate"

    def draw(self):
        experiment = self.experiment
        if len(experiment.runs.seeds) == 1:
            self.picture.value = (
                "One network was trained, and one is no rate. Set <i>initialisations</i> (among"
                " the settings under More settings) to 100, say, and press Train."
            )
            return
        networks = f"{len(experiment.runs.seeds)} networks"
        self.picture.value = curves.success({networks: experiment.counts}).inline()


class Table(Page):
    """The predictions as numbers."""

    title = "Numbers"

    def draw(self):
        self.picture.value = parts.predictions(self.experiment.moment.run)


class Pages(widgets.Tab):
    """Pages, of which only the one in sight is drawn."""

    def __init__(self, experiment, pages):
        self._experiment, self._stale = experiment, set()
        super().__init__(pages, titles=[page.title for page in pages], selected_index=0)
        self.observe(self._draw_if_stale, "selected_index")

    def draw(self):
        """There is a new moment: draw it on the page in sight."""
        self._stale = set(self.children)
        self._draw_if_stale()

    def turn_to(self, title):
        """Bring the page with that title to the front."""
        self.selected_index = [page.title for page in self.children].index(title)

    def _draw_if_stale(self, change=None):
        with self._experiment.showing:
            page = self.children[self.selected_index or 0]
            if page in self._stale:
                page.draw()
                self._stale.discard(page)


def names_of_sequences(task):
    """The sequences as options of a choice."""
    return [(sequence_name(task, k), k) for k in range(len(task.steps))]
