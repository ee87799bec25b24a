"""The LSTM of 1997, equation by equation: forward, its derivatives, and what it learns.

With output gates it is the network of Experiment 2c: its hidden layer (cells and gates) is fully
connected, and the output layer sees the cells. Without, it is that of 2a and 2b: cell and
input gate see the input only, and the output layer sees input and cell; there the paper's rule
is the true gradient, since nothing is truncated.

Axes: cells C, what a unit sees M (the symbols, then the hidden layer of the step before: all
cells, all input gates, all output gates), outputs K.
"""

from collections import namedtuple

import numpy as np

from ..engine.arithmetic import F32, ONE, TWO, ZERO, compiled, sigmoid

# Weights of the cells' inputs, of input gates and output gates, (C, M) each (output gates: none
# or all), of the output layer (K, C), or (K, C + symbols) where it sees the input, too, and of
# forget gates, (0, M), or (C, M) where the network has them, which that of 1997 has not.
Weights = namedtuple("Weights", "cell input_gate output_gate output forget_gate")

# Room for one step: activations of the hidden layer, of this step and of the one before, (3C,)
# or (0,); the gates (input, output, forget) and g of net_c, (C,) each; internal states s, those
# of the step before, and what cells say, (C,); derivatives of s by the weights of cells, input
# gates and forget gates, (C, M); outputs and their e, (K,); and how far g and h reach, (2,).
Space = namedtuple(
    "Space",
    "hidden before opened g shown kept s s_before said by_cell by_input_gate by_forget_gate"
    " answers errors ranges",
)


@compiled
def net(weights, j, x, before):
    """Net input of unit j: the weight of the symbol x, and those of the hidden layer before."""
    total, symbols = weights[j, x], weights.shape[1] - len(before)
    for u in range(len(before)):
        total += weights[j, symbols + u] * before[u]
    return total


@compiled
def forward(w, space, x):
    """One step of the hidden layer: equations (7), (8) and (9), with the squashings (3) to (5).

    Without output gates g is the logistic function (3) and h the identity. Without forget gates
    all of a state is kept.
    """
    a, b = space.ranges  # of g and h: they lie between minus this and this
    C, gated = len(w.cell), len(w.output_gate) > 0
    for j in range(C):
        space.opened[j] = sigmoid(net(w.input_gate, j, x, space.before))  # (7)
        squashed = sigmoid(net(w.cell, j, x, space.before))
        space.g[j] = TWO * a * squashed - a if gated else squashed  # (5)
        space.s_before[j] = space.s[j]
        if len(w.forget_gate):
            space.kept[j] = sigmoid(net(w.forget_gate, j, x, space.before))
            space.s[j] *= space.kept[j]
        space.s[j] += space.opened[j] * space.g[j]  # (9)
        space.said[j] = space.s[j]
        if gated:
            space.shown[j] = sigmoid(net(w.output_gate, j, x, space.before))  # (8)
            space.said[j] = space.shown[j] * (TWO * b * sigmoid(space.s[j]) - b)  # (9), (4)
            space.hidden[j], space.hidden[C + j] = space.said[j], space.opened[j]
            space.hidden[2 * C + j] = space.shown[j]


@compiled
def forget(space, j, x, symbols):
    """What a forget gate makes of the derivatives of the step before, and its own."""
    kept = space.kept[j]
    space.by_input_gate[j] *= kept
    space.by_cell[j] *= kept
    space.by_forget_gate[j] *= kept
    by_gate = space.s_before[j] * kept * (ONE - kept)
    space.by_forget_gate[j, x] += by_gate
    for u in range(len(space.before)):
        space.by_forget_gate[j, symbols + u] += by_gate * space.before[u]


@compiled
def derivatives(w, space, x):
    """Derivatives of the internal states by the weights that lead to them: (25) and (27)."""
    symbols, gated = w.cell.shape[1] - len(space.before), len(w.output_gate) > 0
    a = space.ranges[0]
    for j in range(len(w.cell)):
        opened, g = space.opened[j], space.g[j]
        by_gate = g * opened * (ONE - opened)
        slope = (a - g) * (a + g) / (TWO * a) if gated else g * (ONE - g)  # g' by g
        by_cell = slope * opened
        if len(w.forget_gate):
            forget(space, j, x, symbols)
        space.by_input_gate[j, x] += by_gate
        space.by_cell[j, x] += by_cell
        for u in range(len(space.before)):
            space.by_input_gate[j, symbols + u] += by_gate * space.before[u]
            space.by_cell[j, symbols + u] += by_cell * space.before[u]


@compiled
def answer(w, space, x):
    """The output layer: equation (10)."""
    C = len(w.cell)
    for k in range(len(w.output)):
        total = w.output[k, C + x] if w.output.shape[1] > C else ZERO
        for j in range(C):
            total += w.output[k, j] * space.said[j]
        space.answers[k] = sigmoid(total)


@compiled
def learn(w, change, space, x, rate, cells):
    """Add to `change` the contribution of one step: (21), (23), and (22), (26), (28)."""
    C, symbols = len(w.cell), w.cell.shape[1] - len(space.before)
    b = space.ranges[1]
    if w.output.shape[1] > C:
        for k in range(len(w.output)):
            change.output[k, C + x] += rate * space.errors[k]  # (22)
    for j in range(C if cells else 0):
        arriving = ZERO
        for k in range(len(w.output)):
            arriving += w.output[k, j] * space.errors[k]
        at_state = arriving
        if len(w.output_gate):
            h, shown = TWO * b * sigmoid(space.s[j]) - b, space.shown[j]
            at_gate = shown * (ONE - shown) * h * arriving  # (21)
            at_state = shown * (b - h) * (b + h) / (TWO * b) * arriving  # (23)
            change.output_gate[j, x] += rate * at_gate  # (22)
            for u in range(len(space.before)):
                change.output_gate[j, symbols + u] += rate * at_gate * space.before[u]
        for m in range(w.cell.shape[1]):
            change.input_gate[j, m] += rate * at_state * space.by_input_gate[j, m]  # (26)
            change.cell[j, m] += rate * at_state * space.by_cell[j, m]  # (28)
            if len(w.forget_gate):
                change.forget_gate[j, m] += rate * at_state * space.by_forget_gate[j, m]
        for k in range(len(w.output)):
            change.output[k, j] += rate * space.errors[k] * space.said[j]  # (22)


@compiled
def room(w, ranges):
    """A `Space`, not initialised."""
    C, M = w.cell.shape
    K, H = len(w.output), 3 * len(w.output_gate)
    hidden, before = np.empty(H, F32), np.empty(H, F32)
    opened, g, shown, kept = np.empty(C, F32), np.empty(C, F32), np.empty(C, F32), np.ones(C, F32)
    s, s_before, said = np.empty(C, F32), np.empty(C, F32), np.empty(C, F32)
    by_cell, by_input_gate = np.empty((C, M), F32), np.empty((C, M), F32)
    by_forget_gate = np.empty((C, M), F32)
    answers, errors = np.empty(K, F32), np.empty(K, F32)
    return Space(
        hidden, before, opened, g, shown, kept, s, s_before, said, by_cell, by_input_gate,
        by_forget_gate, answers, errors, ranges,
    )  # fmt: skip


@compiled
def reset(space):
    """Activations and internal states of a network that has read nothing yet."""
    space.before[:] = ZERO
    space.s[:] = ZERO
    space.said[:] = ZERO
    space.by_cell[:] = ZERO
    space.by_input_gate[:] = ZERO
    space.by_forget_gate[:] = ZERO
