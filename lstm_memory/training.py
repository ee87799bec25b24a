"""Training, of one network or of many at once."""

import os
import queue
import threading
from concurrent.futures import ThreadPoolExecutor, wait
from time import perf_counter

import numpy as np

from .engine import machine_code
from .engine.cells import CELLS
from .engine.initial_weights import initial_weights
from .engine.schedule import Schedule
from .errors import InputError, whole_number
from .runs import Runs
from .settings import CELLS as CELL_NAMES
from .settings import MAX_SEED, OUTPUTS, Settings
from .tasks import Task

ROUND = 0.1  # seconds: updates between two looks at progress and stop are to take no longer
PATIENCE = 0.05  # seconds in which a stop is noticed while the engine is compiled
PARTS = 4  # parts of the networks for each core, so that no core is idle for long
MAX_ENTRIES = 2**20  # steps in a table of updates that differ from epoch to epoch
MAX_LOSSES = 10**8  # numbers in the table of losses, 400 MB


def train(task, settings=None, progress=None, stop=None, keep=()):
    """Train one network and return its `Run`; for the other arguments see `train_many`."""
    settings = _checked(task, settings)
    return train_many(task, settings, [settings.seed], progress, stop, keep).run(settings.seed)


def train_many(task, settings=None, seeds=100, progress=None, stop=None, keep=()):
    """Train one network for each seed, all of them side by side on all cores.

    `seeds`: how many (then 0, 1, 2, ...), or which. `progress(done, total)` is called with
    the epochs done, several times a second. `stop`: a `threading.Event`; once it is set,
    training ends within a fraction of a second and keeps the epochs that were finished.
    `keep`: epochs after which the weights are kept, for `Runs.at`. Each update minimises
    the mean cross-entropy over the steps and outputs it sees. Returns `Runs`; raises
    `InputError`.
    """
    settings = _checked(task, settings)
    seeds = _checked_seeds(seeds)
    if len(seeds) * settings.epochs * len(task.steps) > MAX_LOSSES:
        expected = f"seeds x epochs x sequences of at most {MAX_LOSSES:,}"
        raise InputError("seeds", expected, len(seeds) * settings.epochs * len(task.steps))
    keep = sorted({whole_number("keep", epoch, 0, settings.epochs) for epoch in keep})
    training = _Training(task, settings, seeds, keep)
    done = training.go(progress or (lambda done, total: None), stop or threading.Event())
    losses = training.losses[:, :done] / training.schedule.lengths[:, :done]  # sums to means
    arrays = training.for_keras(training.kept)
    kept = {e: [a[:, k] for a in arrays] for k, e in enumerate(keep) if e <= done}
    return Runs(task, settings, seeds, training.finished, losses, done < settings.epochs, kept)


def _checked(task, settings):
    settings = Settings() if settings is None else settings
    if not isinstance(task, Task):
        raise InputError("task", "a Task", task)
    if not isinstance(settings, Settings):
        raise InputError("settings", "Settings", settings)
    return settings


def _checked_seeds(seeds):
    if not hasattr(seeds, "__iter__"):
        return tuple(range(whole_number("seeds", seeds, 1, 10_000)))
    seeds = tuple(whole_number("seeds", seed, 0, MAX_SEED) for seed in seeds)
    if not 1 <= len(seeds) <= 10_000:
        raise InputError("seeds", "1 to 10,000 seeds", len(seeds))
    if len(set(seeds)) < len(seeds):
        raise InputError("seeds", "every seed once", list(seeds))
    return seeds


