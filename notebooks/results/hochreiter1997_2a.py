"""Experiment 2a of 1997: how many presentations until success, and what the paper leaves open.

Table 2 of Hochreiter & Schmidhuber (1997): two sequences, a lag of p steps. Success: every output
within 0.25 at every step of 10,000 random sequences, with a look every ten presentations;
`presentations` are those until the first success, `passed` says whether there was one within
those allowed, and `remembered` whether the test is passed 3,000 presentations later.

`reading`: for the network of 1997, what was taken for that which the paper leaves open or
states in two ways. Some were chosen for their count, in probes of many more that are not here.
"""

from dataclasses import asdict
from itertools import product

from lstm_memory.hochreiter1997 import Experiment2a, Job, recipe

from .regenerate import resumable

TRIALS = 18  # as in the paper
FEW = 2  # of the other readings
FRESH = range(1_000, 1_000 + TRIALS)  # seeds that chose nothing


def _readings():
    """{name: fields of `Reading`}."""
    named = {}
    for update, rate, added in product(("step", "sequence"), (1.0, 2.0), (0, 300, 1_000, 3_000)):
        name = f"update a {update}, rate {rate:g}, cell after {added:,}"
        named[name] = {"update": update, "rate": rate, "added": added}
    for update, window in product(("step", "sequence"), (100, 1_000)):
        name = (
            f"update a {update}, rate 1, cell when {window:,} are no better than {window:,} before"
        )
        named[name] = {"update": update, "window": window}
    return named


READINGS = _readings()
MAIN = "update a step, rate 1, cell after 300"
DEPARTURES = {  # what the paper does not do
    "rate 4, cell after 1,000, gate begins shut": {
        "update": "step", "rate": 4.0, "added": 1_000, "gate": -3.0,
    },
    "cross-entropy, cell after 2,000, gate begins shut": {
        "update": "step", "added": 2_000, "gate": -3.0, "cross_entropy": True,
    },
}  # fmt: skip
RATES = (1.0, 4.0, 10.0)
MOST = {"rtrl": {4: 5_000_000, 10: 1_000_000, 100: 20_000}, "bptt": {100: 20_000}}
MOST |= {"1997": 40_000, "modern": 20_000, "guess": 100_000}

SETTINGS = {
    "modern": {"recipe for p = 100": asdict(recipe(Experiment2a(100)))},
    "readings": READINGS | DEPARTURES,
    "presentations allowed": MOST,
}
KEY = ["p", "network", "reading", "seed"]
SAME = ["passed", "remembered", "presentations"]


def trials(sample=False):
    """Yield the rows; with `sample` some of those that take a second or less."""
    named = list(_jobs())
    if sample:
        named = [(n, job) for n, job in named if job.form.p == 10 and job.network == "1997"]
        named = named[:12]
    rows = resumable([job for _, job in named], keep=not sample)
    pairs = zip(named, rows, strict=True)
    yield [row | {"reading": name, "updates": row["presentations"]} for (name, _), row in pairs]


def _jobs():
    """(reading or rate, job) of every trial."""
    for seed in range(TRIALS):
        yield MAIN, Job(Experiment2a(10), "1997", seed, MOST["1997"], READINGS[MAIN])
    for name, options in (READINGS | DEPARTURES).items():
        for seed in range(TRIALS if name == MAIN else FEW):
            yield name, Job(Experiment2a(100), "1997", seed, MOST["1997"], options)
    for learning in ("rtrl", "bptt"):
        for p, most in MOST[learning].items():
            for rate, seed in product(RATES, range(TRIALS // 2)):
                job = Job(Experiment2a(p), learning, seed, most, {"rate": rate})
                yield f"rate {rate:g}", job
    for p, seed in product((4, 10, 100), range(TRIALS)):
        yield "random weights", Job(Experiment2a(p), "guess", seed, MOST["guess"])
    for seed in FRESH:
        yield "recipe", Job(Experiment2a(100), "modern", seed, MOST["modern"])
