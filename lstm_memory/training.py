"""Training, of one network or of many at once."""

import itertools
import os
import threading
from concurrent.futures import ThreadPoolExecutor, wait
from time import perf_counter

import numpy as np

from . import heap
from .errors import InputError, whole_number
from .runs import Runs
from .schedule import Schedule
from .sequences import Task
from .settings import MAX_SEED, Settings
from .shapes import shape_for, unpack

ROUND = 0.25  # seconds: a round of updates to all networks is to take no longer,
CALL = 0.01  # or this for each call of the program, where that is more
PATIENCE = 0.05  # seconds in which a stop is noticed while the program is compiled
TRIM = 20  # trainings after which memory is given back; after a long one it is at once
MAX_LOSSES = 10**8  # numbers in the table of losses, 400 MB

_TRAININGS = itertools.count(1)


def train(task, settings=None, progress=None, stop=None, keep=()):
    """Train one network and return its `Run`; for the other arguments see `train_many`."""
    settings = _checked(task, settings)
    return train_many(task, settings, [settings.seed], progress, stop, keep).run(settings.seed)


def train_many(task, settings=None, seeds=100, progress=None, stop=None, keep=()):
    """Train one network for each seed, all of them in one compiled program.

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
    began = perf_counter()
    training = _Training(task, settings, seeds, keep)
    done = training.go(progress or (lambda done, total: None), stop or threading.Event())
    if next(_TRAININGS) % TRIM == 0 or perf_counter() - began > ROUND:
        heap.give_back()
    losses = training.losses[:, :done] / training.schedule.lengths[:, :done]  # sums to means
    weights, kept = training.weights(), training.kept_weights(done)
    return Runs(task, settings, seeds, weights, losses, done < settings.epochs, kept)


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
    """A training at work: networks in stacks, each stack advanced by the same program."""

    def __init__(self, task, settings, seeds, keep):
        from . import engine, programs, weights  # these load TensorFlow

        self.engine, self.programs = engine, programs
        self.settings, self.symbols = settings, len(task.alphabet)
        self.schedule = Schedule(task, settings, seeds)
        sizes = len(seeds), self.schedule.B, self.schedule.T, self.symbols
        self.shape = shape_for(settings, *sizes, keep)
        initial = weights.initial_weights(settings, self.symbols, seeds)
        size = self.shape.models
        self.places = [slice(k, k + size) for k in range(0, len(seeds), size)]
        self.stacks = [engine.start([w[p] for w in initial], self.shape) for p in self.places]
        self.losses = np.zeros((len(seeds), settings.epochs, len(task.steps)), "float32")
        self.keep = [epoch * self.schedule.per_epoch for epoch in keep]  # as rows
        self.kept = {0: [stack.weights for stack in self.stacks]} if 0 in keep else {}
        self._tables = {}

    def weights(self):
        """Keras's arrays as they are now, with a leading axis for all seeds."""
        return self._for_keras([[stack.weights for stack in self.stacks]])[0]

    def kept_weights(self, done):
        """{epoch: Keras's arrays} for the epochs to keep that are among the first `done`."""
        per_epoch = self.schedule.per_epoch
        kept = {row // per_epoch: stacks for row, stacks in sorted(self.kept.items())}
        kept = {epoch: stacks for epoch, stacks in kept.items() if epoch <= done}
        return dict(zip(kept, self._for_keras(kept.values()), strict=True))

    def _for_keras(self, times):
        """Keras's arrays at each of several times, each given as the packed ones of all stacks."""
        stacks = [
            [np.stack(array) for array in zip(*stack, strict=True)]
            for stack in zip(*times, strict=True)
        ]
        sizes = self.shape, self.symbols, self.settings.neurons
        parts = zip(*(unpack(stack, *sizes) for stack in stacks), strict=True)
        arrays = [np.concatenate(part, axis=1)[:, : len(self.losses)] for part in parts]
        return [list(then) for then in zip(*arrays, strict=True)]

    def go(self, progress, stop):
        """Train to the end, or until `stop` is set; return the number of epochs finished."""
        per_epoch, row = self.schedule.per_epoch, 0
        total = per_epoch * self.settings.epochs
        if total and not self._prepare(stop):
            return 0
        patience, finished = self._first_patience(), self.stacks
        longest = max(ROUND, CALL * len(self.stacks))
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            while row < total and not stop.is_set():
                start, end = self._table_bounds(row)
                last = min(end, total, row + patience)
                if last - last % per_epoch > row:
                    last -= last % per_epoch  # end with an epoch where there is a choice
                began = perf_counter()
                last = self._advance(pool, stop, start, row, last)
                seconds = perf_counter() - began
                if seconds < longest / 2:
                    patience *= 2
                elif seconds > longest:
                    patience = max(1, patience // 2)
                row = last
                if row % per_epoch == 0:
                    finished = self.stacks
                    progress(row // per_epoch, self.settings.epochs)
        self.stacks = finished
        return row // per_epoch

    def _prepare(self, stop):
        """Have the program compiled, if it is not; False if `stop` was set before it was.

        Compiling can't be stopped, so then it goes on in its thread, for the next training.
        """
        if self.programs.is_ready(self.shape):
            return True
        first = self.shape, self.stacks[0], self.settings, self.symbols, self._tables_at(0)[0][0]
        pool = ThreadPoolExecutor(1)
        making = pool.submit(self.engine.prepare, *first)
        pool.shutdown(wait=False)
        while not (making.done() or stop.is_set()):
            wait([making], timeout=PATIENCE)
        return making.done() and making.result() is None

    def _first_patience(self):
        """How many rows to make in a first round, which shows how long a row takes."""
        shape = self.shape
        work = shape.units * (shape.units + shape.symbols) * self.schedule.T * shape.batch
        return max(1, int(2e6 / (work * shape.models)))

    def _table_bounds(self, row):
        """First row of the table that holds `row`, and the first one after it."""
        per_epoch, capacity = self.schedule.per_epoch, self.shape.rows
        if per_epoch <= capacity:  # as many whole epochs as fit
            rows = capacity // per_epoch * per_epoch
            start = row - row % rows
            return start, start + rows
        epoch = row - row % per_epoch
        start = row - (row - epoch) % capacity
        return start, min(start + capacity, epoch + per_epoch)

    def _advance(self, pool, stop, start, row, last):
        """Make the updates of rows `row` to `last` - 1, and note losses and weights to keep.

        Returns `last`, or an earlier row: if there was more to keep than one call can, or if
        `stop` was set before all was done, when it is `row`.
        """
        ends = sorted({last, *(k for k in self.keep if row < k < last)})[: self.shape.ends]
        last = ends[-1]
        epochs = np.arange(row, last) // self.schedule.per_epoch
        rows = slice(row - start, last - start)

        def advance(place, stack, table):
            if stop.is_set():
                return None
            columns, sequences = table
            cuts = [end - start for end in ends]
            stack, losses, kept = self.engine.advance(
                self.shape, stack, rows.start, cuts, self.settings, self.symbols, columns
            )
            self._note(self.losses[place], epochs, sequences[rows], losses)
            return stack, kept

        spread = pool.map if len(self.stacks) > 1 else map
        results = list(spread(advance, self.places, self.stacks, self._tables_at(start)))
        if None in results:  # stopped before all stacks were advanced
            return row
        self.stacks = [stack for stack, _ in results]
        for k, end in enumerate(ends):
            if end in self.keep:
                self.kept[end] = [[w[k] for w in kept] for _, kept in results]
        return last

    def _note(self, table, epochs, sequences, losses):
        """Add `losses` (rows, seeds, B), sums over steps, to `table` (seeds, epochs, sequences)."""
        losses = losses[:, : len(table), : sequences.shape[2]]
        sequences = np.broadcast_to(sequences, losses.shape)
        real = sequences < table.shape[2]  # not a place left over in a batch
        _, seed, _ = np.nonzero(real)
        epochs = np.broadcast_to(epochs[:, None, None], losses.shape)[real]
        np.add.at(table, (seed, epochs, sequences[real]), losses[real])

    def _tables_at(self, start):
        """For each stack: the engine's table from row `start` on, and its sequences.

        If epochs do not vary, one table serves all stacks, and every epoch, so it is kept.
        """
        per_epoch, varies = self.schedule.per_epoch, self.schedule.varies
        key = start if varies else start % per_epoch
        if key not in self._tables:
            if varies:
                self._tables.clear()
            places = self.places if varies else self.places[:1]
            self._tables[key] = [self._table(start, place) for place in places]
        tables = self._tables[key]
        return tables if varies else tables * len(self.places)

    def _table(self, start, place):
        per_epoch, capacity = self.schedule.per_epoch, self.shape.rows
        epoch = start // per_epoch
        rows = self.schedule.rows(epoch, epoch + max(1, capacity // per_epoch), place)
        part = slice(start % per_epoch, start % per_epoch + capacity)
        rows = {name: values[part] for name, values in rows.items()}
        sequences = rows.pop("sequences")
        return self.engine.table(rows, self.shape), sequences
