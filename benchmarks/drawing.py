"""Time to draw all of the Explorer's figures: prints {"first": seconds, "again": [seconds]}."""

import json
import time

from lstm_memory import Explorer

AGAIN = 5


class TimedExplorer(Explorer):
    """An Explorer that notes how long each drawing takes, its table included."""

    def __init__(self):
        self.seconds = []
        super().__init__(threaded=False)

    def _show_run(self, change=None):
        began = time.perf_counter()
        super()._show_run(change)
        self.seconds.append(time.perf_counter() - began)


def main():
    explorer = TimedExplorer()
    for seed in range(1 + AGAIN):
        explorer.seed = seed
        explorer.train(wait=True)
    first, *again = explorer.seconds
    print(json.dumps({"first": first, "again": again}))


if __name__ == "__main__":
    main()
