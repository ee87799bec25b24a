"""How much memory 200 trainings of different sizes leave behind in one process.

Prints {"first": MB after a first training, "grown": [MB more, after each of the others]}.
"""

import json
import random

import psutil

import lstm_memory as lm

TRAININGS = 200


def megabytes():
    return psutil.Process().memory_info().rss / 2**20


def sizes(count):
    """Tasks and settings, no two alike: 1 to 64 neurons, 4 to 20 symbols a sequence."""
    draw = random.Random(0)
    for number in range(count):
        between = [draw.randrange(3) for _ in range(draw.randint(2, 18))]
        task = lm.Task([[first, *between, first] for first in (3, 4)], alphabet=range(5))
        reach = draw.choice([1, None])
        yield task, lm.Settings(neurons=draw.randint(1, 64), epochs=20 + number, bptt_steps=reach)


def main():
    lm.train(lm.TUTORIAL)
    first, grown = megabytes(), []
    for task, settings in sizes(TRAININGS):
        lm.train(task, settings)
        grown.append(round(megabytes() - first, 1))
    print(json.dumps({"first": round(first, 1), "grown": grown}))


if __name__ == "__main__":
    main()
