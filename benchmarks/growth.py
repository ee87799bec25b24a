"""How much memory 200 trainings, no two of one size, leave behind in one process.

Prints records: MB after a first training; MB more at the end, and after each of the others.
"""

import json
import random

import psutil

import lstm_memory as lm

from .records import ours
from .rows import GROWTH, KERNEL


def megabytes():
    return psutil.Process().memory_info().rss / 2**20


lm.train(lm.TUTORIAL)
first, grown, draw = megabytes(), [], random.Random(0)
for number in range(200):  # 1 to 64 neurons, 4 to 20 symbols a sequence
    between = [draw.randrange(3) for _ in range(draw.randint(2, 18))]
    task = lm.Task([[first, *between, first] for first in (3, 4)], alphabet=range(5))
    reach = draw.choice([1, None])
    settings = lm.Settings(neurons=draw.randint(1, 64), epochs=20 + number, bptt_steps=reach)
    lm.train(task, settings)
    grown.append(round(megabytes() - first, 1))
growth = ours(GROWTH, grown[-1:], "MB", course=grown)
print(json.dumps([ours(KERNEL, [round(first, 1)], "MB"), growth]))
