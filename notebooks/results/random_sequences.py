"""The rule or the sequences? Training on a fixed set, or on new sequences at every update.

The form: one of 2, 4 or 8 first symbols, then symbols drawn from x, y, z, then a mark "?", then
the first symbol again. Trained with 8 drawn symbols, on fixed sets of 2 to 50 sequences or on 20
new ones at each update; once with lengths of 2 to 14. A fixed set is a draw of different
sequences in which each first symbol begins as many, or one more than others. Of each size there
are 8 draws, and for each 3 networks (1 with more than two first symbols). `last_weight`: 0.5,
half of the loss is on the last step and half on the middle that nobody can know; or 1, the loss
is on the last step only. The test: is the
last step right, every output within 0.25, in all sequences of length 8 that the network was not
trained on? A look is after 50, 100, 200 and 400 updates. `unseen_8`: how many such sequences it
is asked about: all that there are (with two first symbols), or 4,000 drawn ones but for those it
was shown. `right_8`: how many of them are right at the end, `at_50` and so on at the other looks.
`unseen_2`, `unseen_20`: the same at other lengths, at the end. `own`: at which look all sequences
trained on (of the new ones, 20 examples) are right for the first time, 0 for at none.
"""

from dataclasses import replace
from functools import partial
from itertools import product
from time import perf_counter

import numpy as np

import lstm_memory as lm
from lstm_memory.engine.schedule import Schedule
from lstm_memory.memory import forward
from lstm_memory.runs import errors

from .regenerate import finished, outcome

SIZES = {2: (2, 5, 10, 20, 50), 4: (20, 50), 8: (20, 50)}  # by first symbols
LENGTH, VARIED, OTHERS = 8, (2, 14), (2, 20)
MANY, DRAWN = 15_000, 4_000  # of more sequences than MANY so many are drawn
DRAWS, NETWORKS = 8, {2: 3, 4: 1, 8: 1}  # for each fixed set, and each draw
WEIGHTS = (0.5, 1.0)  # of the last step
NEW = 12  # networks for each training on new sequences
LOOKS = (50, 100, 200, 400)
SUCCESS = 0.25
AT_A_TIME = 1_000  # sequences

RECIPE = lm.Settings(
    epochs=LOOKS[-1],
    bptt_steps=None,
    learning_rate=0.01,
    batch_size=None,
    forget_bias=3.0,
    output="softmax",
    clip_norm=1.0,
)
SETTINGS = {
    "recipe": vars(RECIPE) | {"last_weight": WEIGHTS},
    "fixed sets": SIZES,
    "draws": DRAWS,
    "networks for each draw": NETWORKS,
    "new sequences in each update": 20,
    "middle": ["x", "y", "z"],
}
KEY = ["firsts", "training", "last_weight", "draw", "seed"]
SAME = ["passed", "remembered", "own", "unseen_8", "presentations"]


def form(firsts, length=LENGTH):
    return lm.Recall(list("ABCDEFGH")[:firsts], ["x", "y", "z"], length, ["?"])


def balanced(firsts, number, draw, length=LENGTH):
    """A task of so many different sequences; every first symbol begins about as many."""
    generator = np.random.default_rng([draw, number, firsts])
    letters, lines = form(firsts, length).firsts, set()
    while len(lines) < number:
        middle = generator.choice(["x", "y", "z"], length).tolist()
        first = letters[len(lines) % firsts]
        lines.add((first, *middle, "?", first))
    return lm.Task(sorted(lines), form(firsts).alphabet)


def numbers(lines, firsts):
    """One-hot indices (sequences, symbols) as numbers, each of which stands for one sequence."""
    digits = lines[:, 1:-2] - firsts
    return lines[:, 0] * 3 ** digits.shape[1] + digits @ 3 ** np.arange(digits.shape[1])


def sequences(numbers, firsts, length):
    """The sequences of these numbers, one-hot indices (sequences, symbols)."""
    first, rest = np.divmod(numbers, 3**length)
    middle = firsts + rest[:, None] // 3 ** np.arange(length) % 3
    mark = np.full_like(first, firsts + 3)
    return np.column_stack([first, middle, mark, first])


