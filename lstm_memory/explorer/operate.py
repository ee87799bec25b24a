"""Operating on the memory of the network that is shown: wipe it, silence units, transplant it."""

import re
from functools import partial

import ipywidgets as widgets

from ..errors import InputError
from ..memory import intervene, outputs_after
from ..pictures import plots
from ..pictures.network import other_sequence
from ..pictures.words import labels, number, sequence_name
from .pages import HALF_WIDTH, ResultPage
from .parts import HTML, button, control, in_the_way, offer_sequences, picture, row, status

BUTTONS = {  # the kinds of an operation: words and tooltip
    "wipe": ("Wipe", "Set the memory to zero before this step, as it is at a beginning."),
    "transplant": ("Transplant", "Put the memory of another sequence in its place."),
    "silence": ("Silence", "Hold the hidden state of these units at zero throughout."),
    "nothing": ("Undo", "Let the network go through the sequence untouched."),
}
DONE = {  # the same in a sentence, with nothing typed in it
    "wipe": "Memory wiped before step {step}.",
    "transplant": "Memory of sequence {donor} put in before step {step}.",
    "silence": "Units silenced: {units}.",
    "nothing": "Nothing done yet. Memory is operated on in {name}, before step {step}; you choose"
    " both above.",
}
BEGINNING = (
    "A wiped memory is not empty of meaning: it is all zeros, and so is the memory with which"
    " every sequence begins. The network goes on as if the sequence began at this step."
)
AT_A_BEGINNING = (
    "Before step 0 every memory is all zeros, so that this changes nothing: choose a later step,"
    " above."
)
UNITS = "units from 0 to {last}, as in 4 7, or 0-9, or all"
RANGE = re.compile(r"(?<=[0-9])(?:\s+[-\N{EN DASH}]\s+|\N{EN DASH})(?=[0-9])")


