"""The Explorer's controls: each shows a setting of an `Experiment` and changes it.

A number is typed freely. What was typed stays as it is, and what is wrong with it stands
below the control.
"""

import html

import ipywidgets as widgets

from .form import ALL, NAMES, real, whole
from .presets import TASKS

STYLE = {"description_width": "105px"}
OWN = "as typed below"
MORE = (
    *("initialisations", "seed", "cell", "forget_bias", "output", "batch_size", "shuffle"),
    *("last_weight", "clip_norm"),
)
CELLS = {"LSTM": "lstm", "GRU": "gru", "simple RNN": "simple_rnn", "no memory (dense)": "dense"}
TOOLTIPS = {
    "sequences": "One sequence a line, its symbols split by spaces or commas.",
    "neurons": "How many units the hidden layer has, 1 to 512.",
    "epochs": "How often each sequence is shown, 0 to 100,000 times.",
    "learning_rate": "How large a step each update makes; 0.001 to 0.03 is usual.",
    "bptt_steps": "How many steps back the gradient reaches (bptt_steps).",
    "cell": "The kind of hidden layer; the dense one has no memory at all.",
    "batch_size": "How many sequences each update sees at once.",
    "shuffle": "Show the sequences in a new random order in each epoch.",
    "forget_bias": "How open an LSTM's forget gates are at the start, -20 to 20; Keras takes 1.",
    "output": "Sigmoid judges each symbol by itself, softmax makes them share out a sum of 1.",
    "last_weight": "Share of the loss that falls on the last step of each sequence, below 1.",
    "clip_norm": "The longest gradient of an update; a longer one is scaled down to it.",
    "seed": "A whole number that decides the weights the network begins with.",
    "initialisations": "How many networks to train, with this seed and the ones after it.",
}


class Field(widgets.VBox):
    """A control for one setting, and a note for what is wrong with it."""

    def __init__(self, experiment, name, control, parse):
        """`control`: a widget with a value. `parse` makes the setting of it."""
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
        self.note.value = in_the_way(self._experiment.errors.get(self._name, ""))


def in_the_way(words):
    """HTML that says what is not possible; nothing if there are no words."""
    return words and (
        '<div role="alert" style="line-height: 1.4; border-left: 3px solid; padding-left: 6px;'
        f' overflow-wrap: anywhere"><b>Not possible.</b> {html.escape(words)}</div>'
    )


class Choice(Field):
    """One of a few, or yes or no. Nonsense from Python shows in the note alone."""

    def __init__(self, experiment, name, control, choices):
        self._choices = choices
        super().__init__(experiment, name, control, type(choices[0]))

    def _write(self, change=None):
        value = getattr(self._experiment, self._name)
        if isinstance(value, str | bool) and value in self._choices:
            self.control.value = value


class OrAll(Field):
    """A number, or all there are (None)."""

    def __init__(self, experiment, name, control, parse, words, tooltip, usual=1):
        self.all = widgets.Checkbox(
            description=words,
            tooltip=tooltip,
            indent=False,
            layout={"width": "auto", "margin": "0 0 0 112px"},
        )
        self._number = usual  # what it was before it was all
        super().__init__(experiment, name, control, parse)
        self.all.observe(self._read_all, "value")

    def _parts(self):
        return [self.control, self.all, self.note]

    def _read_all(self, change):
        if not self._writing:
            setattr(self._experiment, self._name, None if self.all.value else self._number)

    def _write(self, change=None):
        value = getattr(self._experiment, self._name)
        if value is not None:
            self._number = value
            super()._write()
        self._writing = True
        self.all.value = value is None
        if value is None:
            self.control.value = ""
        self._writing = False


class Sequences(Field):
    """Sequences as typed, or a ready task."""

    def __init__(self, experiment, name, control, parse):
        self.ready = widgets.Dropdown(
            options=[(OWN, ""), *TASKS.items()],
            description="task",
            tooltip="Sequences that are ready to be learnt, or your own below.",
            style=STYLE,
            layout={"width": "auto"},
        )
        super().__init__(experiment, name, control, parse)
        self.ready.observe(self._read_ready, "value")

    def _parts(self):
        return [self.ready, self.control, self.note]

    def _read_ready(self, change):
        if self.ready.value:
            setattr(self._experiment, self._name, self.ready.value)

    def _write(self, change=None):
        super()._write()
        typed = getattr(self._experiment, self._name)
        self.ready.value = typed if isinstance(typed, str) and typed in TASKS.values() else ""


def _options(name):
    look = {"description": NAMES[name], "tooltip": TOOLTIPS[name]}
    return look | {"style": STYLE, "layout": {"width": "auto"}}


def _text(experiment, name, parse):
    control = widgets.Text(continuous_update=False, **_options(name))
    return Field(experiment, name, control, parse)


def _or_all(experiment, name, parse, usual, words, tooltip):
    control = widgets.Text(continuous_update=False, placeholder=ALL[name], **_options(name))
    return OrAll(experiment, name, control, parse, words, tooltip, usual)


def _choice(experiment, name, options):
    control = widgets.Dropdown(options=options, **_options(name))
    return Choice(experiment, name, control, [value for _, value in options])


def _yes_or_no(experiment, name, words):
    layout = {"width": "auto", "margin": "0 0 0 112px"}
    look = _options(name) | {"description": words, "layout": layout}
    return Choice(experiment, name, widgets.Checkbox(indent=False, **look), (False, True))


def _sequences(experiment, name):
    control = widgets.Textarea(continuous_update=False, rows=3, **_options(name))
    return Sequences(experiment, name, control, str)


MAKERS = {
    "sequences": (_sequences,),
    "neurons": (_text, whole),
    "epochs": (_text, whole),
    "learning_rate": (_text, real),
    "bptt_steps": (
        *(_or_all, whole, 1, "whole sequence"),
        "Let the gradient reach back over every step of the sequence.",
    ),
    "cell": (_choice, list(CELLS.items())),
    "batch_size": (_or_all, whole, 1, "all sequences", "Let each update see all sequences."),
    "shuffle": (_yes_or_no, "shuffle the sequences"),
    "forget_bias": (_text, real),
    "output": (_choice, [("sigmoid", "sigmoid"), ("softmax", "softmax")]),
    "last_weight": (_or_all, real, 0.5, "as the others", "Let every step count the same."),
    "clip_norm": (_or_all, real, 1.0, "no limit", "Take gradients as they are."),
    "seed": (_text, whole),
    "initialisations": (_text, whole),
}


def fields(experiment, names=tuple(NAMES)):
    """A control for each of the settings named, {name: Field}."""
    return {name: MAKERS[name][0](experiment, name, *MAKERS[name][1:]) for name in names}
