"""The gradient of 1997's network back through the whole sequence: what its authors truncated.

It is that of equations.py with output gates: through the states of the cells, as theirs, and
also through everything that cells and gates feed back into the hidden layer.
"""

from collections import namedtuple

import numpy as np

from ..engine.arithmetic import F32, ONE, TWO, compiled, sigmoid
from .equations import answer, forward
from .network import fill_errors

# What a sequence leaves behind at each of its T steps: the hidden layer of the step before,
# (T, 3C); gates, g, states, and what the cells say, (T, C) each; e of the outputs, (T, K).
History = namedtuple("History", "before opened g shown kept s s_before said errors")


@compiled
def read(w, space, line, targets, cross_entropy):
    """Read a sequence; returns its `History`, and the mean squared error over the steps asked."""
    T, C = len(targets), len(w.cell)
    opened, g, shown, kept = np.empty((4, T, C), F32)
    s, s_before, said = np.empty((3, T, C), F32)
    past = History(
        np.empty((T, 3 * C), F32), opened, g, shown, kept, s, s_before, said,
        np.zeros((T, len(w.output)), F32),
    )  # fmt: skip
    total, asked = 0.0, 0
    for t in range(T):
        past.before[t] = space.before
        forward(w, space, line[t])
        past.opened[t], past.g[t], past.shown[t] = space.opened, space.g, space.shown
        past.kept[t], past.said[t] = space.kept, space.said
        past.s[t], past.s_before[t] = space.s, space.s_before
        if targets[t] >= 0:
            answer(w, space, line[t])
            total += fill_errors(space.answers, past.errors[t], targets[t], cross_entropy)
            asked += 1
        space.before[:] = space.hidden
    return past, total / asked


@compiled
def hand_back(weights, changes, j, x, before, slope, to_hidden):
    """Change what unit j sees by `slope`, that of its net input, and pass the rest back."""
    symbols = weights.shape[1] - len(before)
    changes[j, x] += slope
    for u in range(len(before)):
        changes[j, symbols + u] += slope * before[u]
        to_hidden[u] += slope * weights[j, symbols + u]


@compiled
def through_time(w, change, space, line, targets, cross_entropy):
    """Read a sequence, and add to `change` the whole of minus the gradient of its error.

    Returns the mean squared error (16) over the steps asked.
    """
    past, error = read(w, space, line, targets, cross_entropy)
    C, (a, b) = len(w.cell), space.ranges
    to_state, arriving = np.zeros(C, F32), np.zeros(3 * C, F32)
    for t in range(len(targets) - 1, -1, -1):
        x, before = line[t], past.before[t]
        for k in range(len(w.output)):
            for j in range(C):
                arriving[j] += w.output[k, j] * past.errors[t, k]
                change.output[k, j] += past.errors[t, k] * past.said[t, j]
        earlier = np.zeros(3 * C, F32)
        for j in range(C):
            shown, opened, g, kept = (
                past.shown[t, j], past.opened[t, j], past.g[t, j], past.kept[t, j],
            )  # fmt: skip
            h = TWO * b * sigmoid(past.s[t, j]) - b
            to_state[j] += shown * (b - h) * (b + h) / (TWO * b) * arriving[j]
            by_shown = (h * arriving[j] + arriving[2 * C + j]) * shown * (ONE - shown)
            by_opened = (g * to_state[j] + arriving[C + j]) * opened * (ONE - opened)
            by_cell = opened * to_state[j] * (a - g) * (a + g) / (TWO * a)
            hand_back(w.output_gate, change.output_gate, j, x, before, by_shown, earlier)
            hand_back(w.input_gate, change.input_gate, j, x, before, by_opened, earlier)
            hand_back(w.cell, change.cell, j, x, before, by_cell, earlier)
            if len(w.forget_gate):
                by_kept = past.s_before[t, j] * to_state[j] * kept * (ONE - kept)
                hand_back(w.forget_gate, change.forget_gate, j, x, before, by_kept, earlier)
                to_state[j] *= kept
        arriving = earlier
    return error
