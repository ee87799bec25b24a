"""The Explorer's controls: each shows a setting of an `Experiment` and changes it.

A number is typed freely. What was typed stays as it is, and what is wrong with it stands
below the control.
"""

import ipywidgets as widgets

from .form import NONE_IN_WORDS, SETTING_NAMES, real, whole
from .parts import in_the_way
from .presets import TASKS

STYLE = {"description_width": "105px"}
BOX_LAYOUT = {"width": "auto", "margin": "0 0 0 112px"}  # of a box to tick, under the controls
AS_TYPED = "as typed below"
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

    kind = widgets.Text

    def __init__(self, experiment, name, parse, **look):
        """`parse` makes the setting of the control's value; `look`: more traits of the control."""
        self._experiment, self._name, self._parse = experiment, name, parse
        look = {"description": SETTING_NAMES[name], "layout": {"width": "auto"}} | look
        self.control = self.kind(tooltip=TOOLTIPS[name], style=STYLE, **look)
        self.note = widgets.HTML()
        self._writing = False  # from the setting to the control
        super().__init__(self._parts())
        self._write()
        self._show_note()
        experiment.observe(self._write, name)
        experiment.observe(self._show_note, "errors")
        self.control.observe(self._read, "value")

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


class Typed(Field):
    """A number or a text, which counts when the keyboard leaves it."""

    def __init__(self, experiment, name, parse, **look):
        super().__init__(experiment, name, parse, continuous_update=False, **look)


class Choice(Field):
    """One of a few. Nonsense from Python shows in the note alone."""

    kind = widgets.Dropdown

    def __init__(self, experiment, name, options):
        super().__init__(experiment, name, str, options=options)

    def _write(self, change=None):
        value = getattr(self._experiment, self._name)
        if isinstance(value, str) and value in dict(self.control.options).values():
            self.control.value = value


class YesOrNo(Field):
    """A box to tick. Nonsense from Python shows in the note alone."""

    kind = widgets.Checkbox

    def __init__(self, experiment, name, words):
        look = {"description": words, "layout": BOX_LAYOUT}
        super().__init__(experiment, name, bool, indent=False, **look)

    def _write(self, change=None):
        value = getattr(self._experiment, self._name)
        if isinstance(value, bool):
            self.control.value = value


class OrNone(Typed):
    """A number, or None, which is what ticking the box means."""

    def __init__(self, experiment, name, parse, usual, words, tooltip):
        look = {"description": words, "layout": BOX_LAYOUT}
        self.all = widgets.Checkbox(tooltip=tooltip, indent=False, **look)
        self._number = usual  # what it was before it was None
        super().__init__(experiment, name, parse, placeholder=NONE_IN_WORDS[name])
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


class Sequences(Typed):
    """Sequences as typed, or a ready task."""

    kind = widgets.Textarea

    def __init__(self, experiment, name):
        self.ready = widgets.Dropdown(
            options=[(AS_TYPED, ""), *TASKS.items()],
            description="task",
            tooltip="Sequences that are ready to be learnt, or your own below.",
            style=STYLE,
            layout={"width": "auto"},
        )
        super().__init__(experiment, name, str, rows=3)
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


CELL_OPTIONS = [
    ("LSTM", "lstm"),
    ("GRU", "gru"),
    ("simple RNN", "simple_rnn"),
    ("no memory (dense)", "dense"),
]
WHOLE = "Let the gradient reach back over every step of the sequence."
MAKERS = {
    "sequences": (Sequences,),
    "neurons": (Typed, whole),
    "epochs": (Typed, whole),
    "learning_rate": (Typed, real),
    "bptt_steps": (OrNone, whole, 1, "whole sequence", WHOLE),
    "cell": (Choice, CELL_OPTIONS),
    "batch_size": (OrNone, whole, 1, "all sequences", "Let each update see all sequences."),
    "shuffle": (YesOrNo, "shuffle the sequences"),
    "forget_bias": (Typed, real),
    "output": (Choice, [("sigmoid", "sigmoid"), ("softmax", "softmax")]),
    "last_weight": (OrNone, real, 0.5, "as the others", "Let every step count the same."),
    "clip_norm": (OrNone, real, 1.0, "no limit", "Take gradients as they are."),
    "seed": (Typed, whole),
    "initialisations": (Typed, whole),
}


def fields(experiment, names=tuple(SETTING_NAMES)):
    """A control for each of the settings named, {name: Field}."""
    return {name: MAKERS[name][0](experiment, name, *MAKERS[name][1:]) for name in names}
