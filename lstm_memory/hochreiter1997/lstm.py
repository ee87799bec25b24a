"""The LSTM of 1997: no forget gate, no biases, a truncated gradient, plain gradient descent.

With output gates it is the network of Experiment 2c: its hidden layer (cells and gates) is fully
connected, and the output layer sees the cells. Without, it is that of 2a and 2b: cell and
input gate see the input only, and the output layer sees input and cell; there the paper's rule
is the true gradient, since nothing is truncated.

Axes: cells C, what a unit sees M (the symbols, then the hidden layer of the step before: all
cells, all input gates, all output gates), outputs K.
"""

from collections import namedtuple
from dataclasses import dataclass

import numpy as np

from ..engine.advance import MADE_OF, entry
from ..engine.arithmetic import F32, ONE, TWO, ZERO, compiled, sigmoid
from ..engine.update import adam
from ..errors import InputError, one_of, real_number, whole_number
from .network import Network, fill_errors, largest_error

# Weights of the cells' inputs, of input gates and output gates, (C, M) each (output gates: none
# or all), and of the output layer (K, C), or (K, C + symbols) where it sees the input, too.
Weights = namedtuple("Weights", "cell input_gate output_gate output")

# Room for one step: activations of the hidden layer, of this step and of the one before, (3C,)
# or (0,); the gates and g of net_c, (C,) each; internal states s and what cells say, (C,);
# derivatives of s by the weights of cells and input gates, (C, M); outputs and their e, (K,);
# and how far g and h reach, (2,).
Space = namedtuple(
    "Space", "hidden before opened g shown s said by_cell by_input_gate answers errors ranges"
)


