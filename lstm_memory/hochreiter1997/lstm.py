"""The LSTM of 1997: no forget gate, no biases, a truncated gradient, plain gradient descent.

Its equations are in equations.py. What can be added to it are single steps towards today's
network; none of them is taken unless a `Reading` says so.
"""

from dataclasses import dataclass

import numpy as np

from ..engine.advance import entry
from ..engine.arithmetic import F32, ONE, ZERO, compiled
from ..engine.update import adam
from ..errors import instance, one_of, real_number, true_or_false, whole_number
from .equations import Weights, answer, derivatives, forward, learn, reset, room
from .full_gradient import through_time
from .network import MADE_OF, Network, fill_errors, largest_error


@dataclass(frozen=True)
class Reading:
    """What the paper leaves open about its network for 2a and 2b; the defaults are one reading.

    update        "sequence": the weights change after each sequence by the sum over its steps;
                  "step": after each step
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
    forget        if a number, there are forget gates (Gers et al. 2000), and this is added at the
                  start to the weights by which they see the symbols; in the paper there are none
    full          whether the gradient goes back through the whole sequence; in the paper it is
                  truncated
    cells         memory cells; None for as many as the paper has: two in 2c, one in 2a and 2b
    clip          if a number, the longest change of a sequence (the Euclidean norm of its
                  gradient); in the paper there is no limit

    The last seven are steps away from the paper. Raises `InputError`.
    """

    update: str = "sequence"
    rate: float = 1.0
    added: int = 0
    window: int = 0
    swapped: bool = False
    gate: float = 0.0
    cross_entropy: bool = False
    adam: bool = False
    forget: float | None = None
    full: bool = False
    cells: int | None = None
    clip: float | None = None

    def __post_init__(self):
        for name in ("swapped", "cross_entropy", "adam", "full"):
            true_or_false(name, getattr(self, name))
        whole = self.adam or self.full or self.clip is not None
        one_of("update", self.update, ("sequence",) if whole else ("sequence", "step"))
        real_number("rate", self.rate, 1e-6, 100)
        real_number("gate", self.gate, -20, 20)
        real_number("forget", 0 if self.forget is None else self.forget, -20, 20)
        whole_number("cells", 1 if self.cells is None else self.cells, 1, 100)
        real_number("clip", 1 if self.clip is None else self.clip, 1e-3, 1_000)
        whole_number("added", self.added, 0, 5_000_000)
        whole_number("window", self.window, 0, 100_000)


@compiled
def shorten(change, longest):
    """Scale a change of the weights down to the length `longest`, if it is longer."""
    squares = 0.0
    for changes in change:
        for number in changes.ravel():
            squares += number * number
    for changes in change:
        changes *= F32(longest / max(np.sqrt(squares), longest))


@compiled
def apply(w, change, moments, rate, longest):
    """Change the weights by the sum over a sequence's steps, and begin a new sum.

    `moments`: what Adam keeps, m and v (as `Weights`) and the powers of its betas, (2,); plain
    gradient descent has none of them, (0,). `longest`: of a change, before the rate; 0 for no
    limit.
    """
    if longest > ZERO:
        shorten(change, longest)
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


@compiled
def as_it_goes(w, change, space, line, targets, rate, cross_entropy, cells):
    """Read a sequence and learn from it with the paper's truncated gradient.

    `change`: to what `rate` times the changes are added, which may be the weights. Returns the
    mean squared error (16) over the steps asked.
    """
    total, asked = 0.0, 0
    for t in range(len(targets)):
        x = line[t]
        if cells:
            forward(w, space, x)
            derivatives(w, space, x)
        if targets[t] >= 0:
            answer(w, space, x)
            total += fill_errors(space.answers, space.errors, targets[t], cross_entropy)
            asked += 1
            learn(w, change, space, x, rate, cells)
        space.before[:] = space.hidden
    return total / asked


@entry
def present(w, moments, lines, steps, targets, reading, cells, seen, made_of=MADE_OF):
    """Show sequences one after another and learn from each.

    lines      int16 (sequences, symbols): one-hot indices, and steps, how many are read
    targets    int16 (sequences, steps): the right output at each step, -1 where none is asked
    reading    learning rate, whether the weights change after each step (or else after each
               sequence), whether the error is cross-entropy, whether the gradient is the full
               one, how long it may be (0: no limit), and how far g and h reach
    cells      whether the cells are there; without them, what the input says is learnt
    seen       (sequences,): filled with the mean squared error (16) over the steps asked
    """
    rate, each_step, cross_entropy, full, longest, ranges = reading
    space = room(w, ranges)
    change = Weights(
        np.zeros_like(w.cell),
        np.zeros_like(w.input_gate),
        np.zeros_like(w.output_gate),
        np.zeros_like(w.output),
        np.zeros_like(w.forget_gate),
    )
    for n in range(len(lines)):
        line, asked = lines[n], targets[n, : steps[n]]
        reset(space)
        if each_step:
            seen[n] = as_it_goes(w, w, space, line, asked, rate, cross_entropy, cells)
            continue
        if full:
            seen[n] = through_time(w, change, space, line, asked, cross_entropy)
        else:
            seen[n] = as_it_goes(w, change, space, line, asked, ONE, cross_entropy, cells)
        apply(w, change, moments, rate, longest)


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
        reading = Reading(rate=0.01 if gated else 1.0) if reading is None else reading
        self.reading = instance("reading", reading, Reading, "a Reading")
        cells, symbols = self.reading.cells or (2 if gated else 1), len(form.alphabet)
        sees = symbols + 3 * cells * gated
        outputs = (len(form.outputs or form.alphabet), cells + symbols * (not gated))
        forgetting = self.reading.forget is not None
        shapes = (cells, sees), (cells, sees), (cells * gated, sees), outputs
        shapes += ((cells * forgetting, sees),)
        self.weights = Weights(*self.small_weights(*shapes))
        self.weights.input_gate[:, :symbols] += np.float32(self.reading.gate)
        self.weights.forget_gate[:, :symbols] += np.float32(self.reading.forget or 0)
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
        full = r.full and self.form.outputs is not None  # elsewhere nothing is truncated
        rules = r.update == "step", r.cross_entropy, full, np.float32(r.clip or 0)
        how = np.float32(r.rate), *rules, self.ranges
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