class Operate(ResultPage):
    """The page: three operations as buttons, and what the network says before and `after`.

    They are done in the sequence and before the step that are looked at. `kind` is the operation
    that is shown, one of `BUTTONS`; the controls hold the rest of it.
    """

    title = "Operate"
    follows = ("moment", "sequence", "step")

    def __init__(self, experiment):
        self.kind, self.after, self._writing = "nothing", None, False
        self._task, self.sequence, self.step = None, None, None
        whose = "The sequence whose memory is transplanted."
        self.donor = control(widgets.Dropdown, "memory of", whose, label=80)
        units = "The units to silence, counted from 0: as in 4 7, or 0-9, or all."
        self.units = control(widgets.Text, "units", units, label=40, width="150px", value="0")
        self.units.continuous_update = False
        self.buttons = {k: button(*words, partial(self.do, k)) for k, words in BUTTONS.items()}
        self.message = HTML()
        super().__init__(
            experiment,
            row(
                row(self.buttons["wipe"], self.buttons["transplant"], self.donor),
                row(self.buttons["silence"], self.units, self.buttons["nothing"]),
                grid_gap="0 16px",
            ),
            self.message,
        )
        self.steps = picture(flex="1 1 420px")
        self.picture.layout.flex = "1 1 420px"
        self.children = [*self.children[:-1], row(self.picture, self.steps)]
        for part in (self.donor, self.units):
            part.observe(self._read, "value")

    def do(self, kind):
        """Do an operation, one of `BUTTONS`, and show what follows."""
        with self.experiment.showing:
            if self.experiment.moment is None:
                self.message.value = in_the_way("There is no network yet: press Train first.")
                return
            self._follow()
            self.kind = kind
            self.refresh()

    def _read(self, change):
        """Do the operation with what a control says now."""
        with self.experiment.showing:
            if self._writing or self.experiment.moment is None:
                return
            self.refresh()

    def _follow(self):
        """Take the place that is looked at, within the task, which a training may change.

        Begin anew where the task is another one; another sequence has another one beside it.
        """
        task = self.experiment.moment.run.task
        sequence = min(self.experiment.sequence, len(task.steps) - 1)
        self.step = min(self.experiment.step, task.steps[sequence] - 1)
        if (task, sequence) == (self._task, self.sequence):
            return
        self._writing = True
        if task != self._task:
            self.kind = "nothing"
            offer_sequences(self.donor, task)
        self.donor.value = other_sequence(task, sequence) or 0
        self._task, self.sequence, self._writing = task, sequence, False

    def _operation(self, run):
        """What is to be done, as arguments of `intervene`; raises `InputError`."""
        if self.kind == "silence":
            return {"silence": units_in(self.units.value, run.settings.neurons)}
        if self.kind == "wipe":
            return {"step": self.step, "reset": True}
        if self.kind == "transplant":
            return {"step": self.step, "transplant": self.donor.value}
        return {}

    def show(self, moment):
        self._follow()
        run, k = moment.run, self.sequence
        before = run.predictions[run.predictions["sequence"] == k].reset_index(drop=True)
        outputs = after = run.outputs[k, : run.task.steps[k]]
        self.after = before
        try:
            operation = self._operation(run)
            if operation:
                self.after = intervene(run, k, **operation)
                after = outputs_after(run, k, **operation)[0, 0]
            told = self._in_words(run, operation, outputs[-1], after[-1])
        except InputError as error:
            self.message.value = in_the_way(str(error))
            return
        said = plots.said(outputs[-1], after[-1], run.task, k, HALF_WIDTH)
        self.picture.value = said.inline()
        steps = plots.before_after(before, self.after, run.task, k, HALF_WIDTH, self.step)
        self.steps.value = steps.inline()
        self.message.value = status(told)

    def _in_words(self, run, operation, before, after):
        """What was done, what the network said at the last step, and says now: (symbols,)."""
        task, units = run.task, operation.get("silence", ())
        units = "all" if len(units) == run.settings.neurons else ", ".join(map(str, units))
        name, donor = sequence_name(task, self.sequence), self.donor.value
        done = DONE[self.kind].format(step=self.step, donor=donor, units=units, name=name)
        if not operation:
            return f"{done} At the last step it says {answer(task, before)}."
        told = f"{done} At the last step it said {answer(task, before)};"
        told += f" it now says {answer(task, after)}."
        if self.step == 0 and not units:
            return f"{told} {AT_A_BEGINNING}"
        return f"{told} {self._of_a_wipe(run)}" if self.kind == "wipe" else told

    def _of_a_wipe(self, run):
        """What a wipe is, and what it leaves for the right last symbol in each sequence."""
        task, step = run.task, self.step
        there = [k for k in range(len(task.steps)) if task.steps[k] > step][: plots.SHOWN]
        left = [
            f"{number(intervene(run, k, step, reset=True).probability.iloc[-1], 2)} in"
            f" {sequence_name(task, k)}"
            for k in there
        ]
        one = "" if len(left) < 2 else f" Left for the right last symbol: {', '.join(left)}."
        return BEGINNING + one


def answer(task, outputs):
    """The symbol with the highest output (symbols,), and that output."""
    said = int(outputs.argmax())
    return f"{labels(task.alphabet)[task.outputs[said]]} ({number(outputs[said], 2)})"


def units_in(text, neurons):
    """The units that a text names, a list: numbers, ranges such as 0-9, or "all".

    Raises `InputError` if one is not there, and if there is none.
    """
    last = neurons - 1
    if text.strip().casefold() == "all":
        return list(range(neurons))
    units = set()
    for word in RANGE.sub("-", text.replace(",", " ")).split():
        ends = re.fullmatch(r"([0-9]{1,9})(?:-([0-9]{1,9}))?", word)
        low, high = sorted(int(end or ends[1]) for end in ends.groups()) if ends else (0, neurons)
        if high > last:
            raise InputError("units", UNITS.format(last=last), word)
        units |= set(range(low, high + 1))
    if not units:
        raise InputError("units", UNITS.format(last=last), text)
    return sorted(units)
