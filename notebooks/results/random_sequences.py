"""The rule or the sequences? Training on a fixed set, or on new sequences at every update.

The form: A or B, then symbols drawn from x, y, z, then a mark "?", then the first symbol
again. Trained with 8 drawn symbols, on fixed sets of 2 to 50 sequences or on 20 new ones at
each update; once with lengths of 2 to 14. Tested at the last step of 10,000 sequences of
each length, drawn apart from those of the training: `right_8` is how many of 10,000 with 8
drawn symbols have every output within 0.25. `own`: whether all sequences trained on (of the
new ones, 20 examples) are right. `remembered`: whether all 10,000 of length 8 are.
"""

from dataclasses import replace
from time import perf_counter

import lstm_memory as lm

FORM = lm.Recall(["A", "B"], ["x", "y", "z"], 8, ["?"])
LENGTHS = (2, 8, 20)
NEW = 10_000  # sequences
SEEDS = 20
PART = 20  # networks at a time
SUCCESS = 0.25

TRAININGS = {f"{number} fixed": FORM.task(number) for number in (2, 5, 10, 20, 50)}
TRAININGS["20 new, length 8"] = FORM.task(20, renewed=True)
TRAININGS["20 new, length 2 to 14"] = replace(FORM, length=(2, 14)).task(20, renewed=True)

RECIPE = lm.Settings(
    epochs=400,
    bptt_steps=None,
    learning_rate=0.01,
    batch_size=None,
    forget_bias=3.0,
    output="softmax",
    last_weight=0.5,
    clip_norm=1.0,
)
SETTINGS = {
    "recipe": vars(RECIPE),
    "trainings": {name: len(task.sequences) for name, task in TRAININGS.items()},
    "firsts": FORM.firsts,
    "middle": FORM.middle,
    "mark": FORM.mark,
    "new sequences of each length": NEW,
}
KEY = ["training", "seed"]
SAME = ["remembered", "own", "updates", "presentations"]


def trials(sample=False):
    """Yield a list of rows for each training and twenty seeds (with `sample`, six)."""
    names = ["20 fixed", "20 new, length 8"] if sample else TRAININGS
    for name in names:
        for first in range(0, 1 if sample else SEEDS, PART):
            yield list(trials_of(name, range(first, first + (6 if sample else PART))))


def trials_of(name, seeds):
    task = TRAININGS[name]
    began = perf_counter()
    runs = lm.train_many(task, RECIPE, seeds)
    seconds = (perf_counter() - began) / len(seeds)
    right = {
        length: (runs.new_errors(replace(FORM, length=length), NEW) < SUCCESS).sum(axis=1)
        for length in LENGTHS
    }
    own = (runs.last_errors < SUCCESS).all(axis=1)
    for k, seed in enumerate(seeds):
        yield {
            "training": name,
            "seed": seed,
            "remembered": bool(right[8][k] == NEW),
            "updates": RECIPE.epochs,
            "presentations": RECIPE.epochs * len(task.sequences),
            "seconds": seconds,
            "own": bool(own[k]),
        } | {f"right_{length}": int(right[length][k]) for length in LENGTHS}
