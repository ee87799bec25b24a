"""What every control panel has: an `Experiment` as a widget with fields, buttons and status.

A field shows a setting and changes it. A number is typed freely. What was typed stays as it is,
and what is wrong with it stands below the control.
"""

from contextlib import suppress

import ipywidgets as widgets
from traitlets import TraitError

from ..errors import a_list, one_of, short_repr
from ..settings import NUMBERS
from .experiment import Experiment
from .form import CONTROLS, name_in_words, note_in_words, yes_or_no
from .parts import HTML, button, control, in_the_way, status
from .presets import TASKS
from .still import bundle

AS_TYPED = "as typed below"


def box(words, tooltip):
    """A box to tick, under the controls."""
    layout = {"width": "auto", "margin": "0 0 0 112px"}
    return widgets.Checkbox(description=words, tooltip=tooltip, indent=False, layout=layout)


class Field(widgets.VBox):
    """A `control` for one setting, and a `note` for what is wrong with it.

    If the setting may be None, ticking the box `all` means that.
    """

    def __init__(self, experiment, name):
        self._experiment, self._name, self._about = experiment, name, CONTROLS[name]
        self._writing = False  # from the setting to the controls
        self.control, self.note, self.all = self._make(), HTML(), None
        if none := self._about.none:
            self._number = none.usual  # what it was before it was None
            self.all = box(NUMBERS[name][-1], none.tooltip)
            self.all.observe(self._read_all, "value")
        super().__init__([part for part in (self.control, self.all, self.note) if part])
        self._write()
        self._show_note()
        experiment.observe(self._write, name)
        experiment.observe(self._show_note, "errors")
        self.control.observe(self._read, "value")

    def _make(self):
        """The control; what is typed into it counts when the keyboard leaves it."""
        if self._about.read is yes_or_no:
            return box(f"{self._name} the sequences", self._about.tooltip)
        kind, look = widgets.Text, {"continuous_update": False}
        if self._about.options:
            kind, look = widgets.Dropdown, {"options": self._about.options}
        elif self._about.none:
            look["placeholder"] = self._about.none.word
        elif self._name == "sequences":
            kind, look["rows"] = widgets.Textarea, 3
        return control(kind, name_in_words(self._name), self._about.tooltip, **look)

    def _set(self, value):
        """Set the setting, because of a change of the controls that is not our own."""
        if not self._writing:
            setattr(self._experiment, self._name, value)

    def _read(self, change):
        self._set(self._about.read(self.control.value))

    def _read_all(self, change):
        self._set(None if self.all.value else self._number)

    def _write(self, change=None):
        """Show the setting; what was typed stays if it already means that."""
        value = getattr(self._experiment, self._name)
        self._writing = True
        if self.all:
            self.all.value = value is None
            self._number = self._number if value is None else value
        typed = self._about.read(self.control.value)
        if type(typed) is not type(value) or typed != value:
            self._put("" if value is None and self.all else value)
        self._writing = False

    def _put(self, value):
        """Put a value into the control; what does not fit shows in the note alone."""
        with suppress(TraitError):
            is_box = isinstance(self.control, widgets.Checkbox)
            self.control.value = value if is_box else _as_text(value)

    def _show_note(self, change=None):
        words = self._experiment.errors.get(self._name, "")
        self.note.value = in_the_way(note_in_words(self._name, words))


def _as_text(value):
    """Any value as a text that a control has room for."""
    try:
        return str(value)[:10_000]
    except Exception:  # of a whole number of over 4,300 digits, or an object that can't tell
        return short_repr(value)


class Sequences(Field):
    """Sequences as typed, or a `ready` task."""

    def __init__(self, experiment, name):
        tooltip = "Sequences that are ready to be learnt, or your own below."
        options = {AS_TYPED: "", **TASKS}
        self.ready = control(widgets.Dropdown, "task", tooltip, options=options)
        super().__init__(experiment, name)
        self.children = [self.ready, self.control, self.note]
        self.ready.observe(self._read_ready, "value")

    def _read_ready(self, change):
        if self.ready.value:
            self._set(self.ready.value)

    def _write(self, change=None):
        super()._write()
        typed = getattr(self._experiment, self._name)
        self.ready.value = typed if isinstance(typed, str) and typed in TASKS.values() else ""


class Panel(Experiment, widgets.VBox):
    """An `Experiment` that can be seen: `fields`, `buttons`, a progress `bar` and `message`.

    What is made of it puts these on its page, and observes `moment` to show a new result.
    """

    fallback = ""  # HTML that stands in a notebook's file, for readers without a kernel

    def __init__(self, names=tuple(CONTROLS), **settings):
        super().__init__(**settings)
        names = list(a_list("shown", names, "a list of settings"))
        for name in names:
            one_of("shown", name, tuple(CONTROLS))
        self.fields = {
            name: (Sequences if name == "sequences" else Field)(self, name) for name in names
        }
        words, bold = "Train a new network with these settings.", {"font_weight": "bold"}
        train = button("Train", words, self.train, "play", style=bold)
        stop = "End the training and keep what was learnt so far."
        self.buttons = {"train": train, "stop": button("Stop", stop, self.stop, "stop")}
        train.add_class("lstm-memory-train")
        self.bar = widgets.FloatProgress(min=0, max=1, layout={"width": "auto"})
        self.message = HTML()
        self.message.add_class("lstm-memory-message")
        self.observe(self._show_progress, ["progress", "status"])
        self._show_progress()
        self.add_class("lstm-memory-panel")

    def _show_progress(self, change=None):
        self.bar.value, self.message.value = self.progress, status(self.status)

    def _repr_mimebundle_(self, **kwargs):
        return super()._repr_mimebundle_(**kwargs) | bundle(self.fallback)

    def close(self):
        """End the training at work and take the widget off the page."""
        self.stop()
        super().close()

    def __repr__(self):
        return f"{type(self).__name__}()"
