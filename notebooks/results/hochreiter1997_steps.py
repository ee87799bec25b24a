"""From the LSTM of 1997 to today's in single steps, on Experiment 2c: what is it that does it?

"without": today's recipe, from which one thing at a time is taken away or changed. "with": the
network of 1997, to which one thing at a time is added, then several. Success and looks as in
`hochreiter1997_2c`. `passed`: whether there was a first success within the presentations allowed;
`presentations`, those until then; `remembered`: whether a single new test is passed 3,000
presentations later.
"""

from math import log

from lstm_memory.hochreiter1997 import Experiment2c, Job

from .regenerate import resumable

TRIALS = {("modern", 100): 10, ("modern", 1_000): 5, ("1997", 100): 5}
FORMS = {100: Experiment2c(100, 100), 1_000: Experiment2c(1_000, 50)}
MOST = {"modern": 3_000, "1997": 40_000}


def without(q):
    """{name: what is changed in today's recipe}."""
    lag = log(q)
    return {
        "today's recipe": {},
        "input gate half open: bias 0": {"input_bias": 0.0},
        "input gate: bias -1": {"input_bias": -1.0},
        "input gate: bias -2": {"input_bias": -2.0},
        "no forget gate: bias 20": {"forget_bias": 20.0},
        "forget gate: bias ln q": {"forget_bias": lag},
        "forget gate: bias 3": {"forget_bias": 3.0},
        "forget gate: bias 1": {"forget_bias": 1.0},
        "rate a third": {"learning_rate": 0.01},
        "rate three times": {"learning_rate": 0.1},
        "no clipping": {"clip_norm": None},
        "gradient over half the lag": {"bptt_steps": q // 2},
        "2 units": {"neurons": 2},
        "20 units": {"neurons": 20},
        "two logistic outputs": {"output": "sigmoid"},
        "5 sequences an update": {"batch_size": 5},
        "10 sequences an update": {"batch_size": 10},
    }


def added(q):
    """{name: what is added to the network of 1997}."""
    shut, forget = {"gate": -log(q)}, {"forget": log(q) + 1}
    fast, entropy = {"adam": True, "rate": 0.03}, {"cross_entropy": True}
    rest = forget | {"full": True, "cells": 8, "clip": 1.0} | entropy
    return {
        "as in 1997": {},
        "input gate shut": shut,
        "forget gate, open: ln q + 1": forget,
        "gradient over the whole sequence": {"full": True},
        "cross-entropy": entropy,
        "8 cells": {"cells": 8},
        "clipping at 1": {"clip": 1.0},
        "rate ten times": {"rate": 0.1},
        "Adam, rate 0.03": fast,
        "input gate shut, cross-entropy": shut | entropy,
        "input gate shut, Adam": shut | fast,
        "all but the shut gate": rest | fast,
        "all but Adam": rest | shut,
        "all but Adam, rate ten times": rest | shut | {"rate": 0.1},
        "all but Adam, rate a hundred times": rest | shut | {"rate": 1.0},
        "all": rest | shut | fast,
    }


SETTINGS = {
    "without": {str(q): without(q) for q in FORMS},
    "with": {"100": added(100)},
    "presentations allowed": MOST,
}
KEY = ["q", "p", "network", "step", "seed"]
SAME = ["passed", "remembered", "presentations"]


def trials(sample=False):
    """Yield the rows; with `sample` those of today's recipe at q = 100."""
    named = list(_jobs())
    if sample:
        named = [(n, j) for n, j in named if n == "today's recipe" and j.form.q == 100]
    rows = resumable([job for _, job in named], keep=not sample)
    pairs = zip(named, rows, strict=True)
    yield [row | {"step": name, "updates": row["presentations"]} for (name, _), row in pairs]


def _jobs():
    """(step, job) of every trial."""
    for q, form in FORMS.items():
        for name, options in without(q).items():
            for seed in range(TRIALS["modern", q]):
                yield name, Job(form, "modern", seed, MOST["modern"], options)
    for name, options in added(100).items():
        for seed in range(TRIALS["1997", 100]):
            yield name, Job(FORMS[100], "1997", seed, MOST["1997"], options)
