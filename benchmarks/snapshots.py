"""What it costs to keep weights at 26 epochs: prints records."""

import json
from time import perf_counter

import lstm_memory as lm

from .records import ours
from .rows import KEEPING

TIMES = {1: 31, 100: 9}  # networks: repetitions
KEEP = ((), range(0, 251, 10))

found = {row: [] for rows in KEEPING.values() for row in rows}
for networks, repetitions in TIMES.items():
    for turn in range(2 + repetitions):  # the first two are to warm up
        for row, keep in zip(KEEPING[networks], KEEP, strict=True):
            began = perf_counter()
            lm.train_many(lm.TUTORIAL, lm.Settings(), seeds=networks, keep=keep)
            if turn >= 2:
                found[row].append(perf_counter() - began)
print(json.dumps([ours(row, seconds) for row, seconds in found.items()]))
