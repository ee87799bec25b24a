"""What every control panel has: an `Experiment` as a widget with fields, buttons and status."""

import ipywidgets as widgets

from .experiment import Experiment
from .fields import field
from .form import CONTROLS
from .parts import status


def button(words, tooltip, do, icon=""):
    """A button with words on it; `do` is called without arguments when it is pressed."""
    made = widgets.Button(description=words, tooltip=tooltip, icon=icon, layout={"width": "auto"})
    made.on_click(lambda _: do())
    return made


def row(*children, **layout):
    """Widgets side by side, and below each other where there is no room."""
    return widgets.Box(children, layout={"flex_flow": "row wrap"} | layout)


class Panel(Experiment, widgets.VBox):
    """An `Experiment` that can be seen: `fields`, `buttons`, a progress `bar` and `message`.

    What is made of it puts these on its page, and observes `moment` to show a new result.
    """

    def __init__(self, names=tuple(CONTROLS), **settings):
        super().__init__(**settings)
        self.fields = {name: field(self, name) for name in names}
        train = button("Train", "Train a new network with these settings.", self.train, "play")
        stop = "End the training and keep what was learnt so far."
        self.buttons = {"train": train, "stop": button("Stop", stop, self.stop, "stop")}
        train.style.font_weight = "bold"
        self.bar = widgets.FloatProgress(min=0, max=1, layout={"width": "auto"})
        self.message = widgets.HTML()
        self.observe(self._show_progress, ["progress", "status"])
        self._show_progress()

    def _show_progress(self, change=None):
        self.bar.value, self.message.value = self.progress, status(self.status)

    def close(self):
        """End the training at work and take the widget off the page."""
        self.stop()
        super().close()

    def __repr__(self):
        return f"{type(self).__name__}()"
