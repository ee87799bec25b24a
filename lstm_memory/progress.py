"""A bar that shows in a notebook how far a computation is, and how long it may still take."""

import sys
from time import monotonic

import ipywidgets as widgets

from .errors import instance, whole_number

CHANGE_INTERVAL = 0.1  # seconds between two changes


class ProgressBar(widgets.HBox):
    """A progress bar with the time left; give it as `progress` to a training or a sweep.

    It shows itself where a notebook can show it. `what` it counts: "epochs", "settings".
    """

    def __init__(self, what="epochs"):
        instance("what", what, str, "a word for what is counted, such as epochs")
        self._what, self._began, self._changed = what, None, -CHANGE_INTERVAL
        self.bar = widgets.FloatProgress(min=0, max=1)
        self.message = widgets.Label()
        super().__init__([self.bar, self.message])
        if in_notebook():
            from IPython.display import display

            display(self)

    def __call__(self, done, total):
        """Show that `done` of `total` are done, two whole numbers; raises `InputError`."""
        total = whole_number("total", total, 0, 10**15)
        done = whole_number("done", done, 0, total)
        now = monotonic()
        if self._began is None:
            self._began = (now, done)
        if done < total and now - self._changed < CHANGE_INTERVAL:
            return
        self._changed = now
        self.bar.value = done / total if total else 1.0
        self.message.value = f"{done:,} of {total:,} {self._what}{self._left(now, done, total)}"

    def _left(self, now, done, total):
        """The time left in words, from what was done since the first call."""
        began, before = self._began
        if done == total:
            return f", {duration(now - began)}"
        if done == before:
            return ""
        return f", about {duration((now - began) / (done - before) * (total - done))} left"

    def __repr__(self):  # which a notebook's file keeps of it
        return "Here a bar shows the progress."


def duration(seconds):
    """Seconds in words, to two digits or so."""
    seconds = round(seconds)
    if seconds < 100:
        return f"{seconds} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 100 else f"{minutes // 60} h {minutes % 60} min"


def in_notebook():
    """Whether this runs in a kernel, where widgets can be shown."""
    ipython = sys.modules.get("IPython")
    shell = ipython and ipython.get_ipython()
    return getattr(shell, "kernel", None) is not None


def bar_if_seen(what):
    """A `ProgressBar` in a notebook, elsewhere a function that says nothing."""
    return ProgressBar(what) if in_notebook() else lambda done, total: None
