"""Which configuration is the simplest that remembers? The map from which settings are chosen.

Four kinds of network in which an update sees the whole sequence, and the LSTM with a gradient that
is cut after 1 or 2 steps, or with a `frozen` hidden layer (then only the output layer learns). A
look is a test after one of the numbers of epochs in `LOOKS`. `passed`: whether the network passed
the test of 1997 at some look; `presentations` and `updates` are those until the first such look,
or all. `remembered`: whether it passed at the last look.
"""

from time import perf_counter

import numpy as np
import pandas as pd

import lstm_memory as lm

from .regenerate import finished

LOOKS = (5, 10, 15, 20, 25, 30, 40, 50, 60, 70, 80, 90, 100, 120, 140, 160, 180, 200)
LOOKS += (250, 300, 350, 400, 450, 500, 600, 700, 800, 900, 1_000)  # epochs
RATES = (0.001, 0.01, 0.03, 0.1)
UNITS, FEWER = (1, 2, 3, 4, 5, 6, 7, 8, 10, 20, 64), (1, 2, 4, 8, 20, 64)
KINDS = {
    "LSTM": {},
    "softmax": {"output": "softmax"},
    "GRU": {"cell": "gru"},
    "RNN": {"cell": "simple_rnn"},
    "reach 1": {"bptt_steps": 1},
    "reach 2": {"bptt_steps": 2},
    "frozen": {"bptt_steps": 1, "frozen": True},
}
WHOLE = tuple(KINDS)[:4]
SEEDS = range(20)

SETTINGS = {
    "task": lm.TUTORIAL.sequences,
    "kinds": KINDS,
    "batch_size": 1,
    "forget_bias": 1.0,
    "looks": LOOKS,
}
KEY = ["kind", "neurons", "learning_rate", "seed"]
SAME = ["passed", "remembered", "presentations", "updates"]


def trials(sample=False):
    """Yield a table for each kind, number of units and learning rate."""
    if sample:
        yield train("LSTM", 7, 0.03, SEEDS)
        yield train("softmax", 4, 0.1, SEEDS)
        return
    for kind in KINDS:
        for neurons in UNITS if kind in WHOLE else FEWER:
            for rate in RATES:
                yield finished(train, kind, neurons, rate, SEEDS)


def train(kind, neurons, rate, seeds):
    """One setting: a row a network, with what it took to pass for the first time."""
    change = {"bptt_steps": None} | KINDS[kind]
    settings = lm.Settings(neurons=neurons, learning_rate=rate, epochs=LOOKS[-1], **change)
    began = perf_counter()
    runs = lm.train_many(lm.TUTORIAL, settings, seeds, keep=LOOKS)
    per_epoch = (perf_counter() - began) / len(seeds) / LOOKS[-1]
    looks = np.array([runs.at(epoch).remembers for epoch in LOOKS])
    passed = looks.any(axis=0)
    epochs = np.array(LOOKS)[np.where(passed, looks.argmax(axis=0), -1)]
    updates = {1: 8, 2: 4, None: 2}[settings.bptt_steps] * epochs
    columns = {"kind": kind, "neurons": neurons, "learning_rate": rate, "seed": seeds}
    columns |= {"passed": passed, "remembered": looks[-1]}
    columns |= {"presentations": 2 * epochs, "updates": updates}
    return pd.DataFrame(columns | {"seconds": (per_epoch * epochs).round(4)})
