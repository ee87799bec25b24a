"""What does a larger alphabet do to learning, when the sequences stay the same two?

The tutorial's sequences, 3 0 1 2 3 and 4 0 1 2 4, in alphabets of 5 to 1,000 symbols, of which
the others never occur. Outputs: "sigmoid", which begin at 1/2; "base rate", sigmoids that begin
at 1 / symbols; "softmax". `last_weight` is the share of the loss on the last step, or "plain".
Each combination has its own learning rate: that with which 6 networks, of seeds from 1,000 on,
needed the fewest presentations in the mean (1,000 epochs where one did not pass). Then 40 fresh
networks, of seeds from 0 on, are trained with it. A look is after every 20th of 1,000 epochs;
the test asks about every step.
"""

from dataclasses import replace
from itertools import product
from math import log
from time import perf_counter

import numpy as np

import lstm_memory as lm

from .regenerate import finished, outcome, quickest

SIZES = (5, 30, 100, 1_000)
RATES = (0.01, 0.03, 0.1, 0.3)
CHOOSING, COUNTED = range(1_000, 1_006), range(40)  # seeds
EPOCHS, EVERY = 1_000, 20
PART = 4  # networks at a time, to save memory

SQUARE = list(product(("sigmoid", "base rate", "softmax"), ("plain", 0.5, 0.9), (20,)))
WIDER = [(output, "plain", 64) for output in ("sigmoid", "base rate", "softmax")]
BASE = replace(lm.REMEMBERING, epochs=EPOCHS)
SETTINGS = {
    "all": vars(BASE),
    "output, last_weight, neurons": SQUARE + WIDER,
    "learning rates": RATES,
}
KEY = ["symbols", "output", "last_weight", "neurons", "learning_rate", "seed"]
SAME = ["passed", "remembered", "presentations"]


def trials(sample=False):
    """Yield a list of rows for each size and combination; with `sample` twelve of one."""
    if sample:
        return (yield rows_of(30, "base rate", "plain", 20, 0.3, range(12)))
    for symbols, combination in product(SIZES, SQUARE + WIDER):
        choosing = [
            row
            for rate in RATES
            for row in finished(rows_of, symbols, *combination, rate, CHOOSING)
        ]
        yield choosing
        rate = quickest(choosing, "learning_rate")
        yield finished(rows_of, symbols, *combination, rate, COUNTED)


def rows_of(symbols, output, last_weight, neurons, rate, seeds):
    settings = replace(
        BASE,
        output="softmax" if output == "softmax" else "sigmoid",
        output_bias=-log(symbols - 1) if output == "base rate" else 0.0,
        last_weight=None if last_weight == "plain" else last_weight,
        neurons=neurons,
        learning_rate=rate,
    )
    values = (symbols, output, last_weight, neurons, rate)
    parts = [seeds[k : k + PART] for k in range(0, len(seeds), PART)]
    rows = [row for part in parts for row in trained(symbols, settings, part)]
    return [dict(zip(KEY, (*values, seed), strict=True)) | row for seed, row in rows]


def trained(symbols, settings, seeds):
    """Train a network for each seed; yield the seed, and how it did."""
    task = lm.Task(lm.TUTORIAL.sequences, alphabet=range(symbols))
    looks, began = np.arange(EVERY, EPOCHS + 1, EVERY), perf_counter()
    runs = lm.train_many(task, settings, seeds, keep=looks)
    seconds = (perf_counter() - began) / len(seeds)
    passes = np.stack([runs.at(epoch).remembers for epoch in looks], axis=1)
    for seed, own in zip(seeds, passes, strict=True):
        found = outcome(own, 2 * looks)
        share = found["presentations"] / (2 * EPOCHS)
        yield seed, found | {"seconds": round(seconds * share, 4)}
