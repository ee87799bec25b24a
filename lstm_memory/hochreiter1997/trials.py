"""Trials as in the paper: how many sequences a network is shown until it passes the test."""

from time import perf_counter
from typing import NamedTuple

import numpy as np

from .tasks import Experiment2a

LOOK = 10  # presentations between two tests
TESTED = 10_000  # sequences in a row, all of which must be answered well enough
LATER = 3_000  # presentations after the first pass, when it is tested once more


class Trial(NamedTuple):
    """What became of one network.

    passed         whether it passed the test of success before it was shown more than allowed
    presentations  sequences it was shown until then; all that were allowed, if it did not
    remembered     whether it passed a single new test after `LATER` more
    seconds        the time until the first pass, with the tests
    """

    passed: bool
    presentations: int
    remembered: bool
    seconds: float


def passes(network, seed=0, number=TESTED):
    """Whether every error is below the limit on so many random sequences, used for nothing else.

    They are drawn a few at a time, and the test ends with the first that fails.
    """
    form, generator = network.form, np.random.default_rng([seed, network.presented, 2])
    at_a_time = 10
    while number > 0:
        lines, steps = form.draw(min(at_a_time, number), generator)
        number, at_a_time = number - at_a_time, min(500, 3 * at_a_time)
        lines, steps = form.different(lines, steps)
        if not network.errors(lines, steps, form.targets(lines, steps, judged=True)).max() < form.limit:
            return False
    return True


def trial(network, most, stop=None):
    """Show a network sequences until it passes the test, tried every ten; return a `Trial`.

    `most`: presentations that are allowed. `stop`: a `threading.Event`; once it is set the trial
    ends as one that did not pass.
    """
    began, passed = perf_counter(), False
    while not passed and network.presented < most and not (stop and stop.is_set()):
        network.go_to(network.presented + LOOK)
        passed = passes(network, network.seed)
    seconds, presented = perf_counter() - began, network.presented
    remembered = False
    if passed:
        network.go_to(presented + LATER)
        remembered = passes(network, network.seed)
    return Trial(passed, presented, remembered, seconds)

