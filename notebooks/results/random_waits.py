"""A symbol held over a random wait: with which ingredients, and is it the rule that is learnt?

Sequences as in Experiments 2b and 2c of Hochreiter & Schmidhuber (1997): a first symbol, symbols
drawn from x, y, z (or x alone), and the first symbol again. "announced" (2c): a mark "?" comes
before the end, after a wait that is drawn from `wait` to 1.2 times `wait`. "fixed" (2b): no mark,
and all waits have the same length. The recipe is that of 2c in notebook 07: an input gate that
begins shut, a forget gate that begins open, outputs for the first symbols only, so that nothing
is asked before the end. Where the middle is asked, there are outputs for all symbols, and half of
the loss is on the last step. Then other changes, more first symbols, and training on 50
sequences that stay the same. Each has, at each wait, its own learning rate: that with which 4
networks, of seeds from 1,000 on, needed the fewest presentations in the mean (all that they were
shown where one did not pass). At waits of 300 and 1,000 it is the one of 100. Then 12 fresh
networks, of seeds from 0 on, are trained with it. A look is after every 50th of 1,000
presentations, one an update; the test asks about the last step of 200 sequences that are drawn
for it.
"""

from dataclasses import replace
from functools import partial
from itertools import product
from math import log
from time import perf_counter

import numpy as np

import lstm_memory as lm

from .regenerate import finished, outcome, quickest

WAITS, LONG = (10, 30, 100, 300, 1_000), (100, 1_000)
RATES = (0.01, 0.03, 0.1)
CHOOSING, COUNTED = range(1_000, 1_004), range(12)  # seeds
MOST = 100  # the longest wait at which rates are tried
PRESENTATIONS, EVERY = 1_000, 50
FEW, ASKED, SUCCESS = 20, 200, 0.25  # a network wrong about the first few is not asked further

RECIPE = lm.Settings(
    neurons=8,
    bptt_steps=None,
    output="softmax",
    last_weight=1.0,
    clip_norm=1.0,
)
OPEN = {"input_bias": 0.0}
CHANGES = {  # of the recipe, whose biases follow from the wait
    "recipe": {},
    "input gate half open": OPEN,
    "the middle is asked, too": {"last_weight": 0.5},
    "the middle is asked, gate half open": {"last_weight": 0.5} | OPEN,
    "forget bias 1": {"forget_bias": 1.0},
}
CONSTANT = [("announced", 1, 2, "new", change) for change in list(CHANGES)[:4]]
ANNOUNCED = [("announced", 3, 2, "new", change) for change in CHANGES]
MORE = [("announced", 3, 4, "new", "recipe"), ("announced", 3, 8, "new", "recipe")]
MORE += [("fixed", 3, 2, "new", "recipe"), ("announced", 3, 2, "50 fixed", "recipe")]
EXPERIMENTS = [*product(WAITS, ANNOUNCED), *product(LONG, CONSTANT + MORE)]
SETTINGS = {
    "recipe": vars(RECIPE) | {"input_bias": "-log(wait)", "forget_bias": "log(wait) + 1"},
    "changes": CHANGES,
    "learning rates": RATES,
    "experiments": EXPERIMENTS,
}
KEY = ["wait", "end", "distractors", "firsts", "training", "change", "learning_rate", "seed"]
SAME = ["passed", "remembered", "presentations"]


def form(wait, end, distractors, firsts):
    """What draws the sequences."""
    length, mark = (wait, []) if end == "fixed" else ((wait, wait + wait // 5), ["?"])
    return lm.Recall(list("ABCDEFGH")[:firsts], list("xyz")[:distractors], length, mark)


def settings_of(wait, change, rate):
    biases = {"input_bias": -log(wait), "forget_bias": log(wait) + 1}
    return replace(RECIPE, **biases | CHANGES[change], learning_rate=rate)


def trials(sample=False):
    """Yield a list of rows for each experiment; with `sample` those that choose in one."""
    make = rows_of if sample else partial(finished, rows_of)
    chosen = {}
    for wait, experiment in [(10, ANNOUNCED[0])] if sample else EXPERIMENTS:
        if wait <= MOST:
            rows = [row for rate in RATES for row in make(wait, *experiment, rate, CHOOSING)]
            chosen[experiment] = quickest(rows, "learning_rate")
            yield rows
        if not sample:
            yield make(wait, *experiment, chosen[experiment], COUNTED)


def rows_of(wait, end, distractors, firsts, training, change, rate, seeds):
    """Train a network for each seed, and look at it as often as is needed."""
    drawn, settings = form(wait, end, distractors, firsts), settings_of(wait, change, rate)
    shown = 1 if training == "new" else 50
    task = drawn.task(shown, renewed=training == "new")
    if settings.last_weight == 1:
        task = replace(task, outputs=drawn.firsts)
    looks, began = np.arange(EVERY, PRESENTATIONS + 1, EVERY), perf_counter()
    settings = replace(settings, epochs=PRESENTATIONS // shown)
    runs = lm.train_many(task, settings, seeds, keep=looks // shown)
    seconds = (perf_counter() - began) / len(seeds)
    rows, values = [], (wait, end, distractors, firsts, training, change, rate)
    for k, seed in enumerate(seeds):
        found = outcome(looked(runs, k, looks // shown, drawn), looks)
        share = found["presentations"] / PRESENTATIONS
        row = dict(zip(KEY, (*values, seed), strict=True)) | found
        rows.append(row | {"seconds": round(seconds * share, 4)})
    return rows


def looked(runs, k, epochs, drawn):
    """Whether network `k` passes at each look; between its first pass and the end none is made."""
    passes = [False] * len(epochs)
    for n, epoch in enumerate(epochs):
        if n + 1 == len(epochs) or not any(passes):
            one = replace(runs.at(epoch), weights=[w[k : k + 1] for w in runs.kept[epoch]])
            passes[n] = all((one.new_errors(drawn, a) < SUCCESS).all() for a in (FEW, ASKED))
    return passes
