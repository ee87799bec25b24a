"""Trials as in the paper: how many sequences a network is shown until it passes the test."""

from dataclasses import asdict, dataclass, field, replace
from functools import partial
from threading import Event
from time import perf_counter
from typing import NamedTuple

import joblib
import numpy as np

from ..errors import InputError, a_list, checked, instance, one_of, whole_number
from ..settings import MAX_SEED
from ..sweep_store import Store, as_text
from .guess import Guess
from .lstm import LSTM1997, Reading
from .modern import Modern, recipe
from .network import FORMS, a_network, presentations
from .rnn import RNN
from .tasks import Experiment, Experiment2a, Experiment2b, Experiment2c

LOOK = 10  # presentations between two tests
TESTED = 10_000  # sequences in a row, all of which must be answered well enough
LATER = 3_000  # presentations after the first pass, when it is tested once more
NETWORKS = ("1997", "modern", "rtrl", "bptt", "guess")
KEYS = ("experiment", "form", "network", "seed", "most", "options")  # of a trial, where it is kept


class Trial(NamedTuple):
    """What became of one network.

    passed         whether it passed the test of success before it was shown more than allowed
    presentations  sequences it was shown until then; all that were allowed, if it did not
    remembered     whether it passed a single new test after 3,000 more
    seconds        the time until the first pass, with the tests
    """

    passed: bool
    presentations: int
    remembered: bool
    seconds: float


def passes(network, number=TESTED):
    """Whether every error is below the limit on so many random sequences, used for nothing else.

    The test ends with the first few sequences of which one fails.
    """
    form = network.form
    generator = np.random.default_rng([network.seed, network.presented, 2])
    tests = form.tests(number, generator)
    return all((network.errors(*drawn, form.limit) < form.limit).all() for drawn in tests)


def first_pass(network, most, stop=None):
    """Show a network sequences until it passes the test, tried every ten; whether it did.

    `most`: presentations that are allowed. `stop`: a `threading.Event`; once it is set, the
    network is shown no more.
    """
    passed = False
    while not passed and network.presented < most and not (stop and stop.is_set()):
        network.go_to(network.presented + LOOK)
        passed = passes(network)
    return passed


def trial(network, most, stop=None):
    """Take a network to its first pass and 3,000 presentations further; return a `Trial`.

    `most` and `stop`: see `first_pass`.
    """
    began = perf_counter()
    passed = first_pass(network, most, stop)
    seconds, presented = perf_counter() - began, network.presented
    remembered = False
    if passed:
        network.go_to(presented + LATER)
        remembered = passes(network)
    return Trial(passed, presented, remembered, seconds)


# Down here, since notebook 07 shows the functions as they stand above.
CHECKS = {
    "network": a_network,
    "number": presentations,
    "most": presentations,
    "stop": partial(instance, kinds=Event, expected="a threading.Event, or None"),
}
passes, first_pass, trial = (checked(f, CHECKS) for f in (passes, first_pass, trial))


@dataclass(frozen=True)
class Job:
    """One trial that is to be made: of which network, on which task.

    `network`: "1997", "modern", "rtrl", "bptt" or "guess". `options`: what is different from
    its defaults, fields of `Reading`, of `Settings`, or a `rate`. `most`: presentations allowed.
    Raises `InputError`.
    """

    form: Experiment2a | Experiment2b | Experiment2c
    network: str
    seed: int
    most: int
    options: dict = field(default_factory=dict)

    def __post_init__(self):
        instance("form", self.form, Experiment, FORMS)
        one_of("network", self.network, NETWORKS)
        whole_number("seed", self.seed, 0, MAX_SEED)
        presentations("most", self.most)
        instance("options", self.options, dict, "{field: value}")

    def make(self):
        """The network, before it has been shown anything."""
        try:
            return self._made()
        except TypeError as error:  # of an option that there is not
            if not self.options:
                raise
            expected = f"options that the network {self.network!r} has"
            raise InputError("options", expected, self.options) from error

    def _made(self):
        form, seed, options = self.form, self.seed, self.options
        name = self.network
        if name == "1997":
            rate = 0.01 if form.outputs else 1.0
            return LSTM1997(form, seed, Reading(**{"rate": rate} | options))
        if name == "modern":
            return Modern(form, seed, replace(recipe(form), **options))
        return Guess(form, seed) if name == "guess" else RNN(form, seed, name, **options)

    @property
    def key(self):
        """What decides about the result, a text for each of `KEYS`."""
        return type(self.form).__name__, *map(as_text, asdict(self).values())

    @property
    def told(self):
        """What tells its row in a table of results from the others."""
        return asdict(self.form) | {"network": self.network, "seed": self.seed}

    def row(self):
        """Make the trial: a row of the table of results."""
        return self.told | trial(self.make(), self.most)._asdict()


def trials(jobs, folder=None):
    """Make trials side by side; yield (number of the job, row) as they end.

    `folder`: where rows are kept, so that the same call goes on where an earlier one ended.
    There are as many processes as cores, unless `joblib.parallel_config` says otherwise.
    """
    jobs = list(a_list("jobs", jobs, "a list of Jobs"))
    for job in jobs:
        instance("jobs", job, Job, "a list of Jobs")
    store = Store(folder, "trials", KEYS, Trial._fields)
    store.begin()
    kept = {n: store.rows[job.key] for n, job in enumerate(jobs) if job.key in store.rows}
    for number, values in kept.items():
        yield number, jobs[number].told | dict(zip(Trial._fields, values, strict=True))
    left = [number for number in range(len(jobs)) if number not in kept]
    _, jobs_at_once = joblib.parallel.get_active_backend()
    jobs_at_once = jobs_at_once or joblib.cpu_count()
    parallel = joblib.Parallel(jobs_at_once, return_as="generator_unordered", batch_size=1)
    for number, row in parallel(joblib.delayed(_made)(number, jobs[number]) for number in left):
        store.add({jobs[number].key: tuple(row[name] for name in Trial._fields)})
        yield number, row


def warm_up():
    """Have the networks of 1997 compiled, which takes about ten seconds, once on a computer."""
    for name in ("1997", "rtrl", "bptt"):
        trial(Job(Experiment2a(2), name, seed=0, most=LOOK).make(), most=LOOK)


def _made(number, job):
    return number, job.row()
