"""Who remembers across a lag? Four kinds of layer, the LSTM with two forget biases.

Two sequences that differ in their first and last symbol, with as many symbols in between as
the lag says, none of them twice: task 2a of Hochreiter & Schmidhuber (1997). A look after every
50th update: the test of 1997 at every step. `passed`, `remembered`, `updates` and `presentations`
as README.md has them.
"""

from dataclasses import replace
from time import perf_counter

import numpy as np

import lstm_memory as lm

SEEDS = 18  # as in the article of 1997
EVERY = 50
UPDATES = {3: 200, 10: 300, 30: 400, 100: 1_000}  # by lag
RECIPE = lm.Settings(
    bptt_steps=None,
    batch_size=None,
    learning_rate=0.01,
    output="softmax",
    last_weight=0.5,
    clip_norm=1.0,
)
NETWORKS = {
    "dense": {"cell": "dense"},
    "simple RNN": {"cell": "simple_rnn"},
    "GRU": {"cell": "gru"},
    "LSTM, bias 1": {"forget_bias": 1.0},
    "LSTM, bias 3": {"forget_bias": 3.0},
}
SETTINGS = {"recipe": vars(RECIPE), "networks": NETWORKS, "updates": UPDATES}
KEY = ["network", "lag", "seed"]
SAME = ["passed", "remembered", "updates"]


def lagged(lag):
    return lm.Task([[first, *range(lag), first] for first in (lag, lag + 1)])


def trials(sample=False):
    """Yield a list of rows for each network and lag."""
    for name, change in NETWORKS.items():
        for lag in list(UPDATES)[:2] if sample else UPDATES:
            settings = replace(RECIPE, epochs=UPDATES[lag], **change)
            yield [{"network": name, "lag": lag} | row for row in rows(lagged(lag), settings)]


def rows(task, settings):
    """Train `SEEDS` networks together; an update is an epoch, as it sees both sequences."""
    began = perf_counter()
    tests = range(EVERY, settings.epochs + 1, EVERY)
    runs = lm.train_many(task, settings, SEEDS, keep=tests)
    seconds = (perf_counter() - began) / SEEDS
    passed = np.array([runs.at(epoch).remembers for epoch in tests])
    for seed, mine in zip(runs.seeds, passed.T, strict=True):
        updates = tests[int(mine.argmax())] if mine.any() else settings.epochs
        yield {
            "seed": seed,
            "passed": bool(mine.any()),
            "remembered": bool(mine[-1]),
            "updates": updates,
            "presentations": 2 * updates,
            "seconds": seconds * updates / settings.epochs,
        }
