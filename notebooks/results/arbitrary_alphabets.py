"""What does a larger alphabet do to learning, when the sequences stay the same two?

The tutorial's sequences, 3 0 1 2 3 and 4 0 1 2 4, in alphabets of 5 to 1,000 symbols, of which
the others never occur. Tested after every 20th epoch of 300; `updates`, `presentations` and
`seconds` are those until the first test passed (until the end, if none was), `seconds`
without testing. `at_the_end`: whether it still passes after the last epoch.
"""

from dataclasses import replace
from time import perf_counter

import numpy as np

import lstm_memory as lm

SIZES = {5: 40, 10: 40, 30: 40, 100: 40, 1_000: 20}  # symbols: initialisations
EPOCHS = 300
EVERY = 20
PART = 20  # networks at a time, to save memory

RECIPES = {
    "sigmoid": {},
    "softmax": {"output": "softmax"},
    "softmax, weight on the last step": {"output": "softmax", "last_weight": 0.5},
}
SETTINGS = {"all": vars(replace(lm.REMEMBERING, epochs=EPOCHS)), "recipes": RECIPES}
KEY = ["symbols", "recipe", "seed"]
SAME = ["remembered", "updates"]


def trials(sample=False):
    """Yield a list of rows for each size and recipe."""
    for symbols, seeds in {5: PART}.items() if sample else SIZES.items():
        task = lm.Task(lm.TUTORIAL.sequences, alphabet=range(symbols))
        for name, change in RECIPES.items():
            settings = replace(lm.REMEMBERING, epochs=EPOCHS, **change)
            for first in range(0, seeds, PART):
                rows = trials_of(task, settings, range(first, first + PART))
                yield [{"symbols": symbols, "recipe": name} | row for row in rows]


def trials_of(task, settings, seeds):
    """Train a network for each seed; when did they first pass?"""
    checks = range(EVERY, EPOCHS + 1, EVERY)
    began = perf_counter()
    runs = lm.train_many(task, settings, seeds, keep=checks)
    seconds = (perf_counter() - began) / len(seeds)
    passed = np.stack([runs.at(epoch).remembers for epoch in checks], axis=1)
    for seed, tests in zip(seeds, passed, strict=True):
        epochs = checks[int(tests.argmax())] if tests.any() else EPOCHS
        yield {
            "seed": seed,
            "remembered": bool(tests.any()),
            "updates": 2 * epochs,
            "presentations": 2 * epochs,
            "seconds": seconds * epochs / EPOCHS,
            "at_the_end": bool(tests[-1]),
        }
