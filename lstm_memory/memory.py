"""Looking inside: what a network held at every step, and what follows when that is changed.

All of it is done by the engine that trains, on the trained weights: nothing here can disturb a
Keras model's state, and every processor gives the same numbers.
"""

from dataclasses import dataclass

import numpy as np

from .engine.layout import Cell, to_rows
from .engine.loading import engine
from .errors import InputError, a_list, instance, told, true_or_false, whole_number
from .free_memory import ask_for
from .tasks import padded


class Trained:
    """What `Run` and `Runs` are: trained networks, of which `stack` is a `Runs`."""


@dataclass(frozen=True, eq=False)
class Trace:
    """What the network held: arrays (sequences, steps, neurons), NaN where a sequence has ended.

    `h` is the hidden state and `c` the cell state after each step; `i`, `f`, `o` are the
    input, forget and output gates (0 to 1) and `g` the candidate (-1 to 1) at that step.
    A GRU has the gates `z`, `r` and the candidate `g`; what a cell lacks is None.
    `outputs` is what the output layer says, (sequences, steps, outputs).
    """

    h: np.ndarray
    outputs: np.ndarray
    c: np.ndarray | None = None
    i: np.ndarray | None = None
    f: np.ndarray | None = None
    g: np.ndarray | None = None
    o: np.ndarray | None = None
    z: np.ndarray | None = None
    r: np.ndarray | None = None


@told()
def trace(run):
    """Run a trained network over its task; return what it held, the `Trace`.

    `run`: one network, a `Run`. Raises `InputError`.
    """
    if not isinstance(run, Trained) or run.stack is run:
        raise InputError("run", "one network, a Run, such as runs.run(0)", type(run).__name__)
    stack = run.stack
    held = forward(run.settings, stack.weights, run.task.indices, inside=True, reset=stack.reset)
    return Trace(**{name: values[0] for name, values in held.items()})


def forward(settings, weights, lines, state=None, inside=False, reset=True):
    """Run stacked networks over sequences of one-hot indices; return what they say, and hold.

    `weights`: Keras's arrays with a leading axis for the networks S. `lines`: sequences, each
    (symbols,); the last symbol is only a target. `state`: where each sequence starts, float32
    (S, h and c, sequences, neurons), which is then the state after the longest; None for a
    reset one. Without `reset`, each starts from the state in which the one before it ended.
    Returns {"outputs": (S, sequences, steps, outputs)} and, with `inside`, the states and gates
    by their letters, (S, sequences, steps, neurons); NaN where a sequence has ended.
    """
    lines = [line[:-1] for line in lines]
    steps = np.array([len(line) for line in lines])
    exists = np.arange(steps.max()) < steps[:, None]
    inputs, sequence, step = padded(lines), *np.indices(exists.shape)
    if not reset:  # as one long sequence, cut up again afterwards
        inputs = inputs[exists][None]
        sequence, step = 0, np.cumsum(exists).reshape(exists.shape) - 1
    held = _look(settings, weights, inputs.T.copy(), state, inside)
    held = {name: values[:, step, sequence] for name, values in held.items()}
    for values in held.values():
        values[:, ~exists] = np.nan
    return held


def _look(settings, weights, inputs, state, inside):
    """What `forward` returns, the steps before the sequences, for inputs (steps, sequences)."""
    models, cell = len(weights[0]), Cell.of(settings)
    sizes = weights[0].shape[-2], weights[-1].shape[-1]
    room = (models, *inputs.shape)
    if state is None:
        state = reset_state(settings, models, inputs.shape[1])
    numbers = sizes[1] + (2 + cell.blocks) * settings.neurons * inside  # of a network and a step
    what = "looking inside" if inside else "asking these networks"
    ask_for(8 * inputs.size * models * numbers, what)  # 4 bytes each, and a copy
    outputs = np.empty((*room, sizes[1]), "float32")
    room = room if inside else (0, *inputs.shape)
    h, c = np.empty((2, *room, settings.neurons), "float32")
    gates = np.empty((*room, cell.blocks * settings.neurons), "float32")
    advance = engine()
    plan = advance.plan_of(settings, sizes)
    advance.look(plan, to_rows(weights), inputs, state, outputs, h, c, gates)
    held = {"outputs": outputs}
    if inside:
        held |= dict(zip(cell.states, (h, c), strict=False))
        held |= dict(zip(cell.gates, np.split(gates, cell.blocks, axis=-1), strict=False))
    return held


