"""Looking inside: what a network held at every step, and what follows when that is changed.

All of it is NumPy on the trained weights: nothing here can disturb a Keras model's state.
"""

from dataclasses import dataclass

import numpy as np

from .engine.cells import CELLS, sigmoid
from .errors import InputError, whole_number


@dataclass(frozen=True, eq=False)
class Trace:
    """What the network held: arrays (sequences, steps, neurons), NaN where a sequence has ended.

    `h` is the hidden state and `c` the cell state after each step; `i`, `f`, `o` are the
    input, forget and output gates (0 to 1) and `g` the candidate (-1 to 1) at that step.
    A GRU has the gates `z`, `r` and the candidate `g`; what a cell lacks is None.
    `outputs` is what the output layer says, (sequences, steps, symbols).
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


def trace(run):
    """Run a trained network over its task; return what it held, the `Trace`."""
    stack = run.stack
    held = forward(run.settings, stack.weights, run.task.indices, keep=True, reset=stack.reset)
    return Trace(**{name: values[0] for name, values in held.items()})


def forward(settings, weights, lines, keep=False, edit=None, silence=(), reset=True):
    """Run stacked networks over sequences of one-hot indices, each from a reset state.

    Without `reset`, each starts from the state in which the one before it ended.

    `weights`: Keras's arrays with a leading axis for the networks S. `lines`: sequences, each
    (symbols,); the last symbol is only a target. `edit(step, state)` returns the state to use
    from this step on, a tuple of arrays (S, sequences, neurons). Units in `silence` have their
    hidden state held at 0. Returns {"outputs": (S, sequences, steps, symbols)} and, with
    `keep`, the states and gates, (S, sequences, steps, neurons); NaN where a sequence has ended.
    """
    if not reset:
        return _stream(settings, weights, lines, keep)
    cell = CELLS[settings.cell]
    kernel, recurrent, bias, recurrent_bias, out_kernel, out_bias = _by_role(cell, weights)
    steps = np.array([len(line) - 1 for line in lines])
    inputs = np.zeros((len(lines), steps.max()), int)
    for row, line in zip(inputs, lines, strict=True):
        row[: len(line) - 1] = line[:-1]
    state = (np.zeros((len(kernel), len(lines), settings.neurons), "float32"),) * cell.states
    held = {}
    for t in range(inputs.shape[1]):
        if edit is not None:
            state = edit(t, state)
        x = kernel[:, inputs[:, t]] + bias[:, None]
        r = state[0] @ recurrent + recurrent_bias[:, None] if cell.recurrent else None
        state, gates = cell.step(x, r, state)
        state[0][..., list(silence)] = 0
        now = {"outputs": activation(settings.output, state[0] @ out_kernel + out_bias[:, None])}
        if keep:
            now |= dict(zip("hc", state, strict=False)) | gates
        for name, values in now.items():
            values = np.where((t < steps)[:, None], values, np.float32(np.nan))
            held.setdefault(name, []).append(values)
    return {name: np.stack(values, axis=2) for name, values in held.items()}


def _stream(settings, weights, lines, keep):
    """`forward` without reset: as one long sequence, cut up again afterwards."""
    stream = np.concatenate([line[:-1] for line in lines])
    whole = forward(settings, weights, [np.append(stream, 0)], keep)
    ends = np.cumsum([len(line) - 1 for line in lines])
    longest = max(len(line) for line in lines) - 1
    held = {}
    for name, values in whole.items():
        parts = np.split(values[:, 0], ends[:-1], axis=1)
        shape = (len(values), len(lines), longest, values.shape[-1])
        held[name] = np.full(shape, np.nan, "float32")
        for k, part in enumerate(parts):
            held[name][:, k, : part.shape[1]] = part
    return held


def activation(output, logits):
    """The output layer's activation, "sigmoid" or "softmax" over the last axis."""
    if output == "sigmoid":
        return sigmoid(logits)
    powers = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return powers / powers.sum(axis=-1, keepdims=True)


def _by_role(cell, weights):
    """(kernel, recurrent kernel, bias, recurrent bias, output kernel, output bias)."""
    if not cell.recurrent:
        kernel, bias, *output = weights
        return kernel, None, bias, None, *output
    kernel, recurrent, bias, *output = weights
    if cell.recurrent_bias:
        return kernel, recurrent, bias[:, 0], bias[:, 1], *output
    return kernel, recurrent, bias, np.zeros_like(bias), *output


def intervene(run, sequence=0, step=None, reset=False, transplant=None, silence=(), donor=None):
    """Operate on the memory of a trained network and return what it predicts then.

    `run` is a `Run`, or a `Runs` to do it to every network. Before step `step` (counted
    from 0) of sequence number `sequence` the memory is wiped (`reset=True`), or replaced by
    what another sequence left there before the same step (`transplant=` its number), in the
    same network or in `donor`, another one of the same cell and size. Units in `silence`
    say nothing at any step: their hidden state is held at 0. Returns the rows of
    `predictions` for that sequence. Raises `InputError`.
    """
    task, settings, donor = run.task, run.settings, donor or run
    if not CELLS[settings.cell].recurrent:
        raise InputError("run", "a network with a memory", f"cell={settings.cell!r}")
    sequence = whole_number("sequence", sequence, 0, len(task.steps) - 1)
    silence = _checked_units(silence, settings.neurons)
    if reset and transplant is not None:
        raise InputError("transplant", "None when reset is True", transplant)
    if reset or transplant is not None:
        step = whole_number("step", step, 0, task.steps[sequence] - 1)
    elif step is not None:
        raise InputError("step", "reset=True or transplant= to go with it", step)
    state = None
    if transplant is not None:
        state = _state_before(step, _checked_donor(donor, run), transplant)
        state[0][..., silence] = 0

    def edit(t, own):
        if t != step:
            return own
        return state or tuple(np.zeros_like(s) for s in own)

    lines = [task.indices[sequence]]
    stack = run.stack
    outputs = forward(settings, stack.weights, lines, edit=edit, silence=silence)["outputs"]
    table = stack.table(outputs, [sequence])
    return table if stack is run else table.drop(columns="seed")


def _state_before(step, run, sequence):
    """The state of each network in `run` before `step` of a sequence, (S, 1, neurons) each."""
    sequence = whole_number("transplant", sequence, 0, len(run.task.steps) - 1)
    steps, seen = run.task.steps[sequence], []
    if steps < step:
        raise InputError("step", f"a step that sequence {sequence} reaches, 0 to {steps}", step)

    def note(t, state):
        if t == step:
            seen.append(state)
        return state

    line = np.append(run.task.indices[sequence], 0)  # one more, for the state at its end
    forward(run.settings, run.stack.weights, [line], edit=note)
    return seen[0]


def _checked_donor(donor, run):
    """`donor` if its memory fits into `run`."""

    def size(run):
        return run.settings.cell, run.settings.neurons, len(run.stack.seeds)

    if size(donor) != size(run):
        cell, neurons, networks = size(run)
        expected = f"{networks} network(s) with cell {cell!r} and {neurons} neurons"
        raise InputError("donor", expected, size(donor))
    return donor


def _checked_units(units, neurons):
    if isinstance(units, str) or not hasattr(units, "__iter__"):
        raise InputError("silence", "a list of units", units)
    return [whole_number("silence", unit, 0, neurons - 1) for unit in units]