@dataclass(frozen=True)
class Reading:
    """What the paper leaves open about its network for 2a and 2b; the defaults are one reading.

    update        "sequence": the weights change after each sequence by the sum over its steps,
                  as the appendix says; "step": after each step
    rate          the learning rate, times the error of equation (19). By (16) and (17) the same
                  rate would count twice as much, since the error is squared without a half
    added         presentations after which cell and input gate are added, which the paper does
                  "once the error has stopped decreasing"; 0: they are there from the start
    window        if not 0: they are added when the mean error of so many presentations is no
                  less than that of as many before, and `added` does not count
    swapped       whether g lies in [-1, 1] and h in [-2, 2], as the caption of the paper's Table
                  10 has it, and not the other way round, as equations (4) and (5) do
    gate          what is added at the start to the weights by which the input gates see the
                  symbols, as a bias would be; in the paper 0
    cross_entropy whether the error is cross-entropy; in the paper it is squared
    adam          whether Adam makes the updates, one a sequence; in the paper it is plain
                  gradient descent

    The last three are steps away from the paper. Raises `InputError`.
    """

    update: str = "sequence"
    rate: float = 1.0
    added: int = 0
    window: int = 0
    swapped: bool = False
    gate: float = 0.0
    cross_entropy: bool = False
    adam: bool = False

    def __post_init__(self):
        one_of("update", self.update, ("sequence",) if self.adam else ("sequence", "step"))
        real_number("rate", self.rate, 1e-6, 100)
        real_number("gate", self.gate, -20, 20)
        whole_number("added", self.added, 0, 5_000_000)
        whole_number("window", self.window, 0, 100_000)


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

    Without output gates g is the logistic function (3) and h the identity.
    """
    a, b = space.ranges  # of g and h: they lie between minus this and this
    C, gated = len(w.cell), len(w.output_gate) > 0
    for j in range(C):
        space.opened[j] = sigmoid(net(w.input_gate, j, x, space.before))  # (7)
        squashed = sigmoid(net(w.cell, j, x, space.before))
        space.g[j] = TWO * a * squashed - a if gated else squashed  # (5)
        space.s[j] += space.opened[j] * space.g[j]  # (9)
        space.said[j] = space.s[j]
        if gated:
            space.shown[j] = sigmoid(net(w.output_gate, j, x, space.before))  # (8)
            space.said[j] = space.shown[j] * (TWO * b * sigmoid(space.s[j]) - b)  # (9), (4)
            space.hidden[j], space.hidden[C + j] = space.said[j], space.opened[j]
            space.hidden[2 * C + j] = space.shown[j]


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
        for k in range(len(w.output)):
            change.output[k, j] += rate * space.errors[k] * space.said[j]  # (22)


@compiled
def room(w, ranges):
    """A `Space`, not initialised."""
    C, M = w.cell.shape
    K, H = len(w.output), 3 * len(w.output_gate)
    hidden, before = np.empty(H, F32), np.empty(H, F32)
    opened, g, shown = np.empty(C, F32), np.empty(C, F32), np.empty(C, F32)
    s, said = np.empty(C, F32), np.empty(C, F32)
    by_cell, by_input_gate = np.empty((C, M), F32), np.empty((C, M), F32)
    answers, errors = np.empty(K, F32), np.empty(K, F32)
    return Space(
        hidden, before, opened, g, shown, s, said, by_cell, by_input_gate, answers, errors, ranges
    )


@compiled
def reset(space):
    """Activations and internal states of a network that has read nothing yet."""
    space.before[:] = ZERO
    space.s[:] = ZERO
    space.said[:] = ZERO
    space.by_cell[:] = ZERO
    space.by_input_gate[:] = ZERO


@compiled
def apply(w, change, moments, rate):
    """Change the weights by the sum over a sequence's steps, and begin a new sum.

    `moments`: what Adam keeps, m and v (as `Weights`) and the powers of its betas, (2,); plain
    gradient descent has none of them, (0,).
    """
    m, v, powers = moments
    before = powers.copy()
    for weights, changes, mean, square in zip(w, change, m, v):  # noqa: B905 - not in Numba
        if len(powers):
            powers[:] = before  # one step of Adam for all arrays
            betas = np.array((0.9, 0.999))
            flat = weights.reshape(-1), mean.reshape(-1), square.reshape(-1)
            adam(flat[0], flat[1], flat[2], powers, -changes.reshape(-1), rate, betas)
        else:
            weights += rate * changes
        changes[:] = ZERO


@entry
def present(w, moments, lines, steps, targets, reading, cells, seen, made_of=MADE_OF):
    """Show sequences one after another and learn from each.

    lines      int16 (sequences, symbols): one-hot indices, and steps, how many are read
    targets    int16 (sequences, steps): the right output at each step, -1 where none is asked
    reading    learning rate, whether the weights change after each step (or else after each
               sequence), whether the error is cross-entropy, and how far g and h reach
    cells      whether the cells are there; without them, what the input says is learnt
    seen       (sequences,): filled with the mean squared error (16) over the steps asked
    """
    rate, each_step, cross_entropy, ranges = reading
    space = room(w, ranges)
    change = Weights(
        np.zeros_like(w.cell),
        np.zeros_like(w.input_gate),
        np.zeros_like(w.output_gate),
        np.zeros_like(w.output),
    )
    for n in range(len(lines)):
        reset(space)
        total, asked = 0.0, 0
        for t in range(steps[n]):
            x = lines[n, t]
            if cells:
                forward(w, space, x)
                derivatives(w, space, x)
            if targets[n, t] >= 0:
                answer(w, space, x)
                total += fill_errors(space.answers, space.errors, targets[n, t], cross_entropy)
                asked += 1
                if each_step:
                    learn(w, w, space, x, rate, cells)
                else:
                    learn(w, change, space, x, ONE, cells)
            space.before[:] = space.hidden
        seen[n] = total / asked
        if not each_step:
            apply(w, change, moments, rate)


@entry
def judge(w, ranges, lines, steps, targets, cells, limit, worst, made_of=MADE_OF):
    """Fill `worst`, (sequences,), with the largest error over all outputs of the steps asked.

    It ends with the first sequence whose error is not below `limit`.
    """
    space = room(w, ranges)
    for n in range(len(lines)):
        reset(space)
        worst[n] = ZERO
        for t in range(steps[n]):
            x = lines[n, t]
            if cells:
                forward(w, space, x)
            if targets[n, t] >= 0:
                answer(w, space, x)
                worst[n] = largest_error(space.answers, targets[n, t], worst[n])
            space.before[:] = space.hidden
        if worst[n] >= limit:
            return


class LSTM1997(Network):
    """A network of 1997 for one of the paper's tasks.

    `form`: an `Experiment2a`, `2b` or `2c`; it decides about the network, see the paper's
    "Architectures". `seed`: of its weights, and of what it is shown. `reading`: a `Reading`, by
    default with the paper's rate for the task, 1.0 or 0.01. Raises `InputError`.
    """

    def __init__(self, form, seed=0, reading=None):
        super().__init__(form, seed)
        gated = form.outputs is not None
        self.reading = reading or Reading(rate=0.01 if gated else 1.0)
        if not isinstance(self.reading, Reading):
            raise InputError("reading", "a Reading", reading)
        cells, symbols = (2 if gated else 1), len(form.alphabet)
        sees = symbols + 3 * cells * gated
        outputs = (len(form.outputs or form.alphabet), cells + symbols * (not gated))
        shapes = (cells, sees), (cells, sees), (cells * gated, sees), outputs
        self.weights = Weights(*self.small_weights(*shapes))
        self.weights.input_gate[:, :symbols] += np.float32(self.reading.gate)
        m, v = (Weights(*map(np.zeros_like, self.weights)) for _ in range(2))
        self.ranges = np.array((1, 2) if self.reading.swapped else (2, 1), "float32")
        self.moments = m, v, np.ones(2 * self.reading.adam)
        self.added, self._seen = None if self.reading.window else self.reading.added, []

    @property
    def has_cells(self):
        """Whether cells and gates have been added yet."""
        return self.added is not None and self.presented >= self.added

    def learn(self, lines, steps, targets, seen):
        """Present sequences, in this order; fills `seen` with the mean error of each."""
        r = self.reading
        how = np.float32(r.rate), r.update == "step", r.cross_entropy, self.ranges
        arrays = lines, steps, targets, how, self.has_cells, seen
        present(self.weights, self.moments, *arrays)
        if self.added is None:
            self._watch(seen)

    def _watch(self, seen):
        """Add the cell once the error has stopped decreasing, by the rule of the reading."""
        self._seen.extend(seen)
        window = self.reading.window
        earlier, now = self._seen[-2 * window : -window], self._seen[-window:]
        if len(earlier) == window and np.mean(now) >= np.mean(earlier):
            self.added = self.presented

    def errors(self, lines, steps, targets, limit=np.inf):
        """The largest error of each sequence over all outputs of the steps asked.

        It ends with the first that is not below `limit`, and leaves those after it at 0.
        """
        worst = np.zeros(len(lines), "float32")
        arrays = lines, steps, targets, self.has_cells, np.float32(limit), worst
        judge(self.weights, self.ranges, *arrays)
        return worst
