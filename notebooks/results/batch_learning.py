"""Update after each step, each sequence, each k sequences or each epoch: which learns best?"""

from itertools import product
from time import perf_counter

import numpy as np
import pandas as pd

import lstm_memory as lm

# 20 sequences that begin and end with A or B, with four symbols between, no two the same
MIDDLES = np.random.default_rng(0).permutation([*product("xyz", repeat=4)])[:20]
TASK = lm.Task([["AB"[k % 2], *map(str, middle), "AB"[k % 2]] for k, middle in enumerate(MIDDLES)])
CHECKS = (1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 15, 20, 25, 30, 35, 40, 50, 60, 80, 100)  # epochs
PER_UPDATE = {"step": 1, "1": 1, "2": 2, "5": 5, "20": 20}  # sequences
RATES = (0.003, 0.01, 0.03, 0.1, 0.3)
TO_CHOOSE, TO_COUNT = range(1_000, 1_020), range(100)  # seeds

SETTINGS = {
    "sequences": [" ".join(line) for line in TASK.sequences],
    "test": "the last output of every sequence within 0.25 of its target",
    "cell": "lstm",
    "neurons": 20,
    "reach": "whole, but 1 for an update after each step",
    "epochs": CHECKS[-1],
    "tested after epochs": CHECKS,
}
KEY = ["per_update", "learning_rate", "seed"]
SAME = ["remembered", "updates", "presentations"]


def trials(sample=False):
    """Yield a table for each batch size and rate: first to choose a rate, then to count.

    `remembered`: whether the test was passed at some check, `at_end`: at the last one.
    """
    if sample:
        yield from (train(per_update, 0.03, TO_CHOOSE[:8]) for per_update in ("5", "20"))
        return
    for per_update in PER_UPDATE:
        tried = [train(per_update, rate, TO_CHOOSE) for rate in RATES]
        yield from tried
        yield train(per_update, best(pd.concat(tried)), TO_COUNT)


def best(table):
    """The rate with which half of the networks need the fewest presentations.

    Those that never pass count as more than all others; among equals, the most that pass.
    """
    needed = table["presentations"].where(table["remembered"], np.inf)
    rates = table.assign(needed=needed).groupby("learning_rate")
    order = pd.DataFrame({"median": rates["needed"].median(), "fail": -rates["remembered"].sum()})
    return order.sort_values(["median", "fail"]).index[0]


def train(per_update, rate, seeds):
    """One setting: a row a network, with what it took to pass the test for the first time."""
    settings = lm.Settings(
        bptt_steps=1 if per_update == "step" else None,
        batch_size=PER_UPDATE[per_update],
        learning_rate=rate,
        epochs=CHECKS[-1],
    )
    began = perf_counter()
    runs = lm.train_many(TASK, settings, seeds, keep=CHECKS)
    per_epoch = (perf_counter() - began) / len(seeds) / CHECKS[-1]
    passed = np.array([(runs.at(e).last_errors < 0.25).all(axis=1) for e in CHECKS])
    epochs = np.where(passed.any(axis=0), np.array(CHECKS)[passed.argmax(axis=0)], CHECKS[-1])
    steps = sum(TASK.steps) if per_update == "step" else 20 // PER_UPDATE[per_update]
    columns = {"per_update": per_update, "learning_rate": rate, "seed": seeds}
    columns |= {"remembered": passed.any(axis=0), "at_end": passed[-1]}
    columns |= {"updates": steps * epochs, "presentations": 20 * epochs}
    return pd.DataFrame(columns | {"seconds": (per_epoch * epochs).round(6)})
