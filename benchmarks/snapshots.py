"""Prints what it costs to keep weights at 26 epochs: {networks: {"none" or "kept": [seconds]}}."""

import json
from time import perf_counter

import lstm_memory as lm

TIMES = {1: 31, 100: 9}  # networks: repetitions
WAYS = {"none": (), "kept": range(0, 251, 10)}

found = {networks: {way: [] for way in WAYS} for networks in TIMES}
for networks, repetitions in TIMES.items():
    for turn in range(2 + repetitions):  # the first two are to warm up
        for way, keep in WAYS.items():
            began = perf_counter()
            lm.train_many(lm.TUTORIAL, lm.Settings(), seeds=networks, keep=keep)
            if turn >= 2:
                found[networks][way].append(perf_counter() - began)
print(json.dumps(found))