def asked(firsts, length):
    """The numbers of the sequences that networks are asked about: all, or some drawn ones."""
    total = firsts * 3**length
    if total <= MANY:
        return np.arange(total)
    return np.unique(np.random.default_rng(length).integers(total, size=DRAWN))


def shown(task, seed, length, firsts):
    """The numbers of the sequences of this length that a training of `RECIPE` showed."""
    if task.renewed is None:
        return numbers(np.array(task.indices), firsts) if length == LENGTH else np.array([])
    rows = Schedule(task, RECIPE, [seed]).rows(0, RECIPE.epochs)
    inputs = rows["inputs"][:, 0].transpose(0, 2, 1).reshape(-1, rows["inputs"].shape[2])
    place = (inputs == firsts + 3).argmax(axis=1)  # of the mark
    read = inputs[place == length + 1, : length + 2]
    return numbers(np.column_stack([read, read[:, 0]]), firsts)


def right(runs, lines):
    """Whether each network is right at the end of each sequence, bool (networks, sequences)."""
    found = []
    for part in (lines[k : k + AT_A_TIME] for k in range(0, len(lines), AT_A_TIME)):
        said = forward(runs.settings, runs.weights, list(part))["outputs"][:, :, -1]
        found.append(errors(said, part[:, -1]) < SUCCESS)
    return np.concatenate(found, axis=1)


def trials(sample=False):
    """Yield a list of rows for each training; with `sample` those of four."""
    make = rows_of if sample else partial(finished, rows_of)
    for last_weight, (firsts, sizes) in product(WEIGHTS, SIZES.items()):
        if sample and firsts > 2:
            continue
        for size, draw in product((20,) if sample else sizes, range(2 if sample else DRAWS)):
            seeds = range(NETWORKS[firsts] * draw, NETWORKS[firsts] * (draw + 1))
            task = balanced(firsts, size, draw)
            yield make(firsts, f"{size} fixed", task, last_weight, draw, seeds)
        if not sample:
            new = form(firsts).task(20, renewed=True)
            yield make(firsts, "20 new", new, last_weight, 0, range(NEW))
    if not sample:
        varied = form(2, VARIED).task(20, renewed=True)
        yield make(2, "20 new, length 2 to 14", varied, 0.5, 0, range(NEW))


def rows_of(firsts, training, task, last_weight, draw, seeds):
    """Train a network for each seed, and ask all about sequences that were not shown."""
    began = perf_counter()
    settings = replace(RECIPE, last_weight=last_weight)
    runs = lm.train_many(task, settings, seeds, keep=LOOKS)
    seconds = round((perf_counter() - began) / len(seeds), 4)
    unseen = {n: unseen_of(task, seeds, firsts, n) for n in (LENGTH, *OTHERS)}
    lines = {n: sequences(asked(firsts, n), firsts, n) for n in unseen}
    looks = [right(runs.at(epoch), lines[LENGTH]) & unseen[LENGTH] for epoch in LOOKS]
    end = {n: right(runs, lines[n]) & unseen[n] for n in OTHERS} | {LENGTH: looks[-1]}
    own = np.stack([(runs.at(e).last_errors < SUCCESS).all(axis=1) for e in LOOKS], axis=1)
    values = (firsts, training, last_weight, draw)
    for k, seed in enumerate(seeds):
        passes = [bool((look[k] == unseen[LENGTH][k]).all()) for look in looks]
        found = outcome(passes, np.multiply(LOOKS, len(task.steps)), len(task.steps))
        row = dict(zip(KEY, (*values, seed), strict=True)) | found
        row |= {"seconds": seconds, "own": LOOKS[own[k].argmax()] if own[k].any() else 0}
        for n in sorted(unseen):
            row |= {f"unseen_{n}": unseen[n][k].sum(), f"right_{n}": end[n][k].sum()}
        row |= {f"at_{e}": look[k].sum() for e, look in zip(LOOKS[:-1], looks, strict=False)}
        yield row


def unseen_of(task, seeds, firsts, length):
    """Which of the sequences asked each network was not shown, bool (seeds, sequences)."""
    every = asked(firsts, length)
    return np.stack([~np.isin(every, shown(task, seed, length, firsts)) for seed in seeds])