def reset_state(settings, models, sequences):
    """The state of networks that have read nothing yet: zeros, as `forward` takes them."""
    return np.zeros((models, 2, sequences, settings.neurons), "float32")


def intervene(run, sequence=0, step=None, reset=False, transplant=None, silence=(), donor=None):
    """Operate on the memory of a trained network and return what it predicts then.

    `run` is a `Run`, or a `Runs` to do it to every network. Before step `step` (counted
    from 0) of sequence number `sequence` the memory is wiped (`reset=True`), or replaced by
    what another sequence left there before the same step (`transplant=` its number), in the
    same network or in `donor`, another one of the same cell and size. A memory that was wiped is
    all zeros, which is how every sequence begins. Units in `silence` say nothing at any step:
    their hidden state is held at 0. Returns the rows of `predictions` for that sequence. Raises
    `InputError`.
    """
    outputs = outputs_after(run, sequence, step, reset, transplant, silence, donor)
    stack = run.stack
    table = stack.table(outputs, [sequence])
    return table if stack is run else table.drop(columns="seed")


def outputs_after(run, sequence=0, step=None, reset=False, transplant=None, silence=(), donor=None):
    """All that the networks say after an operation, (seeds, 1, steps, symbols); see `intervene`."""
    instance("run", run, Trained, "a Run, or Runs")
    donor = instance("donor", run if donor is None else donor, Trained, "a Run, or Runs")
    task, settings, reset = run.task, run.settings, true_or_false("reset", reset)
    if not Cell.of(settings).recurrent:
        raise InputError("run", "a network with a memory", f"cell={settings.cell!r}")
    sequence = whole_number("sequence", sequence, 0, len(task.steps) - 1)
    silence = a_list("silence", silence, "a list of units")
    silence = [whole_number("silence", unit, 0, settings.neurons - 1) for unit in silence]
    if reset and transplant is not None:
        raise InputError("transplant", "None when reset is True", transplant)
    if reset or transplant is not None:
        step = whole_number("step", step, 0, task.steps[sequence] - 1)
    elif step is not None:
        raise InputError("step", "reset=True or transplant= to go with it", step)
    weights = _silenced(run, silence)
    line, state, outputs = task.indices[sequence], None, []
    if step is not None:
        before = forward(settings, weights, [line[: step + 1]])
        state = _state_before(step, _checked_donor(donor, run), transplant)
        outputs, line = [before["outputs"]], line[step:]
    outputs.append(forward(settings, weights, [line], state)["outputs"])
    return np.concatenate(outputs, axis=2)


def _silenced(run, units):
    """The weights of `run` but that nothing comes from these units: rows of zeros."""
    weights = list(run.stack.weights)
    if units:
        for place in (1, -2):  # the recurrent and the output kernel
            weights[place] = weights[place].copy()
            weights[place][:, units] = 0
    return weights


def _state_before(step, run, sequence):
    """The state of each network in `run` before `step` of a sequence; a reset one for None."""
    settings, weights = run.settings, run.stack.weights
    state = reset_state(settings, len(weights[0]), 1)
    if sequence is None:
        return state
    sequence = whole_number("transplant", sequence, 0, len(run.task.steps) - 1)
    steps = run.task.steps[sequence]
    if steps < step:
        raise InputError("step", f"a step that sequence {sequence} reaches, 0 to {steps}", step)
    line = np.append(run.task.indices[sequence], 0)  # one more, for the state at its end
    forward(settings, weights, [line[: step + 1]], state)
    return state


def _checked_donor(donor, run):
    """`donor` if its memory fits into `run`."""

    def size(run):
        return run.settings.cell, run.settings.neurons, len(run.stack.seeds)

    if size(donor) != size(run):
        cell, neurons, networks = size(run)
        expected = f"{networks} network(s) with cell {cell!r} and {neurons} neurons"
        raise InputError("donor", expected, size(donor))
    return donor
