"""The three tasks of Experiment 2, as forms that draw sequences, and how success is judged."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ..errors import whole_number
from ..tasks import Form

MAX_SUFFIX = 400  # more distractors than this follow with a probability of 0.9^401 = 4e-19


class Experiment(Form):
    """What the three have in common.

    `limit`: the largest error of an output that the test of success allows. `every_step`:
    whether the test looks at every step, or at the last one only.
    """

    def targets(self, lines, steps, judged=False):
        """The right output at each step, int16 (sequences, steps); -1 where none is asked.

        `lines`, `steps`: as `draw` gives them. Errors occur at every step, in 2c at the end
        only. `judged`: the steps that count in the test of success instead.
        """
        answers = self.outputs or self.alphabet
        place = {symbol: k for k, symbol in enumerate(answers)}
        output_of = np.array([place.get(symbol, -1) for symbol in self.alphabet], "int16")
        step, steps = np.arange(lines.shape[1] - 1), steps[:, None]
        at_end = self.outputs is not None or (judged and not self.every_step)
        asked = step == steps - 1 if at_end else step < steps
        return np.where(asked, output_of[lines[:, 1:]], -1).astype("int16")

    def tests(self, number, generator):
        """Draw sequences for the test of success, a few at a time: lines, steps and targets."""
        few = 10
        while number > 0:
            lines, steps = self.draw(min(few, number), generator)
            yield lines, steps, self.targets(lines, steps, judged=True)
            number, few = number - len(lines), min(500, 3 * few)


@dataclass(frozen=True)
class Experiment2a(Experiment):
    """Noise-free sequences with a long time lag: x a1 ... a(p-1) x, or y a1 ... a(p-1) y.

    Each has probability 1/2. Every symbol is to be predicted from those before it, and the
    first has to be held for p steps. The tutorial's task is this one with p = 4. `p`: 2 to
    5,000; there are p + 1 symbols. Raises `InputError`.
    """

    p: int
    limit = 0.25  # of every output's error, at every step
    every_step = True

    def __post_init__(self):
        object.__setattr__(self, "p", whole_number("p", self.p, 2, 5_000))

    @cached_property
    def alphabet(self):
        """a1 ... a(p-1), x, y, as in the paper."""
        return (*(f"a{k}" for k in range(1, self.p)), "x", "y")

    @property
    def longest(self):
        """Symbols of a sequence: p + 1."""
        return self.p + 1

    def draw(self, number, generator):
        lines = np.empty((number, self.p + 1), "int16")
        lines[:, 1:-1] = self._middle(number, generator)
        lines[:, 0] = lines[:, -1] = generator.integers(self.p - 1, self.p + 1, number)
        return lines, np.full(number, self.p)

    def _middle(self, number, generator):
        """What stands between the first and the last symbol, one-hot indices."""
        return np.arange(self.p - 1)

    @cached_property
    def _both(self):
        """The two sequences, as `tests` yields them."""
        lines, steps = self.draw(2, np.random.default_rng(0))
        lines[:, 0] = lines[:, -1] = self.p - 1, self.p
        return lines, steps, self.targets(lines, steps, judged=True)

    def tests(self, number, generator):
        """Each of the two sequences once: 10,000 draws leave one out with probability 2^-9999."""
        yield self._both


@dataclass(frozen=True)
class Experiment2b(Experiment2a):
    """No local regularities: as 2a, but the middle is random, drawn with replacement.

    Only the last symbol can be predicted, and success is judged there.
    """

    every_step = False

    def _middle(self, number, generator):
        return generator.integers(self.p - 1, size=(number, self.p - 1))

    tests = Experiment.tests


@dataclass(frozen=True)
class Experiment2c(Experiment):
    """Very long time lags and no local regularities: b, x or y, distractors, e, the same again.

    After q distractors out of p, each further symbol is a distractor with probability 9/10, or
    else e, which announces the end. The lag is at least q + 1. There are p + 4 symbols but two
    outputs, x and y, and an error at the end only. `q` and `p`: 1 to 5,000. Raises `InputError`.

    The paper's text bounds the distractors' index by q where its tables mean p, and prints an
    expected length of q + 14 where its own sum gives q + 13; see `expected_length`.
    """

    q: int
    p: int
    limit = 0.2  # of both outputs' errors, at the end
    every_step = False
    outputs = ("x", "y")

    def __post_init__(self):
        for name in ("q", "p"):
            object.__setattr__(self, name, whole_number(name, getattr(self, name), 1, 5_000))

    @cached_property
    def alphabet(self):
        """a1 ... ap, e, b, x, y, as in the paper."""
        return (*(f"a{k}" for k in range(1, self.p + 1)), "e", "b", "x", "y")

    @property
    def longest(self):
        """Symbols of the longest sequence that is drawn."""
        return self.q + 4 + MAX_SUFFIX

    @property
    def expected_length(self):
        """Symbols of a sequence in the mean: 4 + q + 9, the sum over k of 0.1 0.9^k k being 9."""
        return self.q + 13

    def draw(self, number, generator):
        e, b, x = self.p, self.p + 1, self.p + 2
        suffix = np.minimum(generator.geometric(0.1, number) - 1, MAX_SUFFIX)
        last = self.q + 3 + suffix
        lines = generator.integers(self.p, size=(number, last.max() + 1), dtype="int16")
        lines[np.arange(lines.shape[1]) > last[:, None]] = 0
        lines[:, 0], lines[:, 1] = b, x + generator.integers(2, size=number)
        rows = np.arange(number)
        lines[rows, last - 1], lines[rows, last] = e, lines[:, 1]
        return lines, last
