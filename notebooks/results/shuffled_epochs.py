"""Fixed order or random order: what is learnt, and what of it holds for unseen sequences?"""

from itertools import product
from time import perf_counter

import numpy as np
import pandas as pd

import lstm_memory as lm

# all sequences that begin and end with A or B, with four symbols between
ALL = [[first, *middle, first] for first in "AB" for middle in product("xyz", repeat=4)]
ALPHABET = "ABxyz"
ORDERS = {2: ["fixed", "random"], 10: ["blocks", "fixed", "random"]}
ORDERS[20] = ORDERS[10]
SHOWN = 1_000  # presentations
RATES = (0.01, 0.03)
DRAWS, SEEDS = 8, 16

SETTINGS = {
    "test": "the last output of every sequence within 0.25 of its target",
    "cell": "lstm",
    "neurons": 20,
    "reach": "whole",
    "batch_size": 1,
    "presentations": SHOWN,
    "draws of sequences": DRAWS,
}
KEY = ["sequences", "order", "learning_rate", "draw", "seed"]
SAME = ["remembered"]


def trials(sample=False):
    """Yield a table for each task and order; see `train`."""
    if sample:
        yield train(10, "random", 0.01, 0, range(8))
        yield train(20, "blocks", 0.01, 0, range(8))
        return
    for sequences, orders in ORDERS.items():
        for order, rate, draw in product(orders, RATES, range(DRAWS)):
            yield train(sequences, order, rate, draw, range(draw * SEEDS, (draw + 1) * SEEDS))


def draw_lines(sequences, draw):
    """So many different sequences, as many with A as with B, in turn."""
    generator = np.random.default_rng(draw)
    half = len(ALL) // 2
    parts = [half * k + generator.permutation(half)[: sequences // 2] for k in (0, 1)]
    return [ALL[k] for k in np.stack(parts, axis=1).ravel()]


def train(sequences, order, rate, draw, seeds):
    """One setting: a row a network; `unseen_right` counts unseen sequences that end right."""
    lines = draw_lines(sequences, draw)
    if order == "blocks":  # all with A, then all with B
        lines = sorted(lines, key=lambda line: line[0])
    task = lm.Task(lines, ALPHABET)
    epochs = SHOWN // sequences
    settings = lm.Settings(
        bptt_steps=None, learning_rate=rate, epochs=epochs, shuffle=order == "random"
    )
    began = perf_counter()
    runs = lm.train_many(task, settings, seeds)
    seconds = (perf_counter() - began) / len(seeds)
    unseen = [line for line in ALL if line not in lines]
    columns = {"sequences": sequences, "order": order, "learning_rate": rate, "draw": draw}
    columns |= {"seed": seeds, "remembered": (runs.last_errors < 0.25).all(axis=1)}
    columns |= {"unseen": len(unseen), "unseen_right": right(runs, unseen)}
    columns |= {"updates": epochs * sequences, "presentations": epochs * sequences}
    return pd.DataFrame(columns | {"seconds": round(seconds, 4)})


def right(runs, lines):
    """How many of the sequences each network ends right, (seeds,)."""
    parts = [lm.Task(lines[k : k + 50], ALPHABET) for k in range(0, len(lines), 50)]
    return sum((runs.on(part).last_errors < 0.25).sum(axis=1) for part in parts)
