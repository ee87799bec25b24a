"""What comes out of a training: one network (`Run`) or many (`Runs`)."""

from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
import pandas as pd

from . import keras_files
from .errors import InputError, instance, is_whole, true_or_false, whole_number
from .memory import Trained, forward
from .settings import MAX_SEED, Settings
from .tasks import Task, padded

AT_A_TIME = 50  # new sequences that are asked about
SUCCESS = 0.25  # largest error allowed by the test of Hochreiter & Schmidhuber (1997)


@dataclass(frozen=True, eq=False)
class Runs(Trained):
    """Trained networks, one for each seed.

    `weights`: Keras's arrays, each with a leading axis for the seeds. `losses`: float32
    (seeds, epochs, sequences), each the mean over the steps and outputs of that sequence in
    that epoch. `stopped`: whether the training was stopped; it then ends with the last
    epoch that all networks had finished, and `losses` has that many. `kept`: the weights as
    they were after some epochs, {epoch: arrays}. `reset`: whether the state is wiped before
    each sequence when the networks are asked for their predictions.
    """

    task: Task
    settings: Settings
    seeds: tuple
    weights: list
    losses: np.ndarray
    stopped: bool = False
    kept: dict = field(default_factory=dict)
    reset: bool = True

    @property
    def stack(self):
        """Itself: a `Run` has this too, so that what serves many serves one."""
        return self

    @cached_property
    def outputs(self):
        """What the networks say, (seeds, sequences, steps, outputs), NaN past the end."""
        lines = self.task.indices
        return forward(self.settings, self.weights, lines, reset=self.reset)["outputs"]

    @property
    def _targets(self):
        """Which output is right, (sequences, steps): -1 where none is, 0 past the end."""
        return padded([self.task.output_of[line[1:]] for line in self.task.indices])

    @cached_property
    def probabilities(self):
        """Output for the right symbol, (seeds, sequences, steps), NaN where none is asked for."""
        targets = self._targets
        said = np.take_along_axis(self.outputs, targets[None, ..., None], axis=-1)[..., 0]
        return np.where(targets >= 0, said, np.float32(np.nan))

    @cached_property
    def errors(self):
        """Largest |output - target|, (seeds, sequences, steps), NaN where none is asked for."""
        return errors(self.outputs, self._targets)

    @cached_property
    def max_errors(self):
        """Largest |output - target| over all outputs of the steps that are asked, (seeds,)."""
        return np.nanmax(self.errors, axis=(1, 2))

    @property
    def remembers(self):
        """Whether each passes the test of Hochreiter & Schmidhuber (1997), bool (seeds,).

        It is passed if every output at every step is within 0.25 of its target. That shows a
        memory where the task needs one: see `Task.needs_memory`, and `learnt`.
        """
        return self.max_errors < SUCCESS

    @cached_property
    def known_errors(self):
        """As `max_errors`, of the steps that can be known, (seeds,); -1 if there are none.

        Those are all that are not `Task.unknowable`; and all steps if the state is not reset
        before each sequence, for then the sequences before it may tell. Where `last_weight` is 1
        only last steps are asked.
        """
        task = self.task.under(self.settings)
        left_out = ~padded(task.asked).astype(bool) | (task.unknowable & self.reset)
        return np.where(left_out, -1, self.errors).max(axis=(1, 2))

    @property
    def learnt(self):
        """Whether each passes that test at the steps that can be known, bool (seeds,)."""
        return (self.known_errors < SUCCESS) & (self.known_errors >= 0)

    @cached_property
    def last_errors(self):
        """Largest |output - target| of each sequence's last step, (seeds, sequences).

        Only this step is judged where the others can't be predicted, as in Experiments 2b and
        2c of Hochreiter & Schmidhuber (1997).
        """
        return _last_errors(self.outputs, self.task, self.task.indices)

    def new_errors(self, recall, number=10_000, seed=0):
        """`last_errors` on so many new sequences of the form `recall`, (seeds, number).

        They are drawn with `seed`, apart from those of any training. Raises `InputError`.
        """
        number = whole_number("number", number, 1, 1_000_000)
        if not (callable(getattr(recall, "draw", None)) and hasattr(recall, "alphabet")):
            raise InputError("recall", "a form of sequences, such as a Recall", recall)
        _check_symbols("recall", recall.alphabet, self.task)
        seed = whole_number("seed", seed, 0, MAX_SEED)
        lines, steps = recall.draw(number, np.random.default_rng([seed, 0, 2]))
        lines = np.array([self.task.alphabet.index(s) for s in recall.alphabet])[lines]
        lines = [line[: n + 1] for line, n in zip(lines, steps, strict=True)]
        found = []
        for part in (lines[k : k + AT_A_TIME] for k in range(0, number, AT_A_TIME)):
            outputs = forward(self.settings, self.weights, part)["outputs"]
            found.append(_last_errors(outputs, self.task, part))
        return np.concatenate(found, axis=1)

    @cached_property
    def predictions(self):
        """A row a seed, sequence and step: `Run.predictions` with the seed in front."""
        return self.table(self.outputs, range(len(self.task.steps)))

    def table(self, outputs, sequences):
        """A DataFrame of what `outputs` (seeds, sequences, steps, outputs) predict.

        `sequences`: the numbers of the task's sequences that they belong to.
        """
        symbols = np.array(self.task.alphabet, dtype=object)
        answers = np.array(self.task.outputs, dtype=object)
        lines = [self.task.indices[k] for k in sequences]
        row = np.concatenate([np.full(len(line) - 1, k) for k, line in enumerate(lines)])
        step = np.concatenate([np.arange(len(line) - 1) for line in lines])
        inputs = np.concatenate([line[:-1] for line in lines])
        targets = np.concatenate([line[1:] for line in lines])
        right = self.task.output_of[targets]
        outputs = outputs[:, row, step]
        probability = np.where(right >= 0, outputs[:, np.arange(len(row)), right], np.nan)
        seeds = len(self.seeds)
        columns = {
            "seed": np.repeat(self.seeds, len(row)),
            "sequence": np.tile(np.array(sequences)[row], seeds),
            "step": np.tile(step, seeds),
            "input": np.tile(symbols[inputs], seeds),
            "target": np.tile(symbols[targets], seeds),
            "predicted": answers[outputs.argmax(axis=-1)].ravel(),
            "probability": probability.astype("float32").ravel(),
        }
        return pd.DataFrame(columns).infer_objects()

    def run(self, seed):
        """The `Run` of one seed, equal to `train` with that seed."""
        if not is_whole(seed) or seed not in self.seeds:
            raise InputError("seed", f"one of the {len(self.seeds)} seeds trained", seed)
        k = self.seeds.index(seed)
        settings = replace(self.settings, seed=self.seeds[k])
        weights = [w[k] for w in self.weights]
        # copies, or else those of all seeds would stay as long as this one
        kept = {epoch: [w[k].copy() for w in weights] for epoch, weights in self.kept.items()}
        losses = loss_table(self.losses[k])
        return Run(self.task, settings, weights, losses, self.stopped, kept, self.reset)

    def at(self, epoch):
        """The networks as they were after `epoch`, one of those that training kept."""
        if not is_whole(epoch) or epoch not in self.kept:
            raise InputError("epoch", f"one of the kept ones, {list(self.kept)}", epoch)
        return replace(self, weights=self.kept[epoch], losses=self.losses[:, :epoch])

    def on(self, task, reset=True):
        """The same networks asked about another task, made of the same symbols.

        `reset=False`: each sequence starts in the state that the one before it left.
        """
        instance("task", task, Task, "a Task")
        reset = true_or_false("reset", reset)
        _check_symbols("task", task.alphabet, self.task)
        symbols, outputs = self.task.alphabet, self.task.outputs  # they keep their places
        task = Task(task.sequences, symbols, outputs=outputs)
        return replace(self, task=task, reset=reset)


