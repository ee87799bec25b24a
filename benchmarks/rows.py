"""What is measured: the trainings, each a plain dict that every contender understands.

lines          the sequences as one-hot indices; in one row, all are of one length
symbols        size of the alphabet
neurons, epochs, learning_rate
reach          how many time steps an update sees: 1, or None for the whole sequence
models         how many networks, seeds 0, 1, 2, ...
All else is as in the tutorial: one sequence an update, sigmoid outputs, Adam, state reset
after each sequence.
"""

import numpy as np

LAGS = {10: 250, 30: 250, 100: 100, 300: 33, 1000: 10}  # lag: epochs


def row(lag=3, **changes):
    """The tutorial's experiment, with something changed.

    `lag`: symbols between the first one of a sequence and the last one, which is the same;
    with 3 it is the tutorial's task.
    """
    between = [k % 3 for k in range(lag)]
    lines = [[first, *between, first] for first in (3, 4)]
    sizes = {"symbols": 5, "neurons": 20, "models": 1}
    return {"lines": lines, **sizes, "epochs": 250, "learning_rate": 0.001, "reach": 1} | changes


def windows(row):
    """The updates of one epoch in order: inputs and targets (updates, T), carry (updates,).

    `carry` is 0 where the state is to be reset first, else 1.
    """
    lines = np.array(row["lines"], "int32")
    T = row["reach"] or lines.shape[1] - 1
    inputs, targets = (part.copy().reshape(-1, T) for part in (lines[:, :-1], lines[:, 1:]))
    carry = np.arange(len(inputs)) % (len(inputs) // len(lines)) > 0
    return inputs, targets, carry.astype("float32")


def updates(row):
    """How many updates of one network the row asks for."""
    return row["epochs"] * len(windows(row)[0])


def lag_name(lag):
    return f"lag {lag:,}"


def again_name(name):
    """The same training once more, for which nothing can be new."""
    return f"{name}, again"


# Trainings that are repeated in a warm process.
TUTORIAL = "the tutorial's experiment"
WHOLE = "whole sequence per update"
WIDE = "64 neurons"
MANY = "100 initialisations"
MORE = "1,000 initialisations"
WARM = {
    TUTORIAL: row(),
    WHOLE: row(reach=None),
    WIDE: row(neurons=64),
    MANY: row(models=100),
    MORE: row(models=1000),
}
WARM_LAGS = {lag_name(lag): row(lag, reach=None, epochs=epochs) for lag, epochs in LAGS.items()}

# Trainings done once each, one after another, in a fresh process: what something new costs.
FIRST = "first call"
OTHERS = {
    "then 12 neurons": row(neurons=12),
    "then 50 neurons": row(neurons=50),
    "then sequences of 8 symbols": row(lag=6),
    "then 400 epochs": row(epochs=400),
}
NEW_RECIPE = "then the whole-sequence recipe"
LONGER = "then 8 symbols, whole sequence"
FRESH = {FIRST: row(), **OTHERS, NEW_RECIPE: row(reach=None), LONGER: row(lag=6, reach=None)}
VERY_FIRST = "first call of all, with compiling"  # where `make env` has not done it

# Not trainings.
DRAW_AGAIN = "all figures of the Explorer, again"
DRAW_FIRST = "all figures of the Explorer, first time"
GROWTH = "memory left by 200 trainings of different sizes"
KERNEL = "memory of the process after a first training"
IMPORT = "import"
KEEPING = {  # networks: rows without and with snapshots
    networks: (f"{name}, nothing kept on the way", f"{name}, weights kept at 26 epochs")
    for networks, name in ((1, "one network"), (100, "100 networks"))
}
