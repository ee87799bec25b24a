"""Operating on the memory of the network that is shown: wipe it, silence units, transplant it."""

import ipywidgets as widgets
from traitlets import Any, Enum, HasTraits, Int, Unicode, observe

from ..errors import InputError
from ..memory import intervene
from ..pictures import plots
from ..pictures.words import label, number, sequence_name
from .fields import in_the_way
from .form import whole
from .pages import Page, names_of_sequences
from .panel import button

KINDS = ("nothing", "wipe", "silence", "transplant")


class Operation(HasTraits):
    """What is to be done to the network that an experiment shows, and what it says then.

    `kind` is done to sequence number `sequence`, before step `step` (silencing: at every
    step). `donor`: the sequence whose memory is transplanted. `units`: those to silence, as
    typed. Results: `before` and `after`, rows of `Run.predictions` for that sequence, or
    None; `error`, what is wrong, in words.
    """

    kind = Enum(KINDS, "nothing")
    sequence, step, donor, units = Int(0), Int(0), Int(0), Unicode("0")
    before, after = Any(None, read_only=True), Any(None, read_only=True)
    error = Unicode(read_only=True)

    def __init__(self, experiment):
        super().__init__()
        self._experiment, self._task = experiment, None
        experiment.observe(self._operate, "moment")

    def do(self, kind):
        """Do it, also again."""
        self.kind = kind
        self._operate()

    @observe("kind", "sequence", "step", "donor", "units")
    def _operate(self, change=None):
        moment = self._experiment.moment
        if moment is None:
            return
        if moment.run.task != self._task:
            self._begin(moment.run.task)
        before = after = None
        error = ""
        try:
            before = self._ask(moment.run, "nothing")
            after = self._ask(moment.run, self.kind)
        except InputError as wrong:
            error = str(wrong)
        for name, value in (("before", before), ("after", after), ("error", error)):
            self.set_trait(name, value)

    def _begin(self, task):
        """Start with the last step of the first sequence, where memory is needed most often."""
        self._task = task
        self.kind, self.sequence, self.step = "nothing", 0, task.steps[0] - 1
        self.donor = min(1, len(task.steps) - 1)

    def _ask(self, run, kind):
        if kind == "silence":
            units = [whole(word) for word in self.units.replace(",", " ").split()]
            return intervene(run, self.sequence, silence=units)
        if kind == "wipe":
            return intervene(run, self.sequence, self.step, reset=True)
        if kind == "transplant":
            return intervene(run, self.sequence, self.step, transplant=self.donor)
        rows = run.predictions
        return rows[rows["sequence"] == self.sequence].reset_index(drop=True)


class Operate(Page):
    """The page: three operations as buttons, and the predictions before and after."""

    title = "Operate"

    def __init__(self, experiment):
        self.operation, self._writing = Operation(experiment), False
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
        tooltips = {
            "wipe": ("Wipe", "Set the memory to zero before that step."),
            "transplant": ("Transplant", "Put the memory of another sequence in its place."),
            "silence": ("Silence", "Hold the hidden state of these units at zero throughout."),
            "nothing": ("Undo", "Let the network go through the sequence untouched."),
        }
        self.buttons = {kind: self._button(kind, *words) for kind, words in tooltips.items()}
        self.words = widgets.HTML()
        rows = [
            [self.sequence, self.step],
            [self.buttons["wipe"], self.buttons["transplant"], self.donor],
            [self.buttons["silence"], self.units, self.buttons["nothing"]],
        ]
        wrap = {"flex_flow": "row wrap", "align_items": "center"}
        super().__init__(experiment, *[widgets.HBox(row, layout=wrap) for row in rows], self.words)
        self.controls = dict(
            zip(("sequence", "step", "donor", "units"), self._choices(), strict=True)
        )
        for name, control in self.controls.items():
            control.observe(lambda change, name=name: self._read(name, change.new), "value")

    def _choices(self):
        return self.sequence, self.step, self.donor, self.units

    def _button(self, kind, words, tooltip):
        return button(words, tooltip, lambda: self.do(kind))

    def do(self, kind):
        """Do an operation and show what follows."""
        with self.experiment.showing:
            if self.experiment.moment is None:
                self.words.value = in_the_way("There is no network yet: press Train first.")
            self.operation.do(kind)
            self.draw_again()

    def _read(self, name, value):
        with self.experiment.showing:
            if self._writing or self.experiment.moment is None:
                return
            steps = self.experiment.moment.run.task.steps
            there = {"sequence": len(steps), "donor": len(steps)}
            there["step"] = steps[self.operation.sequence]
            if name == "units" or value < there[name]:  # else it is a choice of an older task
                setattr(self.operation, name, value)
                if name == "sequence":
                    self.operation.step = steps[value] - 1
            self.draw_again()

    def draw(self):
        operation, task = self.operation, self.experiment.moment.run.task
        self._writing = True
        for control in (self.sequence, self.donor):
            _offer(control, names_of_sequences(task))
        symbols = task.sequences[operation.sequence][:-1]
        _offer(self.step, [(f"{t}: {label(s)}", t) for t, s in enumerate(symbols)])
        for name, control in self.controls.items():
            control.value = getattr(operation, name)
        self._writing = False
        if operation.error:
            self.words.value = in_the_way(operation.error)
            return
        name = sequence_name(task, operation.sequence)
        self.picture.value = plots.before_after(operation.before, operation.after, name).inline()
        self.words.value = f'<div role="status">{self._in_words(task)}</div>'

    def _in_words(self, task):
        """What was done, and the answer at the last step. Nothing typed is in it."""
        operation = self.operation
        done = {
            "nothing": "Nothing done: choose an operation.",
            "wipe": f"Memory wiped before step {operation.step}.",
            "silence": "Units silenced.",
            "transplant": f"Memory of sequence {operation.donor} put in before step"
            f" {operation.step}.",
        }[operation.kind]
        last = [
            number(rows.probability.iloc[-1], 2) for rows in (operation.before, operation.after)
        ]
        return f"{done} Probability of the last right symbol: {last[0]} before, {last[1]} after."


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
