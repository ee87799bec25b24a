"""A control panel that trains many networks and shows how many of them remember."""

import ipywidgets as widgets

from ..pictures import curves
from ..pictures.words import passing
from .form import SETTINGS, name_in_words, value_in_words
from .panel import Panel
from .parts import HTML, picture, row, style
from .still import SUCCESS_RATE

FIELDS_SHOWN = ("bptt_steps", "learning_rate", "epochs")
MAX_CURVES = 4  # curves in the picture


class SuccessRate(Panel):
    """Set reach, learning rate and epochs; press Train; see how many of the networks remember.

    A `Panel` for `seeds` networks, all trained at once. `shown`: which settings have a field,
    if not these three; others may be given as well. The picture keeps the last four trainings
    of a task, so that they can be compared. With `threaded` False, for places that show
    nothing while a thread is at work, the page waits instead.
    """

    fallback = SUCCESS_RATE

    def __init__(self, shown=FIELDS_SHOWN, *, seeds=100, threaded=True, **settings):
        super().__init__(shown, threaded=threaded, initialisations=seeds, **settings)
        self._curves, self._task, self.picture = {}, None, picture()
        buttons = widgets.HBox(list(self.buttons.values()))
        left = [*self.fields.values(), buttons, self.bar, self.message]
        left = widgets.VBox(left, layout={"flex": "0 1 330px", "min_width": "0"})
        self.children = [HTML(style()), row(left, self.picture, grid_gap="12px")]
        self.observe(self._show_runs, "moment")

    def _show_runs(self, change):
        if self.runs.task != self._task:
            self._task, self._curves = self.runs.task, {}
        name = ", ".join(self._names())
        self._curves.pop(name, None)
        self._curves[name] = self.counts
        self._curves = dict(list(self._curves.items())[-MAX_CURVES:])
        said = passing(self.runs)
        title = f"Networks that {said.several}"
        drawn = curves.success(self._curves, title, width=600, share=said.share)
        self.picture.value = drawn.inline()

    def _names(self):
        """The settings shown, in short."""
        for name in self.fields:
            if name in SETTINGS and name != "epochs":
                value = value_in_words(name, getattr(self.runs.settings, name))
                yield f"{name_in_words(name).removeprefix('learning ')} {value}"