@dataclass(frozen=True, eq=False)
class Run(Trained):
    """One trained network.

    `weights`: the arrays of Keras's `get_weights()`. `losses`: a DataFrame, index epoch 1..n,
    a column a sequence, each the mean over the steps and outputs of that sequence.
    `stopped`: whether the training was stopped before its last epoch. `kept` and `reset`:
    as for `Runs`.
    """

    task: Task
    settings: Settings
    weights: list
    losses: pd.DataFrame
    stopped: bool = False
    kept: dict = field(default_factory=dict)
    reset: bool = True

    @cached_property
    def stack(self):
        """The same as `Runs` of one seed."""
        weights = [w[None] for w in self.weights]
        kept = {epoch: [w[None] for w in weights] for epoch, weights in self.kept.items()}
        losses, seeds = self.losses.to_numpy()[None], (self.settings.seed,)
        return Runs(
            self.task, self.settings, seeds, weights, losses, self.stopped, kept, self.reset
        )

    def at(self, epoch):
        """The network as it was after `epoch`, one of those that training kept."""
        return self.stack.at(epoch).run(self.settings.seed)

    def on(self, task, reset=True):
        """The same network asked about another task; see `Runs.on`."""
        return self.stack.on(task, reset).run(self.settings.seed)

    @property
    def outputs(self):
        """What the network says, (sequences, steps, outputs), NaN past the end."""
        return self.stack.outputs[0]

    @cached_property
    def predictions(self):
        """A row a sequence and step (both counted from 0): input, target, predicted (the
        symbol with the highest output) and probability (the output for the target)."""
        return self.stack.predictions.drop(columns="seed")

    @property
    def last_errors(self):
        """Largest |output - target| of each sequence's last step, (sequences,)."""
        return self.stack.last_errors[0]

    @property
    def max_error(self):
        """Largest |output - target| over every output of every step."""
        return float(self.stack.max_errors[0])

    @property
    def remembers(self):
        """Whether `max_error` is below 0.25, the test of Hochreiter & Schmidhuber (1997).

        That shows a memory where the task needs one: see `Task.needs_memory`, and `learnt`.
        """
        return bool(self.stack.remembers[0])

    @property
    def learnt(self):
        """Whether it passes that test at the steps that can be known: see `Runs.known_errors`."""
        return bool(self.stack.learnt[0])

    @cached_property
    def model(self):
        """The network as a stateful `keras.Model` with input (1, 1, symbols).

        It is made when first asked for: Keras never gives back the 10 MB or so of a model.
        """
        return keras_files.keras_model(self.settings, self.task.sizes, self.weights)

    def save(self, path):
        """Write the network to a `.keras` file, which `load` and Keras itself can read.

        Its weights there are those that `model` has now: a model that was trained further, or
        given other weights, is saved as it is. `InputError` for a path that can't be written to.
        """
        keras_files.save(self, path)


