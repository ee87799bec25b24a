"""Operating on the memory of the network that is shown: wipe it, silence units, transplant it."""

from functools import partial

import ipywidgets as widgets

from ..errors import InputError
from ..memory import intervene
from ..pictures import plots
from ..pictures.words import label, number, sequence_name
from .form import whole
from .pages import ResultPage
from .parts import button, control, in_the_way, row, status

BUTTONS = {  # the kinds of an operation: words and tooltip
    "wipe": ("Wipe", "Set the memory to zero before that step."),
    "transplant": ("Transplant", "Put the memory of another sequence in its place."),
    "silence": ("Silence", "Hold the hidden state of these units at zero throughout."),
    "nothing": ("Undo", "Let the network go through the sequence untouched."),
}
DONE = {  # the same in a sentence, with nothing typed in it
    "wipe": "Memory wiped before step {step}.",
    "transplant": "Memory of sequence {donor} put in before step {step}.",
    "silence": "Units silenced.",
    "nothing": "Nothing done: choose an operation.",
}


class Operate(ResultPage):
    """The page: three operations as buttons, and the predictions before and `after`.

    `kind` is the operation that is shown, one of `BUTTONS`; the controls hold the rest of it.
    """

    title = "Operate"

    def __init__(self, experiment):
        self.kind, self.after, self._task, self._writing = "nothing", None, None, False
        choice = partial(control, widgets.Dropdown, label=80, width="260px")
        self.sequence = choice("sequence", "The sequence that the network is to go through.")
        self.step = choice("before step", "Where the memory is wiped or replaced.")
        self.donor = choice("memory of", "The sequence whose memory is transplanted.")
        units = "The units to silence, counted from 0 and split by spaces."
        self.units = control(widgets.Text, "units", units, label=80, width="220px", value="0")
        self.units.continuous_update = False
        self.buttons = {k: button(*words, partial(self.do, k)) for k, words in BUTTONS.items()}
        self.message = widgets.HTML()
        super().__init__(
            experiment,
            row(self.sequence, self.step),
            row(self.buttons["wipe"], self.buttons["transplant"], self.donor),
            row(self.buttons["silence"], self.units, self.buttons["nothing"]),
            self.message,
        )
        for part in (self.sequence, self.step, self.donor, self.units):
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
            self._follow()
            if change.owner is self.sequence:
                self._offer_steps()
            self.refresh()

    def _follow(self):
        """Begin anew where the task is another one."""
        task = self.experiment.moment.run.task
        if task == self._task:
            return
        self._task, self.kind, self._writing = task, "nothing", True
        names = [(sequence_name(task, k), k) for k in range(len(task.steps))]
        self.sequence.options = self.donor.options = names
        self.sequence.index, self.donor.index = 0, min(1, len(names) - 1)
        self._offer_steps()
        self._writing = False

    def _offer_steps(self):
        """Offer the steps of the sequence, and choose the last: memory matters most often there."""
        self._writing = True
        symbols = self._task.sequences[self.sequence.value][:-1]
        self.step.options = [(f"{t}: {label(s)}", t) for t, s in enumerate(symbols)]
        self.step.index = len(symbols) - 1
        self._writing = False

    def _operated(self, run):
        """The rows of `Run.predictions` after the operation; raises `InputError`."""
        sequence, step = self.sequence.value, self.step.value
        if self.kind == "silence":
            units = [whole(word) for word in self.units.value.replace(",", " ").split()]
            return intervene(run, sequence, silence=units)
        if self.kind == "wipe":
            return intervene(run, sequence, step, reset=True)
        if self.kind == "transplant":
            return intervene(run, sequence, step, transplant=self.donor.value)
        return untouched(run, sequence)

    def show(self, moment):
        self._follow()
        try:
            self.after = self._operated(moment.run)
        except InputError as error:
            self.message.value = in_the_way(str(error))
            return
        before = untouched(moment.run, self.sequence.value)
        name = sequence_name(self._task, self.sequence.value)
        self.picture.value = plots.before_after(before, self.after, name).inline()
        done = DONE[self.kind].format(step=self.step.value, donor=self.donor.value)
        chances = [number(rows.probability.iloc[-1], 2) for rows in (before, self.after)]
        last = "Probability of the last right symbol: {} before, {} after.".format(*chances)
        self.message.value = status(f"{done} {last}")


def untouched(run, sequence):
    """The rows of `Run.predictions` for a sequence."""
    rows = run.predictions
    return rows[rows["sequence"] == sequence].reset_index(drop=True)
