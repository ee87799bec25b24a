"""Update after each step, each sequence, each k sequences or each epoch: which learns best?

Two things are varied by themselves: how many sequences an update sees (`batch`), and whether its
gradient is cut after each step (`reach` 1) or goes through the whole sequence. A look is a test
after each epoch. `passed`: whether the last output of all 20 sequences was within 0.25 of its
target at some look; `presentations` and `updates` are those until the first such look, or all.
`remembered`: whether it was so after the last epoch. Of the `unseen` sequences `unseen_first`
end right at the first look that was passed, or the last, and `unseen_end` after the last epoch.
"""

from itertools import product
from time import perf_counter

import numpy as np
import pandas as pd

import lstm_memory as lm

from .regenerate import finished
from .shuffled_epochs import ALPHABET, draw_lines, right

EPOCHS = 200
REACHES = {"1": 1, "whole": None}
BATCHES = (1, 2, 5, 20)  # sequences in an update
RATES = (0.003, 0.01, 0.03, 0.1, 0.3)
TO_CHOOSE, TO_COUNT = range(100, 104), range(20)  # sets of sequences
SEEDS = 5  # networks on each set
NUMBER = 20  # sequences in a set

SETTINGS = {
    "test": "the last output of every sequence within 0.25 of its target",
    "cell": "lstm",
    "neurons": 20,
    "sequences": NUMBER,
    "epochs": EPOCHS,
    "sets to choose the rate": [*TO_CHOOSE],
    "sets to count": [*TO_COUNT],
    "networks for each set": SEEDS,
}
KEY = ["reach", "batch", "learning_rate", "draw", "seed"]
SAME = ["passed", "remembered", "updates", "presentations"]


def trials(sample=False):
    """Yield a table for each set: first those that choose a rate, then those that count."""
    if sample:
        yield from (train("whole", batch, 0.1, TO_CHOOSE[0]) for batch in (5, 20))
        return
    for reach, batch in product(REACHES, BATCHES):
        ways = [(reach, batch, rate, draw) for rate in RATES for draw in TO_CHOOSE]
        tried = [pd.DataFrame(finished(train, *way)) for way in ways]
        yield from tried
        rate = best(pd.concat(tried))
        yield from (finished(train, reach, batch, rate, draw) for draw in TO_COUNT)


def best(table):
    """The rate with which half of the networks need the fewest presentations.

    Those that never pass count as more than all others; among equals, the most that pass.
    """
    needed = table["presentations"].where(table["passed"], np.inf)
    rates = table.assign(needed=needed).groupby("learning_rate")
    order = pd.DataFrame({"median": rates["needed"].median(), "fail": -rates["passed"].sum()})
    return order.sort_values(["median", "fail"]).index[0]


def train(reach, batch, rate, draw):
    """One setting on one set: a row a network, with what it took to pass for the first time."""
    shown, choose, report = draw_lines(NUMBER, draw)
    others = choose + report
    settings = lm.Settings(
        bptt_steps=REACHES[reach], batch_size=batch, learning_rate=rate, epochs=EPOCHS
    )
    task, seeds = lm.Task(shown, ALPHABET), range(SEEDS * draw, SEEDS * (draw + 1))
    began = perf_counter()
    runs = lm.train_many(task, settings, seeds, keep=range(1, EPOCHS + 1))
    per_epoch = (perf_counter() - began) / len(seeds) / EPOCHS
    looks = np.array([(runs.at(e).last_errors < 0.25).all(axis=1) for e in runs.kept])
    passed = looks.any(axis=0)
    epochs = np.where(passed, looks.argmax(axis=0) + 1, EPOCHS)
    unseen = [right(runs.at(e), others) for e in epochs]
    updates = NUMBER // batch * (task.steps[0] if reach == "1" else 1)
    columns = {"reach": reach, "batch": batch, "learning_rate": rate, "draw": draw, "seed": seeds}
    columns |= {"passed": passed, "remembered": looks[-1]}
    columns |= {"updates": updates * epochs, "presentations": NUMBER * epochs}
    columns |= {"seconds": per_epoch * epochs, "unseen": len(others)}
    columns |= {"unseen_first": np.diag(unseen), "unseen_end": right(runs, others)}
    return pd.DataFrame(columns)
