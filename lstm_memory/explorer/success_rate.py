"""A control panel that trains many networks and shows how many of them remember."""

import ipywidgets as widgets

from ..pictures import curves
from .form import NONE_IN_WORDS, SETTING_NAMES
from .panel import Panel

FIELDS_SHOWN = ("bptt_steps", "learning_rate", "epochs")
MAX_CURVES = 4  # curves in the picture


class SuccessRate(Panel):
    """Set reach, learning rate and epochs; press Train; see how many of the networks remember.

    A `Panel` for `seeds` networks, all trained at once. `shown`: which settings have a field,
    if not these three; others may be given as well. The picture keeps the last four trainings
    of a task, so that they can be compared. With `threaded` False, for places that show
    nothing while a thread is at work, the page waits instead.
    """

    def __init__(self, shown=FIELDS_SHOWN, *, seeds=100, threaded=True, **settings):
        super().__init__(shown, threaded=threaded, initialisations=seeds, **settings)
        self._curves, self._task, self.picture = {}, None, widgets.HTML()
        controls = [self.fields[name] for name in shown]
        left = [*controls, widgets.HBox(list(self.buttons.values())), self.bar, self.message]
        self.children = [
            widgets.Box(
                [widgets.VBox(left, layout={"flex": "0 0 330px"}), self.picture],
                layout={"flex_flow": "row wrap", "grid_gap": "12px"},
            )
        ]
        self.observe(self._show_runs, "moment")

    def _show_runs(self, change):
        if self.runs.task != self._task:
            self._task, self._curves = self.runs.task, {}
        name = ", ".join(self._names())
        self._curves.pop(name, None)
        self._curves[name] = self.counts
        self._curves = dict(list(self._curves.items())[-MAX_CURVES:])
        self.picture.value = curves.success(self._curves, width=600).inline()

    def _names(self):
        """The settings shown, in short."""
        for name in self.fields:
            value = getattr(self.runs.settings, name, None)
            if name not in ("sequences", "epochs", "initialisations"):
                value = NONE_IN_WORDS.get(name, "none") if value is None else f"{value}"
                yield f"{SETTING_NAMES[name].removeprefix('learning ')} {value}"
