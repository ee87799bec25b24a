"""Does an LSTM remember over hundreds and thousands of steps? With which recipe, and how soon?

The tutorial's two sequences with a longer wait in the middle: 3 0 1 1 ... 1 2 3 and
4 0 1 1 ... 1 2 4, with as many symbols in between as the lag says. The recipe, and the recipe
with one thing changed. Each has, at each lag, its own learning rate: that with which 4 networks,
of seeds from 1,000 on, needed the fewest presentations in the mean (all that they were shown
where one did not pass). At lags of 300 and 1,000 it is the one of 100; at 1,000 only those
recipes are tried by which at least half of the networks passed at 300. Then 18 fresh networks, of
seeds from 0 on, are trained with it. A training ends after 500 epochs where the network has passed
by then, and after 2,000 where not. A look is after every 10th epoch. The test asks about the last
step only, since nobody can know when the 2 comes.
"""

from dataclasses import replace
from functools import partial
from itertools import product
from math import log
from time import perf_counter

import numpy as np

import lstm_memory as lm

from .regenerate import finished, outcome, quickest

LAGS = (10, 30, 100, 300, 1_000)
RATES = (0.003, 0.01, 0.03)
CHOOSING, COUNTED = range(1_000, 1_004), range(18)  # seeds; 18 as in the article of 1997
FEW, EPOCHS, EVERY = 500, 2_000, 10
MOST, LAST = 100, 300  # the longest lags at which rates are tried, and all recipes are
SUCCESS = 0.25

RECIPE = lm.Settings(
    epochs=EPOCHS,
    bptt_steps=None,
    learning_rate=0.01,
    batch_size=None,
    output="softmax",
    last_weight=0.5,
    clip_norm=1.0,
)
CHANGES = {  # the first three make the forget bias another one, the next six undo a thing
    "recipe": {},
    "forget bias 5": {"forget_bias": 5.0},
    "forget bias 10": {"forget_bias": 10.0},
    "forget bias 20": {"forget_bias": 20.0},
    "forget bias 1": {"forget_bias": 1.0},
    "last step like any other": {"last_weight": None},
    "gradient cut in the middle": {"bptt_steps": "half"},
    "no clipping": {"clip_norm": None},
    "one sequence per update": {"batch_size": 1},
    "sigmoid": {"output": "sigmoid"},
    "input gate shut": {"input_bias": "-log(lag)"},
    "learning rate 0.001": {"learning_rate": 0.001},
}
SETTINGS = {
    "recipe": vars(RECIPE) | {"forget_bias": "log(lag)"},
    "changes": CHANGES,
    "learning rates": RATES,
}
KEY = ["lag", "recipe", "learning_rate", "seed"]
SAME = ["passed", "remembered", "presentations"]


def waiting(lag):
    """The tutorial's sequences with a wait in the middle; those of lag 3 are its own."""
    return lm.Task([[first, 0, *[1] * (lag - 2), 2, first] for first in (3, 4)])


def settings_of(lag, recipe):
    """The `Settings` of a recipe at a lag, but for the learning rate."""
    change = dict(CHANGES[recipe])
    if "bptt_steps" in change:
        change["bptt_steps"] = lag // 2 + 1
    if "input_bias" in change:
        change["input_bias"] = -log(lag)
    return replace(RECIPE, **{"forget_bias": log(lag)} | change)


def trials(sample=False):
    """Yield a list of rows for each lag and recipe; with `sample` those that choose in one."""
    make = rows_of if sample else partial(finished, rows_of)
    chosen, given_up = {}, set()
    for lag, recipe in [(10, "recipe")] if sample else product(LAGS, CHANGES):
        rate = CHANGES[recipe].get("learning_rate", chosen.get(recipe))
        if "learning_rate" not in CHANGES[recipe] and lag <= MOST:
            rows = [row for r in RATES for row in make(lag, recipe, r, CHOOSING)]
            rate = chosen[recipe] = quickest(rows, "learning_rate")
            yield rows
        if not sample and recipe not in given_up:
            rows = make(lag, recipe, rate, COUNTED)
            if lag == LAST and sum(row["passed"] for row in rows) < len(rows) / 2:
                given_up.add(recipe)
            yield rows


def rows_of(lag, recipe, rate, seeds):
    """Train a network for each seed, and those that did not pass once more, for longer."""
    settings = replace(settings_of(lag, recipe), learning_rate=rate)
    rows = [row for row in trained(lag, replace(settings, epochs=FEW), seeds) if row["passed"]]
    left = sorted({*seeds} - {row["seed"] for row in rows})
    rows += trained(lag, settings, left) if left else []
    return [{"lag": lag, "recipe": recipe, "learning_rate": rate} | row for row in rows]


def trained(lag, settings, seeds):
    """Train a network for each seed; how did they do?"""
    looks, began = np.arange(EVERY, settings.epochs + 1, EVERY), perf_counter()
    runs = lm.train_many(waiting(lag), settings, seeds, keep=looks)
    seconds = (perf_counter() - began) / len(seeds)
    errors = np.stack([runs.at(epoch).last_errors.max(axis=1) for epoch in looks], axis=1)
    per_update = 2 if settings.bptt_steps is None and settings.batch_size is None else 1
    rows = []
    for seed, passes in zip(seeds, errors < SUCCESS, strict=True):
        found = outcome(passes, 2 * looks, per_update)
        share = found["presentations"] / (2 * settings.epochs)
        rows.append({"seed": seed} | found | {"seconds": round(seconds * share, 4)})
    return rows
