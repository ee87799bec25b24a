"""Does an LSTM remember over hundreds and thousands of steps? With which recipe, and how soon?

The tutorial's two sequences with a longer wait in the middle: 3 0 1 1 ... 1 2 3 and
4 0 1 1 ... 1 2 4, with as many symbols in between as the lag says. Every network is trained
by itself for 400 epochs and tested after every 20th, at the last step only, since nobody can
know when the 2 comes. `updates`, `presentations` and `seconds` are those until the first test
passed (until the end, if none was), without testing. `at_the_end`: whether it
still passes after the last epoch.
"""

from dataclasses import replace
from itertools import product
from math import log
from time import perf_counter

import numpy as np

import lstm_memory as lm

LAGS = (10, 30, 100, 300, 1_000)
EPOCHS = 400
EVERY = 20
SEEDS = 18  # as in the article of 1997
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
WITHOUT = {  # one ingredient taken away: back to the tutorial's
    "forget bias 1": {"forget_bias": 1.0},
    "last step like any other": {"last_weight": None},
    "gradient cut in the middle": {"bptt_steps": "half"},
    "learning rate 0.001": {"learning_rate": 0.001},
    "no clipping": {"clip_norm": None},
    "one sequence per update": {"batch_size": 1},
    "sigmoid": {"output": "sigmoid"},
}
SETTINGS = {"recipe": vars(RECIPE) | {"forget_bias": "log(lag)"}, "taken away": WITHOUT}
KEY = ["lag", "recipe", "seed"]
SAME = ["remembered", "updates", "presentations"]


def waiting(lag):
    """The tutorial's sequences with a wait in the middle; those of lag 3 are its own."""
    return lm.Task([[first, 0, *[1] * (lag - 2), 2, first] for first in (3, 4)])


def trials(sample=False):
    """Yield a list of rows for each lag and recipe; with `sample` six of some that are clear."""
    recipes = {"recipe": {}, **WITHOUT}
    names = ["recipe", "last step like any other"] if sample else recipes
    for lag, name in product(LAGS[:2] if sample else LAGS, names):
        recipe, change = replace(RECIPE, forget_bias=log(lag)), recipes[name]
        if change.get("bptt_steps") == "half":
            change = {"bptt_steps": lag // 2 + 1}
        settings = replace(recipe, **change)
        seeds = range(6 if sample else SEEDS)
        yield [{"lag": lag, "recipe": name} | trial(lag, settings, s) for s in seeds]


def trial(lag, settings, seed):
    """Train one network; when did it first pass?"""
    checks = range(EVERY, EPOCHS + 1, EVERY)
    began = perf_counter()
    runs = lm.train_many(waiting(lag), settings, [seed], keep=checks)
    seconds = perf_counter() - began
    weights = [np.concatenate(parts) for parts in zip(*runs.kept.values(), strict=True)]
    networks = replace(runs, seeds=tuple(checks), weights=weights)  # one network, many times
    passed = networks.last_errors.max(axis=1) < SUCCESS
    epochs = checks[int(passed.argmax())] if passed.any() else EPOCHS
    per_epoch = 1 if settings.bptt_steps is None and settings.batch_size is None else 2
    return {
        "seed": seed,
        "remembered": bool(passed.any()),
        "updates": epochs * per_epoch,
        "presentations": 2 * epochs,
        "seconds": seconds * epochs / EPOCHS,
        "at_the_end": bool(passed[-1]),
    }
