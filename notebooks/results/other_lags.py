"""Trained at one lag, tested at others: what was learnt, to hold or to wait just so long?

The task and recipe of `long_sequences`. Trained at lag 10, 30 or 100, or at six lags from 3 to
30 mixed, for 400 epochs; then tested at the last step at each lag: `at_10` and so on. There is
one look, at the end of the training; the test asks about the last step at every lag that the
network was trained at.
"""

from dataclasses import replace
from math import log
from time import perf_counter

import lstm_memory as lm

from .long_sequences import COUNTED, LAGS, RECIPE, SUCCESS, waiting

EPOCHS = 400

TRAINED = {"lag 10": (10,), "lag 30": (30,), "lag 100": (100,), "mixed": (3, 5, 8, 13, 20, 30)}
TESTED = (3, 5, 20, 50, *LAGS)

SETTINGS = {
    "recipe": vars(RECIPE) | {"epochs": EPOCHS, "forget_bias": "log(largest lag)"},
    "lags": TRAINED,
}
KEY = ["trained", "seed"]
SAME = ["passed", "remembered", "updates"]


def trials(sample=False):
    """Yield a list of rows for each training."""
    for name in ["lag 10"] if sample else TRAINED:
        yield trials_of(name, COUNTED[:10] if sample else COUNTED)


def trials_of(name, seeds):
    lags = TRAINED[name]
    task = lm.Task([line for lag in lags for line in waiting(lag).sequences])
    settings = replace(RECIPE, forget_bias=log(max(lags)), epochs=EPOCHS)
    began = perf_counter()
    runs = lm.train_many(task, settings, seeds)
    seconds = (perf_counter() - began) / len(seeds)
    passes = {
        lag: runs.on(waiting(lag)).last_errors.max(axis=1) < SUCCESS for lag in sorted(TESTED)
    }
    own = runs.last_errors.max(axis=1) < SUCCESS
    return [
        {
            "trained": name,
            "seed": seed,
            "passed": bool(own[k]),
            "remembered": bool(own[k]),
            "updates": settings.epochs,
            "presentations": settings.epochs * len(task.sequences),
            "seconds": seconds,
        }
        | {f"at_{lag}": bool(flags[k]) for lag, flags in passes.items()}
        for k, seed in enumerate(seeds)
    ]