def load(path):
    """Read a `Run` from a file that `Run.save` wrote; `InputError` for any other file."""
    read = keras_files.read(path)
    return Run(**read | {"losses": loss_table(read["losses"])})


def loss_table(losses):
    """Losses (epochs, sequences) as a DataFrame."""
    epochs = pd.RangeIndex(1, len(losses) + 1, name="epoch")
    return pd.DataFrame(losses, epochs, pd.RangeIndex(losses.shape[1], name="sequence"))


def _check_symbols(argument, symbols, trained):
    new = [symbol for symbol in symbols if symbol not in trained.alphabet]
    if new:
        known = ", ".join(map(str, trained.alphabet[:20])) + ", …" * (len(trained.alphabet) > 20)
        raise InputError(argument, f"only symbols the network was trained on ({known})", new[0])


def errors(outputs, right):
    """Largest |output - target|, (seeds, ...).

    `outputs`: (seeds, ..., outputs). `right`: the right output, (...), or -1 where none is
    asked for, which gives NaN.
    """
    one_hot = np.eye(outputs.shape[-1], dtype="float32")[right]
    return np.where(right >= 0, np.abs(outputs - one_hot).max(axis=-1), np.float32(np.nan))


def _last_errors(outputs, task, lines):
    """Largest errors at the end of sequences of one-hot indices, (seeds, sequences)."""
    last = outputs[:, np.arange(len(lines)), [len(line) - 2 for line in lines]]
    return errors(last, task.output_of[[line[-1] for line in lines]])
