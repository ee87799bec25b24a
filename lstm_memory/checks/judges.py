"""Answers that are judged by trying them: a task, arrays, a function, the outputs of a network."""

from types import SimpleNamespace

import numpy as np

from ..encoding import to_lstm_dataset
from ..errors import InputError
from ..runs import SUCCESS
from ..tasks import TUTORIAL, Task
from .check import Judged, Unreadable


def _conflict(answer):
    if not hasattr(answer, "__len__") and not isinstance(answer, Task):
        raise Unreadable("two sequences are wanted, as lists or as a text of two lines.")
    try:
        if isinstance(answer, str):
            task = Task.parse(answer[:1000])
        else:
            task = answer if isinstance(answer, Task) else Task(answer)
    except InputError as error:
        raise Unreadable(f"these are no two sequences ({error}).") from None
    if [len(line) for line in task.sequences] != [5, 5]:
        return "two sequences of five symbols are wanted."
    pairs = zip(TUTORIAL.sequences, task.sequences, strict=True)
    changed = sum(a != b for old, new in pairs for a, b in zip(old, new, strict=True))
    if changed != 1:
        return "exactly one symbol is to be changed, in one of the two sequences."
    if task.conflicts:
        still = ", ".join(map(str, task.conflicts))
        return f"there is still a symbol with two successors: {still}."
    return None


def _arrays(answer):
    if not isinstance(answer, list | tuple) or len(answer) != 2:
        raise Unreadable("two arrays are wanted: [X, y].")
    pairs = [to_lstm_dataset(line, 5) for line in TUTORIAL.sequences]
    right = {"X": np.stack([X[:, 0] for X, _ in pairs]), "y": np.stack([y for _, y in pairs])}
    for given, (name, array) in zip(answer, right.items(), strict=True):
        given = _array(given, name)
        if given.shape != array.shape:
            return f"{name} has the shape {given.shape}. {_axes(given.shape)}"
        if not np.allclose(given, array):
            return f"{name} has the right shape, but something else in it than the two sequences."
    return None


def _array(value, name):
    try:
        return np.asarray(value, dtype=float)
    except (TypeError, ValueError):
        raise Unreadable(f"{name} is no array of numbers.") from None


def _axes(shape):
    if shape and shape[0] == 8:
        return "These are eight samples, and the two sequences are to be two."
    if len(shape) == 4:
        return "There is an axis too many: take the one time step of each sample."
    return "Wanted are samples, then time steps, then features."


def _function(answer):
    if not callable(answer):
        raise Unreadable("a function is wanted: its name, without brackets.")
    targets = np.stack([to_lstm_dataset(line, 5)[1] for line in TUTORIAL.sequences])
    for (step, symbol, error), says in CASES.items():
        outputs = targets.copy()
        outputs[:, step, symbol] = np.abs(outputs[:, step, symbol] - error)
        try:
            found = bool(answer(SimpleNamespace(outputs=outputs)))
        except Exception as stopped:  # the function is the learner's
            return f"the function stopped with {type(stopped).__name__}. It may use `run.outputs`."
        if found != (error < SUCCESS):
            return says
    return None


# Which output is off, and by how much, and what to say if the function misjudges it.
CASES = {
    (0, 0, 0.0): "a network without any error does not pass your function.",
    (0, 1, 0.2): "an error below the limit does not pass your function.",
    (3, 3, 0.5): "a network that is undecided at the last step passes your function.",
    (1, 1, 0.4): "an error at a step before the last passes your function.",
    (2, 0, 0.3): "an output for a wrong symbol that is too high passes your function.",
}


def _outputs(answer):
    task = Task([[4, 0, 1, 2, 3, 4], [5, 0, 1, 2, 3, 5]])
    one_hot = np.eye(len(task.alphabet))
    targets = one_hot[[line[1:] for line in task.indices]]
    given = _array(answer, "the answer")
    if given.shape != targets.shape:
        return f"the outputs have the shape {given.shape}. {_axes_of_outputs(given.shape)}"
    errors = np.abs(given - targets)
    if not np.isfinite(errors).all():
        return "some of the outputs are no numbers (nan)."
    if errors.max() >= SUCCESS:
        step = int(errors.max(axis=(0, 2)).argmax())
        return f"the largest error is {errors.max():.2f}, at step {step} (the first is step 0)."
    return None


def _axes_of_outputs(shape):
    if len(shape) < 3:
        return "Wanted is one output for each symbol, at each step of each sequence."
    if shape[1] == 1:
        return "These are samples of a single step, between which no gradient goes back."
    return "Wanted are both sequences, all their steps, and an output for each symbol."


without_conflict = Judged(_conflict)
one_hot_pairs = Judged(_arrays)
passes_fairly = Judged(_function)
fits_both = Judged(_outputs)
