"""A control panel that trains many networks and shows how many of them remember."""

import ipywidgets as widgets

from . import curves
from .panel import Panel

SHOWN = ("bptt_steps", "learning_rate", "epochs")
MOST = 4  # curves in the picture


class SuccessRate(Panel):
    """Set reach, learning rate and epochs; press Train; see how many of the networks remember.

    A `Panel` for `seeds` networks, all trained at once. The picture keeps the last four
    trainings, so that they can be compared. With `threaded` False, for places that show
    nothing while a thread is at work, the page waits instead.
    """

    def __init__(self, *, seeds=100, threaded=True, **settings):
        super().__init__(SHOWN, threaded=threaded, initialisations=seeds, **settings)
        self._curves, self.picture = {}, widgets.HTML()
        controls = [self.fields[name] for name in SHOWN]
        left = [*controls, widgets.HBox(list(self.buttons.values())), self.bar, self.words]
        self.children = [
            widgets.Box(
                [widgets.VBox(left, layout={"flex": "0 0 330px"}), self.picture],
                layout={"flex_flow": "row wrap", "grid_gap": "12px"},
            )
        ]
        self.observe(self._show_runs, "runs")

    def _show_runs(self, change):
        settings = self.runs.settings
        name = f"reach {settings.bptt_steps or 'whole'}, rate {settings.learning_rate:g}"
        self._curves.pop(name, None)
        self._curves[name] = self.counts
        self._curves = dict(list(self._curves.items())[-MOST:])
        self.picture.value = curves.success(self._curves, width=6).html()
