"""How few units are enough? Counted on initialisations that have chosen nothing.

For each kind of network and number of units the learning rate is the one with which the most of
the networks in `tuning` passed; among equals, the one with which they passed soonest. The looks
and the columns are those of `tuning`.
"""

from pathlib import Path

import pandas as pd

from .regenerate import finished
from .tuning import FEWER, KEY, SAME, UNITS, WHOLE, train
from .tuning import SETTINGS as SEARCHED

FRESH = range(1_000, 1_100)  # seeds
WANTED = {kind: (UNITS if kind in WHOLE else FEWER)[2:] for kind in SEARCHED["kinds"]}

SETTINGS = SEARCHED | {"units": WANTED}
__all__ = ["KEY", "SAME", "SETTINGS", "trials"]


def trials(sample=False):
    """Yield a table for each kind and number of units."""
    rates = chosen(pd.read_csv(Path(__file__).parent / "tuning.csv"))
    if sample:
        yield train("GRU", 5, rates["GRU", 5], FRESH[:20])
        return
    for kind, units in WANTED.items():
        for neurons in units:
            yield finished(train_fresh, kind, neurons, rates[kind, neurons])


def train_fresh(kind, neurons, rate):
    """One setting, as in tuning.py, with seeds that chose nothing."""
    return train(kind, neurons, rate, FRESH)


def chosen(tuning):
    """The learning rate for each (kind, neurons)."""
    groups = tuning.groupby(["kind", "neurons", "learning_rate"])
    score = groups["passed"].sum() - groups["presentations"].mean() / 1e6  # at most 2,000 of them
    return score.unstack().idxmax(axis=1)
