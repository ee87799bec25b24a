"""Before the click: TensorFlow loads, programs are compiled, while the learner still reads.

`python -m lstm_memory.ahead` compiles those of the Explorer's stories, to be kept on disk.
"""

import importlib
import threading
import time
from dataclasses import replace

from .shapes import FEW
from .training import train_many

PAUSE = 0.3  # seconds in which settings may change again
MOST = 100_000  # neurons x steps of an epoch: more would take too long to try


class Ahead:
    """Makes the program for the latest settings wanted, in a thread that ends when it is made.

    What goes wrong here is not told: the training itself will meet it again, and say so.
    """

    def __init__(self):
        self._lock = threading.Lock()
        self._latest = None
        self._at_work = False

    def want(self, wanted):
        """Prepare for a `Wanted` in place of the one before; None: for nothing."""
        with self._lock:
            self._latest = wanted
            if wanted is None or self._at_work:
                return
            self._at_work = True
        threading.Thread(target=self._work, name="lstm_memory loading", daemon=True).start()

    def _work(self):
        try:
            importlib.import_module("lstm_memory.engine")
            while (wanted := self._take()) is not None:
                _try_out(wanted)
        except Exception:
            with self._lock:
                self._at_work = False

    def _take(self):
        """The latest wish, once it has not changed for a moment; None if there is none."""
        wanted = None
        while True:
            with self._lock:
                if self._latest is None:
                    self._at_work = False
                    return None
                if self._latest is wanted:
                    self._latest = None
                    return wanted
                wanted = self._latest
            time.sleep(PAUSE)


def _try_out(wanted):
    """Train for one epoch, which compiles the program that the training itself will need."""
    task, settings, seeds = wanted
    if settings.neurons * sum(task.steps) <= MOST:
        some = seeds[: 2 * FEW + 1]  # as many, or enough for stacks of the same size
        train_many(task, replace(settings, epochs=1), some, keep=(0, 1))


def main():
    """Make the programs that the Explorer's stories need, for one network and for many."""
    from .presets import PRESETS, REMEMBER
    from .wanted import DEFAULTS, check

    for values in ({}, REMEMBER, *(preset.values for preset in PRESETS)):
        wanted, _ = check(DEFAULTS | values)
        _try_out(wanted)


if __name__ == "__main__":
    main()
