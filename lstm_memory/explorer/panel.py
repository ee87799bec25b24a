"""What every control panel has: an `Experiment` as a widget with fields, buttons and status."""

import ipywidgets as widgets

from .experiment import Experiment
from .fields import fields
from .form import SETTING_NAMES
from .parts import status


def button(words, tooltip, do, icon=""):
    """A button with words on it; `do` is called without arguments when it is pressed."""
    made = widgets.Button(description=words, tooltip=tooltip, icon=icon, layout={"width": "auto"})
    made.on_click(lambda _: do())
    return made


class Panel(Experiment, widgets.VBox):
    """An `Experiment` that can be seen: `fields`, `buttons`, a progress `bar` and `message`.

    What is made of it puts these on its page, and observes `moment` to show a new result.
    """

    def __init__(self, names=tuple(SETTING_NAMES), **settings):
        super().__init__(**settings)
        self.fields = fields(self, names)
        self.buttons = {
            "train": button(
                "Train", "Train a new network with these settings.", self.train, "play"
            ),
            "stop": button(
                "Stop", "End the training and keep what was learnt so far.", self.stop, "stop"
            ),
        }
        self.buttons["train"].style.font_weight = "bold"
        self.bar = widgets.FloatProgress(min=0, max=1, layout={"width": "auto"})
        self.message = widgets.HTML()
        self.observe(self._show_progress, "progress")
        self.observe(self._show_status, "status")
        self._show_status()

    def _show_progress(self, change=None):
        self.bar.value = self.progress

    def _show_status(self, change=None):
        self.message.value = status(self.status)

    def close(self):
        """End the training at work and take the widget off the page."""
        self.stop()
        super().close()

    def __repr__(self):
        return f"{type(self).__name__}()"
