"""Experiment 2b of 1997: how many presentations until success, where only the end is regular?

Hochreiter & Schmidhuber (1997) report success in every one of 18 trials for p = 100, after 5,680
presentations in the mean. Success: every output within 0.25 at the end of 10,000 random
sequences in a row, with a look every ten presentations; `presentations` are those until the first
success, `passed` says whether there was one, and `remembered` whether a single
new test is passed 3,000 presentations later. "1997" is the network as the paper describes it,
in the reading of the results for 2a whose update follows each step and whose cell comes after 300;
"modern" is the recipe of `hochreiter1997.recipe`, chosen with other seeds.
"""

from dataclasses import asdict

from lstm_memory.hochreiter1997 import Experiment2b, Job, recipe

from .regenerate import resumable

TRIALS = 18  # as in the paper
FRESH = range(1_000, 1_000 + TRIALS)  # seeds that chose nothing
READING = {"update": "step", "added": 300}
MOST = {"1997": 40_000, "modern": 20_000, "guess": 100_000}

SETTINGS = {
    "modern": {"recipe for p = 100": asdict(recipe(Experiment2b(100)))},
    "1997": READING,
    "presentations allowed": MOST,
}
KEY = ["p", "network", "seed"]
SAME = ["passed", "remembered", "presentations"]


def trials(sample=False):
    """Yield the rows; with `sample` those of today's network at p = 10."""
    jobs = [Job(Experiment2b(10), "modern", seed, MOST["modern"]) for seed in FRESH]
    if not sample:
        long = Experiment2b(100)
        jobs += [Job(long, "modern", seed, MOST["modern"]) for seed in FRESH]
        jobs += [Job(long, "1997", seed, MOST["1997"], READING) for seed in range(TRIALS)]
        jobs += [Job(long, "guess", seed, MOST["guess"]) for seed in range(TRIALS)]
    yield [row | {"updates": row["presentations"]} for row in resumable(jobs, keep=not sample)]
