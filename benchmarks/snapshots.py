"""What it costs to keep the weights at 26 epochs, for the slider over a training.

Prints {networks: {"none": seconds, "kept": seconds}}, each a list, measured in turn.
"""

import json
import time

import lstm_memory as lm

KEEP = range(0, 251, 10)
TIMES = {1: 31, 100: 9}  # networks: repetitions


def measure(networks, repetitions):
    seconds = {"none": [], "kept": []}
    for _ in range(2 + repetitions):
        for name, keep in (("none", ()), ("kept", KEEP)):
            began = time.perf_counter()
            lm.train_many(lm.TUTORIAL, lm.Settings(), seeds=networks, keep=keep)
            seconds[name].append(time.perf_counter() - began)
    return {name: values[2:] for name, values in seconds.items()}


if __name__ == "__main__":
    print(json.dumps({networks: measure(networks, n) for networks, n in TIMES.items()}))
