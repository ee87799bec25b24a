"""Operating on the memory of the network that is shown: wipe it, silence units, transplant it."""

from dataclasses import dataclass
from functools import partial

import ipywidgets as widgets

from ..errors import InputError
from ..memory import intervene
from ..pictures import plots
from ..pictures.words import label, number, sequence_name
from .form import whole
from .pages import ResultPage
from .panel import button
from .parts import in_the_way, status

CONTROLS = ("sequence", "step", "donor", "units")  # of the parts of an `Operation`
BUTTONS = {  # the kinds of an `Operation`: words and tooltip
    "wipe": ("Wipe", "Set the memory to zero before that step."),
    "transplant": ("Transplant", "Put the memory of another sequence in its place."),
    "silence": ("Silence", "Hold the hidden state of these units at zero throughout."),
    "nothing": ("Undo", "Let the network go through the sequence untouched."),
}


@dataclass
class Operation:
    """What is to be done to a network while it reads sequence number `sequence`.

    `kind`: "nothing", or "wipe" or "transplant", where before step `step` its memory is wiped
    or replaced by that of sequence number `donor`, or "silence" for the units in `units`, as
    typed, at every step.
    """

    kind: str = "nothing"
    sequence: int = 0
    step: int = 0
    donor: int = 0
    units: str = "0"

    def done_to(self, run):
        """The rows of `Run.predictions` for that sequence if it is done; raises `InputError`."""
        if self.kind == "silence":
            units = [whole(word) for word in self.units.replace(",", " ").split()]
            return intervene(run, self.sequence, silence=units)
        if self.kind == "wipe":
            return intervene(run, self.sequence, self.step, reset=True)
        if self.kind == "transplant":
            return intervene(run, self.sequence, self.step, transplant=self.donor)
        return untouched(run, self.sequence)

    def __str__(self):
        """What is done, in a sentence with nothing typed in it."""
        return {
            "nothing": "Nothing done: choose an operation.",
            "wipe": f"Memory wiped before step {self.step}.",
            "silence": "Units silenced.",
            "transplant": f"Memory of sequence {self.donor} put in before step {self.step}.",
        }[self.kind]


def untouched(run, sequence):
    """The rows of `Run.predictions` for a sequence."""
    rows = run.predictions
    return rows[rows["sequence"] == sequence].reset_index(drop=True)


class Operate(ResultPage):
    """The page: three operations as buttons, and the predictions `before` and `after`."""

    title = "Operate"

    def __init__(self, experiment):
        self.operation, self.before, self.after = Operation(), None, None
        self._task, self._writing = None, False
        self.sequence = _choice("sequence", "The sequence that the network is to go through.")
        self.step = _choice("before step", "Where the memory is wiped or replaced.")
        self.donor = _choice("memory of", "The sequence whose memory is transplanted.")
        self.units = widgets.Text(
            description="units",
            tooltip="The units to silence, counted from 0 and split by spaces.",
            continuous_update=False,
            style={"description_width": "80px"},
            layout={"width": "220px"},
        )
        self.buttons = {kind: self._button(kind, *words) for kind, words in BUTTONS.items()}
        self.message = widgets.HTML()
        rows = [
            [self.sequence, self.step],
            [self.buttons["wipe"], self.buttons["transplant"], self.donor],
            [self.buttons["silence"], self.units, self.buttons["nothing"]],
        ]
        wrap = {"flex_flow": "row wrap", "align_items": "center"}
        rows = [widgets.HBox(row, layout=wrap) for row in rows]
        super().__init__(experiment, *rows, self.message)
        for name in CONTROLS:
            getattr(self, name).observe(partial(self._read, name), "value")

    def _button(self, kind, words, tooltip):
        return button(words, tooltip, lambda: self.do(kind))

    def do(self, kind):
        """Do an operation, one of `BUTTONS`, and show what follows."""
        with self.experiment.showing:
            if self.experiment.moment is None:
                self.message.value = in_the_way("There is no network yet: press Train first.")
                return
            self._follow()
            self.operation.kind = kind
            self.refresh()

    def _read(self, name, change):
        """Bring what a control says into the operation."""
        with self.experiment.showing:
            if self._writing or self.experiment.moment is None:
                return
            self._follow()
            steps, value = self._task.steps, change.new
            there = {"sequence": len(steps), "donor": len(steps)}
            there["step"] = steps[self.operation.sequence]
            if name == "units" or value < there[name]:  # else it is a choice of an older task
                setattr(self.operation, name, value)
                if name == "sequence":
                    self.operation.step = steps[value] - 1
            self.refresh()

    def _follow(self):
        """Begin anew where the task is another one.

        That is with the last step of the first sequence, where memory is needed most often.
        """
        task = self.experiment.moment.run.task
        if task != self._task:
            self._task, steps = task, task.steps
            donor, units = min(1, len(steps) - 1), self.operation.units
            self.operation = Operation(step=steps[0] - 1, donor=donor, units=units)

    def show(self, moment):
        self._follow()
        self._write()
        operation = self.operation
        try:
            self.after = operation.done_to(moment.run)
        except InputError as error:
            self.message.value = in_the_way(str(error))
            return
        self.before = untouched(moment.run, operation.sequence)
        name = sequence_name(self._task, operation.sequence)
        self.picture.value = plots.before_after(self.before, self.after, name).inline()
        before, after = (number(t.probability.iloc[-1], 2) for t in (self.before, self.after))
        last = f"Probability of the last right symbol: {before} before, {after} after."
        self.message.value = status(f"{operation} {last}")

    def _write(self):
        """Show the operation in the controls, with the choices that the task has."""
        task, self._writing = self._task, True
        sequences = [(sequence_name(task, k), k) for k in range(len(task.steps))]
        for control in (self.sequence, self.donor):
            _offer(control, sequences)
        symbols = task.sequences[self.operation.sequence][:-1]
        _offer(self.step, [(f"{t}: {label(s)}", t) for t, s in enumerate(symbols)])
        for name in CONTROLS:
            getattr(self, name).value = getattr(self.operation, name)
        self._writing = False


def _choice(words, tooltip):
    return widgets.Dropdown(
        options=[],
        description=words,
        tooltip=tooltip,
        style={"description_width": "80px"},
        layout={"width": "260px"},
    )


def _offer(control, options):
    """Give a choice other options, if they are others."""
    if list(control.options) != options:
        control.options = options
