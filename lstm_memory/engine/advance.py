"""What Python calls: many updates of many networks, or a look at what networks hold.

Axes as in update.py, and first the networks, S.
"""

import hashlib
import warnings
from collections import namedtuple
from pathlib import Path

import numpy as np
from numba import njit

from ..settings import Settings
from .arithmetic import F32, ONE, ZERO, compiled
from .layout import Cell, Matrices, Output, number_of_frozen, number_of_weights, shapes
from .update import (
    LSTM,
    Space,
    activate,
    adam,
    answer,
    backward,
    clip,
    forward,
    gradients,
    loss,
)

# Networks at work: weights and Adam's moments m, v (S, numbers), the powers of its betas
# (S, 2), the state (S, 2, B, U), losses (S, epochs, sequences), to which each step's is added,
# and the weights that were kept on the way (S, K, numbers).
Networks = namedtuple("Networks", "weights m v powers state losses kept")

# What all of them have in common: cell and output, the shapes of the weights (5, 2), how many
# of their numbers do not learn, Adam's rate and betas (2,), longest gradient (0: no limit), the
# updates of an epoch, and before which updates weights are kept, (K,).
Plan = namedtuple("Plan", "cell output shapes frozen rate betas clip per_epoch keep")

# What each update sees, from the update `first_row` on; see `Schedule.rows`.
Table = namedtuple("Table", "inputs targets shares lines lengths carry first_row")

NO_PLACE = (
    "The compiled engine can't be kept: neither the folder of lstm_memory nor the cache"
    " directory of your account can be written to. Everything works, but each new kernel"
    " compiles the engine again, which takes about half a minute."
)


def digest(others=()):
    """A number that changes with the text of any file of which the machine code is made.

    These are the engine's, and `others`, paths of files that use it.
    """
    names = ("arithmetic.py", "layout.py", "update.py", "advance.py")
    paths = [Path(__file__).with_name(name) for name in names]
    texts = b"".join(path.read_bytes() for path in [*paths, *others])
    return int(hashlib.sha256(texts).hexdigest()[:15], 16)


# Numba finds machine code again by the types of a function's arguments, to which the value of
# an argument that is left out belongs, and by the text of this file, not of those it imports.
MADE_OF = digest()


def entry(function):
    """Compile a function when it is first called, and keep it on disk if that is possible.

    While it works, other threads of Python go on.
    """
    options = {"error_model": "numpy", "nogil": True}
    try:
        return njit(**options, cache=True)(function)
    except RuntimeError:  # Numba's "no locator available"
        warnings.warn(NO_PLACE, stacklevel=2)
        return njit(**options)(function)


@compiled
def matrices(row, shapes):
    """The numbers of one network as its matrices; no copy."""
    ends = np.cumsum(shapes[:, 0] * shapes[:, 1])
    return Matrices(
        row[: ends[0]].reshape(shapes[0, 0], shapes[0, 1]),
        row[ends[0] : ends[1]].reshape(shapes[1, 0], shapes[1, 1]),
        row[ends[1] : ends[2]].reshape(shapes[2, 0], shapes[2, 1]),
        row[ends[2] : ends[3]].reshape(shapes[3, 0], shapes[3, 1]),
        row[ends[3] : ends[4]].reshape(shapes[4, 0], shapes[4, 1]),
    )


