"""What does the order of the sequences do, to those that were shown and to unseen ones?

A look is a test: after each epoch until 400 presentations, and then after 600, 800, 1,000, 1,500
and 2,000. `passed`: whether the last output of every sequence trained on was within 0.25 of its
target at some look; `presentations` and `updates` are those until the first such look, or all.
`remembered`: whether it was so at the last look.

Half of the unseen sequences serve to choose a checkpoint (`to_choose`), and the others are
`reported`. So many of the reported end right: `first`, at the first look that was passed, or at
the last; `best`, at the look `best_at`, the earliest of those at which the most of the sequences
to choose by end right (`chosen`); and `unseen_40` and so on, after so many presentations.
`seen_40` and so on are those trained on.
"""

from functools import partial
from itertools import product
from time import perf_counter

import numpy as np
import pandas as pd

import lstm_memory as lm

from .regenerate import finished

# all sequences that begin and end with A or B, with four symbols between
ALL = [[first, *middle, first] for first in "AB" for middle in product("xyz", repeat=4)]
ALPHABET = "ABxyz"
ORDERS = ("in turn", "drawn once", "random", "blocks")
SIZES = (10, 20)
RATES = (0.01, 0.03)
DRAWS, SEEDS = 40, 2
CURVE = (40, 80, 120, 160, 200, 300, 400, 600, 800, 1_000, 1_500, 2_000)  # presentations
EACH_EPOCH = 400  # presentations, until which there is a look after each epoch

SETTINGS = {
    "test": "the last output of every sequence within 0.25 of its target",
    "cell": "lstm",
    "neurons": 20,
    "reach": "whole",
    "batch_size": 1,
    "presentations": CURVE[-1],
    "sets of each size": DRAWS,
    "networks for each set": SEEDS,
}
KEY = ["sequences", "order", "learning_rate", "draw", "seed"]
SAME = ["passed", "remembered", "presentations", "updates"]


def trials(sample=False):
    """Yield a table for each set, order and rate; see `train`."""
    if sample:
        wanted = [(20, order, 0.03, draw) for order in ORDERS[:2] for draw in range(3)]
    else:
        wanted = product(SIZES, ORDERS, RATES, range(DRAWS))
    make = train if sample else partial(finished, train)
    for sequences, order, rate, draw in wanted:
        yield make(sequences, order, rate, draw, range(draw * SEEDS, (draw + 1) * SEEDS))


def draw_lines(sequences, draw):
    """Sequences to train on, as many with A as with B, and two halves of the others.

    Each set is drawn by itself: none is a part of another. Returns (shown, to choose, to report).
    """
    generator = np.random.default_rng([sequences, draw])
    half = len(ALL) // 2
    each = [half * k + generator.permutation(half) for k in (0, 1)]
    shown, rest = zip(*[np.split(own, [sequences // 2]) for own in each], strict=True)
    choose, report = zip(*[np.array_split(own, 2) for own in rest], strict=True)
    in_turn = np.stack(shown, axis=1).ravel()
    parts = [in_turn, np.concatenate(choose), np.concatenate(report)]
    return [[ALL[k] for k in part] for part in parts]


def ordered(lines, order, draw):
    """The sequences, A and B in turn, in the order in which they stand in the task."""
    if order == "blocks":  # all with A, then all with B
        return sorted(lines, key=lambda line: line[0])
    if order == "drawn once":
        return [lines[k] for k in np.random.default_rng([draw, 1]).permutation(len(lines))]
    return lines


def train(sequences, order, rate, draw, seeds):
    """One set in one order: a row a network."""
    shown, choose, report = draw_lines(sequences, draw)
    settings = lm.Settings(
        bptt_steps=None,
        learning_rate=rate,
        epochs=CURVE[-1] // sequences,
        shuffle=order == "random",
    )
    looks = sorted({*range(sequences, EACH_EPOCH + 1, sequences), *CURVE})
    began = perf_counter()
    task = lm.Task(ordered(shown, order, draw), ALPHABET)
    runs = lm.train_many(task, settings, seeds, keep=[look // sequences for look in looks])
    seconds = (perf_counter() - began) / len(seeds) / CURVE[-1]
    at = [runs.at(look // sequences) for look in looks]
    found = {
        name: np.array([right(r, lines) for r in at])
        for name, lines in {"seen": shown, "choose": choose, "report": report}.items()
    }
    columns = {"sequences": sequences, "order": order, "learning_rate": rate, "draw": draw}
    columns |= {"seed": seeds} | rows_of(found, np.array(looks), sequences)
    columns["seconds"] = seconds * columns["presentations"]
    columns |= {"to_choose": len(choose), "reported": len(report)}
    for look in CURVE:
        k = looks.index(look)
        columns |= {f"seen_{look}": found["seen"][k], f"unseen_{look}": found["report"][k]}
    return pd.DataFrame(columns)


def rows_of(found, looks, sequences):
    """When each network passed first, and what its unseen sequences were at two looks.

    `found`: how many sequences ended right, each (looks, seeds).
    """
    passed = found["seen"] == sequences
    first = np.where(passed.any(axis=0), passed.argmax(axis=0), len(looks) - 1)
    best, each = found["choose"].argmax(axis=0), np.arange(passed.shape[1])
    return {
        "passed": passed.any(axis=0),
        "remembered": passed[-1],
        "presentations": looks[first],
        "updates": looks[first],
        "first": found["report"][first, each],
        "best": found["report"][best, each],
        "best_at": looks[best],
        "chosen": found["choose"][best, each],
    }


def right(runs, lines):
    """How many of the sequences each network ends right, (seeds,)."""
    parts = [lm.Task(lines[k : k + 50], ALPHABET) for k in range(0, len(lines), 50)]
    return sum((runs.on(part).last_errors < 0.25).sum(axis=1) for part in parts)
