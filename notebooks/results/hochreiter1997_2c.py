"""Experiment 2c of 1997: how many presentations until success, with the network of then and now?

Table 3 of Hochreiter & Schmidhuber (1997): lags of q + 1 and more, p distractors. Success: both
outputs within 0.2 at the end of 10,000 random sequences in a row, tried every ten presentations;
`presentations` are those until the first success, `passed` says whether there was one,
and `remembered` whether a single new test is passed 3,000 presentations later. "1997" is the
network as the paper describes it, "modern" the recipe of `hochreiter1997.recipe`, chosen
with other seeds and at q = 50, 100 and 1,000. Rows with q = 300, 2,000 and 5,000
are not in the paper and chose nothing.
"""

from dataclasses import asdict

from lstm_memory.hochreiter1997 import Experiment2c, Job, recipe

from .regenerate import resumable

TABLE_3 = ((50, 50), (100, 100), (200, 200), (500, 500), (1_000, 1_000))
TABLE_3 += ((1_000, 500), (1_000, 200), (1_000, 100), (1_000, 50))
OTHERS = {(300, 300): 10, (2_000, 2_000): 5, (5_000, 5_000): 3}  # and how many trials
OLD = TABLE_3[:3]  # the rows for which there was time to train the network of 1997
TRIALS = 20  # of each row, as in the paper
FRESH = range(1_000, 1_000 + TRIALS)  # seeds that chose nothing
MOST = {"1997": 500_000, "modern": 20_000}

SETTINGS = {
    "modern": {"recipe for q = p = 100": asdict(recipe(Experiment2c(100, 100)))},
    "1997": {"rate": 0.01, "update": "sequence"},
    "presentations allowed": MOST,
}
KEY = ["q", "p", "network", "seed"]
SAME = ["passed", "remembered", "presentations"]


def trials(sample=False):
    """Yield the rows; with `sample` ten of those that take a second or less."""
    if sample:
        jobs = [_job("modern", 50, 50, seed) for seed in FRESH[:10]]
    else:
        jobs = [_job("modern", q, p, seed) for q, p in TABLE_3 for seed in FRESH]
        for (q, p), number in OTHERS.items():
            jobs += [_job("modern", q, p, seed) for seed in FRESH[:number]]
        jobs += [_job("1997", q, p, seed) for q, p in OLD for seed in range(TRIALS)]
    yield [row | {"updates": row["presentations"]} for row in resumable(jobs)]


def _job(network, q, p, seed):
    return Job(Experiment2c(q, p), network, seed, MOST[network])