@compiled
def room(shapes, steps, batch):
    """A `Space` for updates of so many steps and sequences, not initialised."""
    columns, units, outputs = shapes[0, 1], shapes[3, 0], shapes[3, 1]
    x, r = np.empty((steps, batch, columns), F32), np.empty((steps, batch, columns), F32)
    return Space(
        x,
        x.reshape(steps, batch, columns // units, units),
        r,
        r.reshape(steps, batch, columns // units, units),
        np.empty((steps + 1, batch, units), F32),
        np.empty((steps + 1, batch, units), F32),
        np.empty((steps, batch, units), F32),
        np.empty((steps, batch, outputs), F32),
        np.empty(outputs, F32),
        np.empty((1, batch, units), F32),
        np.empty((1, batch, units), F32),
        np.empty((columns, units), F32),
        np.empty((outputs, units), F32),
    )


@compiled
def begin(space, state, carry):
    """Take up the state from where the last update left it, times `carry`: 1, or 0 to reset."""
    for b in range(state.shape[1]):
        for u in range(state.shape[2]):
            space.h[0, b, u] = state[0, b, u] * carry
            space.c[0, b, u] = state[1, b, u] * carry


@compiled
def leave(cell, space, state, steps):
    """Leave the state for the next update."""
    for b in range(state.shape[1]):
        for u in range(state.shape[2]):
            state[0, b, u] = space.h[steps, b, u]
            if cell == LSTM:
                state[1, b, u] = space.c[steps, b, u]


@compiled
def first_with_loss(shares, steps):
    """The first step in which any sequence has a share of the loss, or else the last step."""
    for t in range(steps):
        for b in range(shares.shape[1]):
            if shares[t, b] > ZERO:
                return t
    return max(steps - 1, 0)


@compiled
def update(plan, table, row, s, w, g, space, state, losses):
    """Loss and gradient of network `s` in the update `row`; returns how many steps it has."""
    epoch, row = row // plan.per_epoch, (row - table.first_row) % len(table.carry)
    s = s % table.inputs.shape[1]  # one table may serve all networks
    inputs, targets, shares = table.inputs[row, s], table.targets[row, s], table.shares[row, s]
    steps = np.int64(table.lengths[row, s])
    begin(space, state, table.carry[row])
    forward(plan.cell, w, space, inputs, steps)
    leave(plan.cell, space, state, steps)
    first = first_with_loss(shares, steps)
    answer(w, space, first, steps)
    for b in range(state.shape[1]):
        for t in range(first, steps):
            share = shares[t, b]
            lost = loss(plan.output, space.out, space.terms, t, b, targets[t, b], share)
            if share > ZERO:
                losses[epoch, table.lines[row, s, b]] += lost
    if steps:
        backward(plan.cell, w, space, first, steps)
        gradients(plan.cell, g, space, inputs, first, steps)
    return steps


@entry
def advance(plan, networks, table, first, last, made_of=MADE_OF):
    """Make the updates `first` to `last` - 1 of each network, in the arrays of `networks`."""
    space = room(plan.shapes, table.inputs.shape[2], table.inputs.shape[3])
    gradient, fixed = np.empty(networks.weights.shape[1], F32), plan.frozen
    g, learning = matrices(gradient, plan.shapes), gradient[fixed:]
    for s in range(len(networks.weights)):
        w, weights = matrices(networks.weights[s], plan.shapes), networks.weights[s, fixed:]
        m, v, powers = networks.m[s, fixed:], networks.v[s, fixed:], networks.powers[s]
        state, losses = networks.state[s], networks.losses[s]
        for row in range(first, last):
            if update(plan, table, row, s, w, g, space, state, losses):
                if plan.clip > 0:
                    clip(learning, plan.clip)
                adam(weights, m, v, powers, learning, plan.rate, plan.betas)
            for k in range(len(plan.keep)):
                if plan.keep[k] == row + 1:
                    networks.kept[s, k] = networks.weights[s]


@entry
def look(plan, weights, inputs, state, outputs, h, c, gates, made_of=MADE_OF):
    """Take networks through sequences: what they say, and (if wanted) what they hold.

    inputs   int32 (T, B): one-hot indices
    state    (S, 2, B, U): the state before the first step, and, afterwards, after the last
    outputs  (S, T, B, F): filled with what the output layer says
    h, c     (S, T, B, U), and gates (S, T, B, J): filled with what there is after each step,
             but for gates the cell does not have; empty (S = 0) if that is not wanted
    """
    steps, batch = inputs.shape
    space = room(plan.shapes, steps, batch)
    for s in range(len(weights)):
        begin(space, state[s], ONE)
        w = matrices(weights[s], plan.shapes)
        forward(plan.cell, w, space, inputs, steps)
        leave(plan.cell, space, state[s], steps)
        answer(w, space, 0, steps)
        for t in range(steps):
            for b in range(batch):
                activate(plan.output, space.out, t, b)
        outputs[s] = space.out
        if len(h):
            h[s], c[s], gates[s] = space.h[1:], space.c[1:], space.x


def plan_of(settings, sizes, per_epoch=1, keep=()):
    """The `Plan` of a training with some `Settings`, or of looking at its networks."""
    return Plan(
        cell=int(Cell.of(settings)),
        output=int(Output.of(settings)),
        shapes=np.array(shapes(settings, sizes), "int64"),
        frozen=number_of_frozen(settings, sizes),
        rate=float(settings.learning_rate),
        betas=np.array((settings.beta_1, settings.beta_2)),
        clip=float(settings.clip_norm or 0),
        per_epoch=per_epoch,
        keep=np.array(keep, "int64"),
    )


def warm_up():
    """Call both functions with no network at all: afterwards they answer at once."""
    settings = Settings()
    plan, whole, float_ = plan_of(settings, (1, 1)), np.int32, np.float32
    weights = np.zeros((0, number_of_weights(settings, (1, 1))), float_)
    powers, state = np.zeros((0, 2)), np.zeros((0, 2, 1, settings.neurons), float_)
    steps, shares = np.zeros((1, 1, 1, 1), whole), np.zeros((1, 1, 1, 1), float_)
    table = Table(steps, steps, shares, steps[0], steps[0, 0], shares[0, 0, 0], 0)
    cube = np.zeros((0, 1, 1), float_)
    advance(plan, Networks(weights, weights, weights, powers, state, cube, cube), table, 0, 0)
    look(plan, weights, steps[0, 0], state, state, state, state, state)
