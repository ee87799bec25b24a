"""What the networks of 1997 have in common: how they are shown sequences, and their errors."""

from functools import partial
from pathlib import Path

import numpy as np

from ..engine.advance import digest
from ..engine.arithmetic import F32, ONE, ZERO, compiled
from ..errors import InputError, instance, whole_number
from ..settings import MAX_SEED
from .tasks import Experiment

MOST_SYMBOLS = 100_000  # drawn at a time
STRETCH = 10  # sequences presented at a time
MADE_OF = digest(sorted(Path(__file__).parent.glob("*.py")))  # see engine/advance.py
FORMS = "one of the tasks of Experiment 2"
presentations = partial(whole_number, low=0, high=10**9)  # checks a number of them
SMALL = 0.2  # initial weights lie between minus this and this


@compiled
def fill_errors(answers, errors, target, cross_entropy):
    """e_k of equation (19), for cross-entropy without its f'; returns the squared error (16)."""
    total = ZERO
    for k in range(len(answers)):
        missing = F32(k == target) - answers[k]
        total += missing * missing
        errors[k] = missing if cross_entropy else missing * answers[k] * (ONE - answers[k])
    return total


@compiled
def largest_error(answers, target, so_far):
    """The largest |target - output|, or `so_far` if that is larger."""
    for k in range(len(answers)):
        so_far = max(so_far, abs(F32(k == target) - answers[k]))
    return so_far


def a_network(argument, value):
    """Return `value` if it can be shown sequences and asked for its errors."""
    if not callable(getattr(value, "go_to", None)) or not callable(getattr(value, "errors", None)):
        raise InputError(argument, "a network of this room, such as an LSTM1997", value)
    return value


class Network:
    """A network that learns on-line: from sequences that are drawn one after another.

    A subclass has `weights` (a named tuple of arrays), `learn` and `errors`.
    """

    def __init__(self, form, seed):
        self.form = instance("form", form, Experiment, FORMS)
        self.seed = seed = whole_number("seed", seed, 0, MAX_SEED)
        self.generator, self.presented = np.random.default_rng([seed, 1997]), 0
        self._drawn, self._used = None, 0  # sequences, and how many of them have been presented

    def small_weights(self, *shapes):
        """Arrays of initial weights, float32, as the paper draws them."""
        return [self.generator.uniform(-SMALL, SMALL, s).astype("float32") for s in shapes]

    @property
    def number_of_weights(self):
        """How many weights it has, to compare with the paper's tables."""
        return sum(w.size for w in self.weights)

    def go_to(self, presented):
        """Learn until so many sequences have been presented in all."""
        presented = presentations("presented", presented)
        while self.presented < presented:
            if self._drawn is None or self._used == len(self._drawn[0]):
                number = max(1, MOST_SYMBOLS // self.form.longest)
                lines, steps = self.form.draw(number, self.generator)
                self._drawn, self._used = (lines, steps, self.form.targets(lines, steps)), 0
            first, number = self._used, min(STRETCH, presented - self.presented)
            part = [values[first : first + number] for values in self._drawn]
            seen = np.empty(len(part[0]), "float32")
            self.learn(*part, seen)
            self._used += len(seen)
            self.presented += len(seen)