class _Training:
    """A training at work: a row of numbers for each network, which the engine works on in parts.

    `finished`: the weights after the last epoch that all networks have finished, as Keras's
    arrays; `kept`: those after the epochs to keep, rows of numbers (seeds, epochs, numbers).
    """

    def __init__(self, task, settings, seeds, keep):
        self.settings, self.schedule = settings, Schedule(task, settings, seeds)
        arrays = initial_weights(settings, len(task.alphabet), seeds)
        self.shapes, models = [array.shape[1:] for array in arrays], len(seeds)
        self.weights = np.concatenate([a.reshape(models, -1) for a in arrays], axis=1)
        self.m, self.v = np.zeros_like(self.weights), np.zeros_like(self.weights)
        self.powers = np.ones((models, 2))  # of Adam's betas: the number of updates so far
        self.state = np.zeros((models, 2, self.schedule.B, settings.neurons), "float32")
        self.losses = np.zeros((models, settings.epochs, len(task.steps)), "float32")
        self.keep = np.array(keep, "int64") * self.schedule.per_epoch  # as rows
        self.kept = np.zeros((models, len(keep), self.weights.shape[1]), "float32")
        self.kept[:, self.keep == 0] = self.weights[:, None]
        self.finished = None
        size = -(-models // (PARTS * cores()))
        self.parts = [slice(k, min(k + size, models)) for k in range(0, models, size)]
        self.calls = self._calls(len(task.alphabet))
        self.table, self.table_ends = None, 0  # and the first epoch that is not in it
        self.spaces = queue.SimpleQueue()  # room to work in, for one part on each core
        for _ in range(min(len(self.parts), cores())):
            self.spaces.put(self._space())

    def _calls(self, symbols):
        """What the engine is told of each part of the networks; see `machine_code.CALL`."""
        settings, schedule = self.settings, self.schedule
        calls = np.zeros(len(self.parts), machine_code.CALL)
        numbers = {
            "cell": CELL_NAMES.index(settings.cell),
            "output": OUTPUTS.index(settings.output),
            "symbols": symbols,
            "units": settings.neurons,
            "columns": CELLS[settings.cell].gates * settings.neurons,
            "steps": schedule.T,
            "batch": schedule.B,
            "numbers": self.weights.shape[1],
            "frozen": self._numbers(self.shapes[:-2]) if settings.frozen else 0,
            "rate": settings.learning_rate,
            "clip": settings.clip_norm or 0.0,
            "models": [part.stop - part.start for part in self.parts],
            "epoch_rows": schedule.per_epoch,
            "epochs": settings.epochs,
            "sequences": self.losses.shape[2],
            "keeps": len(self.keep),
            "keep": self.keep.ctypes.data,
        }
        for name in ("weights", "m", "v", "powers", "state", "losses", "kept"):
            array = getattr(self, name)
            numbers[name] = [array[part].ctypes.data for part in self.parts]
        for name, values in numbers.items():
            calls[name] = values
        return calls

    def go(self, progress, stop):
        """Train to the end, or until `stop` is set; return the number of epochs finished."""
        per_epoch, row, done = self.schedule.per_epoch, 0, 0
        total, patience = per_epoch * self.settings.epochs, self._first_patience()
        self.finished = self.for_keras(self.weights)
        engine = _engine(stop) if total else None
        with ThreadPoolExecutor(cores()) as pool:
            while engine and row < total and not stop.is_set():
                last = self._end_of_round(row, row + patience)
                began = perf_counter()
                if not self._advance(engine, pool, stop, row, last):
                    break
                seconds = perf_counter() - began
                patience = 2 * patience if seconds < ROUND / 2 else patience
                patience = max(1, patience // 2) if seconds > ROUND else patience
                row = last
                if row % per_epoch == 0:
                    done = row // per_epoch
                    self.finished = self.for_keras(self.weights)
                    progress(done, self.settings.epochs)
        return done

    def for_keras(self, rows):
        """A copy of rows of numbers as Keras's arrays; leading axes stay as they are."""
        ends = np.cumsum([self._numbers([shape]) for shape in self.shapes])
        parts = zip(np.split(rows, ends[:-1], axis=-1), self.shapes, strict=True)
        return [part.reshape(*part.shape[:-1], *shape).copy() for part, shape in parts]

    def _first_patience(self):
        """How many rows to make in a first round, some 10 ms, which shows how long they take."""
        steps = self.schedule.T * self.schedule.B
        return max(1, int(3e7 * cores() / (self.weights.size * (4 + 3 * steps))))

    def _end_of_round(self, row, last):
        """`last`, or an earlier row: not past the end of the table, and at the end of an epoch
        if there is one."""
        per_epoch = self.schedule.per_epoch
        epoch = row // per_epoch
        if epoch >= self.table_ends:
            self._set_table(epoch)
        last = min(last, per_epoch * self.table_ends)
        whole = last - last % per_epoch
        return whole if whole > row else last

    def _set_table(self, epoch):
        """Tell the engine of the rows from `epoch` on; if epochs do not vary, one serves all."""
        schedule = self.schedule
        if schedule.varies:
            entries = schedule.per_epoch * schedule.T * schedule.B * len(self.weights)
            self.table_ends = min(self.settings.epochs, epoch + max(1, MAX_ENTRIES // entries))
            tables = [schedule.rows(epoch, self.table_ends, part) for part in self.parts]
        else:
            self.table_ends = self.settings.epochs
            tables = [schedule.rows(0, 1)] * len(self.parts)
        self.table = [
            {name: np.ascontiguousarray(values) for name, values in table.items()}
            for table in tables
        ]
        self.calls["table_row"] = epoch * schedule.per_epoch
        for call, table in zip(self.calls, self.table, strict=True):
            call["rows"], call["tables"] = table["lengths"].shape
            for name, values in table.items():
                call[name] = values.ctypes.data

    def _advance(self, engine, pool, stop, row, last):
        """Make the updates of rows `row` to `last` - 1; False if `stop` came before the end."""
        self.calls["first"], self.calls["last"] = row, last

        def advance(k):
            if stop.is_set():
                return False
            space = self.spaces.get()
            self.calls[k]["space"] = space.ctypes.data
            engine(self.calls[k : k + 1].ctypes.data)
            self.spaces.put(space)
            return True

        spread = pool.map if len(self.parts) > 1 else map
        return all(list(spread(advance, range(len(self.parts)))))

    def _space(self):
        """Room for the engine to work in, as calls.py divides it; not initialised."""
        T, B, (F, U) = self.schedule.T, self.schedule.B, self.shapes[-2][::-1]
        J = self.shapes[0][1]
        steps = T * B * (2 * J + U + F) + 2 * (T + 1) * B * U
        return np.empty(steps + 2 * B * U + F + (J + F) * U + self.weights.shape[1], "float32")

    @staticmethod
    def _numbers(shapes):
        return sum(int(np.prod(shape)) for shape in shapes)


def cores():
    """How many processor cores this process may use."""
    known = hasattr(os, "sched_getaffinity")
    return len(os.sched_getaffinity(0)) if known else os.cpu_count() or 1


def _engine(stop):
    """The engine, compiled if need be; None if `stop` was set before it was.

    Compiling can't be stopped, so then it goes on in its thread, for the next training.
    """
    if machine_code.is_ready():
        return machine_code.engine()
    pool = ThreadPoolExecutor(1)
    making = pool.submit(machine_code.engine)
    pool.shutdown(wait=False)
    while not (making.done() or stop.is_set()):
        wait([making], timeout=PATIENCE)
    return making.result() if making.done() else None
