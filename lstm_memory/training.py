"""Training, of one network or of many at once."""

import os
import threading
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from time import perf_counter

import numpy as np

from .engine.initial_weights import initial_weights
from .engine.layout import number_of_weights, to_keras
from .engine.loading import engine_unless
from .engine.schedule import Schedule
from .errors import STOP, InputError, a_function, a_list, instance, told, whole_number
from .free_memory import ask_for
from .runs import Runs
from .settings import MAX_SEED, Settings
from .tasks import Task

ROUND = 0.1  # seconds: updates between two looks at progress and stop are to take no longer
PARTS = 4  # parts of the networks for each core, so that no core is idle for long
MAX_ENTRIES = 2**20  # steps in a table of updates that differ from epoch to epoch
MAX_LOSSES = 10**8  # numbers in the table of losses, 400 MB


def train(task, settings=None, progress=None, stop=None, keep=()):
    """Train one network and return its `Run`; for the other arguments see `train_many`."""
    settings = _checked(task, settings)
    return train_many(task, settings, [settings.seed], progress, stop, keep).run(settings.seed)


@told(STOP)
def train_many(task, settings=None, seeds=100, progress=None, stop=None, keep=(), look=None):
    """Train one network for each seed, all of them side by side on all cores.

    `seeds`: how many (then 0, 1, 2, ...), or which. `progress(done, total)` is called with
    the epochs done, several times a second. `stop`: a `threading.Event`; once it is set,
    training ends within a fraction of a second and keeps the epochs that were finished.
    `keep`: epochs after which the weights are kept, for `Runs.at`. `look(make)` is called as
    often as `progress`; `make()` gives the first network as it is then, a `Run`. Each update
    minimises the mean cross-entropy over the steps and outputs it sees. Returns `Runs`; raises
    `InputError`, and `MemoryError` where a container has no room for it.
    """
    settings = _checked(task, settings)
    seeds = checked_seeds(seeds)
    progress, look = a_function("progress", progress), a_function("look", look)
    instance("stop", stop, threading.Event | None, "a threading.Event, or None")
    if len(seeds) * settings.epochs * len(task.steps) > MAX_LOSSES:
        expected = f"seeds x epochs x sequences of at most {MAX_LOSSES:,}"
        raise InputError("seeds", expected, len(seeds) * settings.epochs * len(task.steps))
    keep = a_list("keep", keep, "a list of epochs, such as [0, 50]")
    keep = sorted({whole_number("keep", epoch, 0, settings.epochs) for epoch in keep})
    numbers = (4 + len(keep)) * number_of_weights(settings, task.sizes)
    numbers += 2 * settings.epochs * len(task.steps)  # losses, as they come and divided
    ask_for(4 * len(seeds) * numbers, "this training")
    training = _Training(task, settings, seeds, keep)

    def first(done):
        weights = [array[:1] for array in training.finished]
        return Runs(task, settings, seeds[:1], weights, training.losses(done, 1)).run(seeds[0])

    def report(done, total):
        if progress:
            progress(done, total)
        if look:
            look(partial(first, done))

    done = training.go(report, stop or threading.Event())
    arrays = training.keras_arrays(training.networks["kept"])
    kept = {e: [a[:, k] for a in arrays] for k, e in enumerate(keep) if e <= done}
    stopped, losses = done < settings.epochs, training.losses(done)
    return Runs(task, settings, seeds, training.finished, losses, stopped, kept)


def _checked(task, settings):
    settings = Settings() if settings is None else settings
    instance("task", task, Task, "a Task")
    instance("settings", settings, Settings, "Settings")
    if not any(map(any, task.under(settings).asked)):
        raise InputError("last_weight", "less than 1: no last symbol is among the outputs", 1)
    return settings


def checked_seeds(seeds):
    """`seeds`, a number of them or which, as a tuple of ints; raises `InputError`."""
    if not hasattr(seeds, "__iter__") or getattr(seeds, "shape", None) == ():
        return tuple(range(whole_number("seeds", seeds, 1, 10_000)))
    seeds = a_list("seeds", seeds, "a whole number, or a list of them")
    seeds = tuple(whole_number("seeds", seed, 0, MAX_SEED) for seed in seeds)
    if not 1 <= len(seeds) <= 10_000:
        raise InputError("seeds", "1 to 10,000 seeds", len(seeds))
    if len(set(seeds)) < len(seeds):
        raise InputError("seeds", "every seed once", list(seeds))
    return seeds


