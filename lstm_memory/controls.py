"""The Explorer's controls: each shows a setting of an `Experiment` and changes it.

A number is typed freely. What was typed stays as it is, and what is wrong with it stands
below the control.
"""

import html

import ipywidgets as widgets

from .experiment import NAMES

STYLE = {"description_width": "105px"}


def whole(text):
    """The typed text as an int, or as it is."""
    try:
        return int(text)
    except ValueError:
        return text


def real(text):
    """The typed text as a float, or as it is (so also for nan, which no one means)."""
    try:
        number = float(text)
    except ValueError:
        return text
    return number if number == number else text


class Field(widgets.VBox):
    """A control for one setting, and a note for what is wrong with it."""

    def __init__(self, experiment, name, control, parse):
        """`control`: a widget with a text as its value. `parse` makes the setting of it."""
        self._experiment, self._name, self._parse = experiment, name, parse
        self.control, self.note = control, widgets.HTML()
        self._writing = False  # from the setting to the control
        super().__init__(self._parts())
        self._write()
        self._show_note()
        experiment.observe(self._write, name)
        experiment.observe(self._show_note, "errors")
        control.observe(self._read, "value")

    def _parts(self):
        return [self.control, self.note]

    def _read(self, change=None):
        """Bring what was typed into the setting."""
        if not self._writing:
            setattr(self._experiment, self._name, self._parse(self.control.value))

    def _write(self, change=None):
        """Show the setting, unless what was typed already means it."""
        value = getattr(self._experiment, self._name)
        if self._parse(self.control.value) != value:
            self._writing = True
            self.control.value = str(value)[:10_000]
            self._writing = False

    def _show_note(self, change=None):
        words = self._experiment.errors.get(self._name, "")
        self.note.value = words and (
            '<div role="alert" style="line-height: 1.4; border-left: 3px solid; padding-left: 6px;'
            f' overflow-wrap: anywhere"><b>Not possible.</b> {html.escape(words)}</div>'
        )


class Reach(Field):
    """How far the gradient reaches back: a number of steps, or the whole sequence (None)."""

    def __init__(self, experiment, name, control, parse):
        self.whole = widgets.Checkbox(
            description="whole sequence",
            tooltip="Let the gradient reach back over every step of the sequence.",
            indent=False,
            layout={"width": "auto", "margin": "0 0 0 112px"},
        )
        self._steps = 1  # what it was before the whole sequence
        control.placeholder = "all steps"
        super().__init__(experiment, name, control, parse)
        self.whole.observe(self._read_whole, "value")

    def _parts(self):
        return [self.control, self.whole, self.note]

    def _read_whole(self, change):
        if not self._writing:
            setattr(self._experiment, self._name, None if self.whole.value else self._steps)

    def _write(self, change=None):
        value = getattr(self._experiment, self._name)
        if value is not None:
            self._steps = value
            super()._write()
        self._writing = True
        self.whole.value = value is None
        if value is None:
            self.control.value = ""
        self._writing = False


def fields(experiment):
    """A control for each setting, {name: Field}."""

    def text(name, tooltip):
        return widgets.Text(
            description=NAMES[name],
            tooltip=tooltip,
            style=STYLE,
            continuous_update=False,
            layout={"width": "auto"},
        )

    sequences = widgets.Textarea(
        description=NAMES["sequences"],
        tooltip="One sequence a line, its symbols split by spaces or commas.",
        style=STYLE,
        continuous_update=False,
        rows=3,
        layout={"width": "auto"},
    )
    made = [
        Field(experiment, "sequences", sequences, str),
        Field(experiment, "neurons", text("neurons", "Units in the LSTM layer, 1 to 512."), whole),
        Field(experiment, "epochs", text("epochs", "How often each sequence is shown."), whole),
        Field(
            experiment,
            "learning_rate",
            text("learning_rate", "How large a step each update makes; 0.001 to 0.03 is usual."),
            real,
        ),
        Reach(
            experiment,
            "bptt_steps",
            text("bptt_steps", "How many steps back the gradient reaches (bptt_steps)."),
            whole,
        ),
        Field(
            experiment,
            "seed",
            text("seed", "A whole number that decides the weights the network begins with."),
            whole,
        ),
    ]
    return {field._name: field for field in made}