class _Training:
    """A training at work: a row of numbers for each network, which the engine works on in parts.

    `networks`: the arrays of `advance.Networks`. `finished`: the weights after the last epoch
    that all networks have finished, as Keras's arrays.
    """

    def __init__(self, task, settings, seeds, keep):
        self.settings, self.sizes = settings, task.sizes
        self.schedule = Schedule(task, settings, seeds)
        weights, models = initial_weights(settings, self.sizes, seeds), len(seeds)
        self.keep = [epoch * self.schedule.per_epoch for epoch in keep]  # as rows
        kept = np.zeros((models, len(keep), weights.shape[1]), "float32")
        kept[:, np.array(keep, int) == 0] = weights[:, None]
        self.networks = {
            "weights": weights,
            "m": np.zeros_like(weights),
            "v": np.zeros_like(weights),
            "powers": np.ones((models, 2)),
            "state": np.zeros((models, 2, self.schedule.B, settings.neurons), "float32"),
            "losses": np.zeros((models, settings.epochs, len(task.steps)), "float32"),
            "kept": kept,
        }
        self.finished = self.keras_arrays(weights.copy())
        size = -(-models // (PARTS * cores()))
        self.parts = [slice(k, min(k + size, models)) for k in range(0, models, size)]
        self.tables, self.table_ends = None, 0  # one for each part; the first epoch not in them

    def go(self, progress, stop):
        """Train to the end, or until `stop` is set; return the number of epochs finished."""
        per_epoch, row, done = self.schedule.per_epoch, 0, 0
        total, pace = per_epoch * self.settings.epochs, 1  # rows in a round
        engine = engine_unless(stop) if total else None
        with ThreadPoolExecutor(cores()) as pool:
            while engine and row < total and not stop.is_set():
                if done == self.table_ends:
                    self._set_tables(engine, done)
                last = self._end_of_round(row, row + pace)
                began = perf_counter()
                if not self._advance(engine, pool, stop, row, last):
                    break
                seconds = perf_counter() - began
                if seconds < ROUND / 2:
                    pace = min(2 * pace, total)
                elif seconds > ROUND:
                    pace = max(1, pace // 2)
                row = last
                if row % per_epoch == 0:
                    done = row // per_epoch
                    self.finished = self.keras_arrays(self.networks["weights"].copy())
                    progress(done, self.settings.epochs)
        return done

    def losses(self, done, networks=None):
        """The losses of the first `networks`, or of all, in the epochs that are done."""
        sums, asked = self.networks["losses"], self.schedule.asked
        return sums[:networks, :done] / np.maximum(asked[:networks, :done], 1)

    def keras_arrays(self, rows):
        """Rows of numbers as Keras's arrays, without a copy; leading axes stay as they are."""
        return to_keras(rows, self.settings, self.sizes)

    def _end_of_round(self, row, last):
        """`last`, or an earlier row: not past the end of the table, and at the end of an epoch
        if there is one."""
        per_epoch = self.schedule.per_epoch
        last = min(last, per_epoch * self.table_ends)
        whole = last - last % per_epoch
        return whole if whole > row else last

    def _set_tables(self, engine, epoch):
        """Make the tables of rows from `epoch` on; if epochs do not vary, one serves all."""
        schedule = self.schedule
        if schedule.varies:
            models = len(self.networks["weights"])
            entries = schedule.per_epoch * schedule.T * schedule.B * models
            self.table_ends = min(self.settings.epochs, epoch + max(1, MAX_ENTRIES // entries))
            rows = [schedule.rows(epoch, self.table_ends, part) for part in self.parts]
        else:
            self.table_ends = self.settings.epochs
            rows = [schedule.rows(0, 1)] * len(self.parts)
        first_row = epoch * schedule.per_epoch
        self.tables = [
            engine.Table(**{n: np.ascontiguousarray(v) for n, v in r.items()}, first_row=first_row)
            for r in rows
        ]

    def _advance(self, engine, pool, stop, row, last):
        """Make the updates of rows `row` to `last` - 1; False if `stop` came before the end."""
        plan = engine.plan_of(self.settings, self.sizes, self.schedule.per_epoch, self.keep)

        def advance(part, table):
            if stop.is_set():
                return False
            networks = engine.Networks(**{n: v[part] for n, v in self.networks.items()})
            engine.advance(plan, networks, table, row, last)
            return True

        spread = pool.map if len(self.parts) > 1 else map
        return all(list(spread(advance, self.parts, self.tables)))


def cores():
    """How many processor cores this process may use."""
    known = hasattr(os, "sched_getaffinity")
    return len(os.sched_getaffinity(0)) if known else os.cpu_count() or 1
