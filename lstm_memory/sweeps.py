"""Sweeps: one task under many settings, and which of the networks remember under each."""

import hashlib
import itertools
import json
import os
import threading
from concurrent.futures.process import BrokenProcessPool
from contextlib import closing
from dataclasses import asdict, fields, replace
from math import prod
from time import perf_counter, sleep
from typing import NamedTuple

import joblib
import numpy as np
import pandas as pd
import psutil

from .engine.schedule import Schedule
from .errors import InputError, a_function, a_list, instance, one_of
from .progress import bar_if_seen
from .runs import SUCCESS
from .settings import Settings
from .sweep_store import Store, as_text, as_value
from .tasks import Task
from .training import checked_seeds, train_many

MAX_COMBINATIONS = 10_000  # of settings, in one grid
ATTEMPTS = 3  # when worker processes die
PAUSE = 0.2  # seconds between two looks at what another process is doing
LONGEST = 10_000  # characters of a task that stand in a table
NEW = 10  # times 50 sequences, drawn to judge networks whose task draws its own
FIELDS = tuple(field.name for field in fields(Settings) if field.name != "seed")
TASK = ("task", "alphabet", "outputs", "renewed")
RESULTS = ("max_error", "last_error", "loss", "updates", "presentations", "seconds")
TESTS = {"every step": "max_error", "last step": "last_error"}


class Training(NamedTuple):
    """One computation of a sweep: some seeds, to the largest of some numbers of epochs."""

    task: Task
    settings: Settings
    epochs: tuple
    seeds: tuple


def sweep(task, grid, seeds=50, folder=None, progress=None, base=None, test=None):
    """Train networks under every combination of settings; a DataFrame, a row a network.

    `grid`: {field of `Settings`: values to try}, or a list of such grids. `base`: the `Settings`
    that give the other fields their values; unless given, the defaults. `seeds`: how many
    networks for each setting, or which. `progress(done, total)` is called with the computations
    done; without it a notebook shows a bar.

    `test`: at which steps every output has to be within 0.25 of its target, as Hochreiter &
    Schmidhuber (1997) ask: "every step" or the "last step" of each sequence. Unless given, it is
    the last step where the task draws its sequences anew, and every step elsewhere. A task
    that draws its sequences anew is judged on 500 others, drawn for the test by a generator
    that no training uses.

    `folder`: where what is finished is kept, in one table that `read_sweep` reads ("~" is your
    home folder). What is there already is not trained again: settings, seeds and epochs may be
    added, left out or put in another order, in this sweep or in any other of the folder. A row that
    was altered or cut off is trained again. Several processes may sweep in one folder at once
    and share the work. Folders that an earlier version filled with files .json are begun anew;
    those files stay as they are.

    Settings are spread over processes by joblib, as `joblib.parallel_config` says:
    `parallel_config("dask")` takes a cluster, `parallel_config(n_jobs=4)` four processes
    here. Without it there are as many processes as the cores can feed: the networks of one
    setting are one computation, which has work for as many cores, and if that is all of them,
    no process is started. Settings that differ in epochs only are one computation.

    Columns: the fields of `grid`; `seed`; `remembered`, by the test; `max_error`, the largest
    error of what the test asks; `loss`, the mean over all predictions of the last epoch;
    `updates` and `presentations` (sequences shown); `seconds`, the time of the computation
    until then, divided by the networks in it. A value None stays None: group with
    `groupby(..., dropna=False)`. Raises `InputError`.
    """
    instance("task", task, Task, "a Task")
    a_function("progress", progress)
    names, every = _combinations(grid, Settings() if base is None else base)
    seeds = checked_seeds(seeds)
    error = TESTS[_test_of(test, task.renewed is not None)]
    store = _store(folder)
    work = _Work(task, every, seeds, store)
    store.begin()
    try:
        work.go(progress or bar_if_seen("settings"))
    except KeyboardInterrupt:
        raise KeyboardInterrupt(work.what_is_kept()) from None
    finally:
        store.release()
    rows = [
        [*(getattr(settings, name) for name in names), seed, *work.row(settings, seed)]
        for settings in every
        for seed in seeds
    ]
    table = _frame([*names, "seed", *RESULTS], rows)
    table["max_error"] = table[error]
    table.insert(len(names) + 1, "remembered", table[error] < SUCCESS)
    return table.drop(columns="last_error")


def read_sweep(folder, test=None):
    """All that sweeps have kept in a folder, a DataFrame with a row a network.

    Columns: `task`, the sequences as lists in JSON, which `Task.parse` reads, too; `alphabet`
    and `outputs`, empty where they are the symbols that appear; `renewed`, what draws other
    sequences, empty where nothing does; all fields of `Settings`; `remembered`, by `test` as
    in `sweep`; `max_error`, the largest error over all steps; `last_error`, the largest over
    the last steps; and `loss`, `updates`, `presentations` and `seconds` as in `sweep`. A task of
    more than 10,000 characters is shortened and told apart by a checksum.

    The file itself, `sweep.csv`, has the same columns but `remembered`, which follows from the
    errors, and a checksum of each row. Rows that were altered or cut off are left out. Raises
    `InputError` for a folder that holds no such table.
    """
    usual, renewed = _test_of(test), _test_of(test, renewed=True)
    rows = _store(folder).read()
    if not rows:
        raise InputError("folder", "a folder in which a sweep has kept something", folder)
    names = [*TASK, *FIELDS, "seed"]
    keys = [(*key[: len(TASK)], *map(as_value, key[len(TASK) :])) for key in rows]
    table = _frame([*names, *RESULTS], [(*k, *v) for k, v in zip(keys, rows.values(), strict=True)])
    error = table[TESTS[usual]].where(table["renewed"] == "", table[TESTS[renewed]])
    table.insert(len(names), "remembered", error < SUCCESS)
    return table


def _store(folder):
    return Store(folder, "sweep", [*TASK, *FIELDS, "seed"], RESULTS)


def _test_of(test, renewed=False):
    """The test of success, or the usual one of a task."""
    usual = "last step" if renewed else "every step"
    return usual if test is None else one_of("test", test, tuple(TESTS))


def _combinations(grid, base):
    """The fields that grids name, and the `Settings` of all their combinations, in order."""
    instance("base", base, Settings, "Settings")
    grids = grid if isinstance(grid, list | tuple) else [grid]
    if not grids or not all(isinstance(one, dict) and one for one in grids):
        raise InputError("grid", "a dict from fields of Settings to lists of values", grid)
    grids = [{name: _values(name, values) for name, values in one.items()} for one in grids]
    size = sum(prod(map(len, one.values())) for one in grids)
    if size > MAX_COMBINATIONS:
        raise InputError("grid", f"at most {MAX_COMBINATIONS:,} combinations", size)
    base = replace(base, seed=0)  # the seeds are told apart from the settings
    every = [
        replace(base, **dict(zip(one, values, strict=True)))
        for one in grids
        for values in itertools.product(*one.values())
    ]
    if len(set(every)) < len(every):
        raise InputError("grid", "every combination once", grid)
    return list(dict.fromkeys(itertools.chain(*grids))), every


def _values(name, values):
    if name not in FIELDS:
        raise InputError("grid", "fields of Settings: " + ", ".join(FIELDS), name)
    values = list(a_list(f"grid[{name!r}]", values, "a list of values"))
    if not values:
        raise InputError(f"grid[{name!r}]", "at least one value", values)
    return values


class _Work:
    """The computations of a sweep, and what is left of them.

    A computation goes by its `Settings` with no epochs; `looks` has those that it serves.
    """

    def __init__(self, task, every, seeds, store):
        self.task, self.seeds, self.store = task, seeds, store
        self.task_key = _in_words(task) if store.folder else ()
        self.keys = {settings: self._key(settings) for settings in every}
        self.looks = {}
        for settings in every:
            self.looks.setdefault(replace(settings, epochs=0), []).append(settings)

    def _key(self, settings):
        return (*self.task_key, *(as_text(getattr(settings, name)) for name in FIELDS))

    def row(self, settings, seed):
        """What became of a network."""
        return self.store.rows[*self.keys[settings], str(seed)]

    def left(self):
        """What is not kept yet, {computation: the `Training` that it needs}."""
        self.store.read()
        needed = {name: self._missing(looks) for name, looks in self.looks.items()}
        return {name: training for name, training in needed.items() if training}

    def _missing(self, looks):
        """A `Training` for the seeds and epochs of one computation that are not kept, if any."""
        lacking = [
            (look, seed)
            for look in looks
            for seed in self.seeds
            if (*self.keys[look], str(seed)) not in self.store.rows
        ]
        if not lacking:
            return None
        epochs = tuple(dict.fromkeys(look.epochs for look, _ in lacking))
        seeds = tuple(dict.fromkeys(seed for _, seed in lacking))
        return Training(self.task, replace(looks[0], epochs=max(epochs)), epochs, seeds)

    def go(self, progress):
        """Do what is left; what other processes are doing is waited for."""
        left, total = self.left(), len(self.looks)
        progress(total - len(left), total)
        while left:
            before = len(left)
            with closing(self._trained(left)) as done:
                for name in done:
                    del left[name]
                    progress(total - len(left), total)
            now = self.left() if left else {}
            if len(now) < len(left):
                progress(total - len(now), total)
            elif len(now) == before:
                sleep(PAUSE)
            left = now

    def _trained(self, left):
        """Train what no other process is at, in whatever order, and keep it; yield what it was."""
        for attempt in range(ATTEMPTS):
            try:
                with closing(_spread(self._claimed(left), left)) as done:
                    for name, rows in done:
                        keys = {look.epochs: self.keys[look] for look in self.looks[name]}
                        self.store.add({(*keys[e], str(s)): row for (e, s), row in rows.items()})
                        self.store.release(self._key(name))
                        yield name
                return
            except BrokenProcessPool as error:
                if attempt == ATTEMPTS - 1:
                    words = f"Worker processes ended {ATTEMPTS} times, perhaps for want of memory."
                    fewer = "Fewer processes need less: with joblib.parallel_config(n_jobs=1)."
                    raise RuntimeError(f"{words} {self.what_is_kept()} {fewer}") from error

    def _claimed(self, left):
        """Claim one after the other; yield the trainings, but for what has been done by now."""
        for name in list(left):
            if self.store.claim(self._key(name)):
                self.store.read()
                if training := self._missing(self.looks[name]):
                    yield training
                else:
                    self.store.release(self._key(name))

    def what_is_kept(self):
        """What an interruption leaves, in words."""
        if not self.store.folder:
            return "Nothing is kept; with a folder, finished settings would have been."
        done = f"{len(self.looks) - len(self.left())} of {len(self.looks)}"
        folder = f"{str(self.store.folder)!r}: the same call goes on there."
        return f"{done} settings are finished and kept in {folder}"


def _in_words(task):
    """A task as it stands in a table, a text for each of `TASK`."""
    form, symbols = task.renewed, Task(task.sequences).alphabet
    try:
        words = (
            json.dumps(task.sequences, ensure_ascii=False),
            json.dumps(task.alphabet, ensure_ascii=False) if task.alphabet != symbols else "",
            json.dumps(task.outputs, ensure_ascii=False) if task.outputs != task.alphabet else "",
            json.dumps({"form": type(form).__name__} | asdict(form)) if form else "",
        )
    except TypeError as error:
        expected = "sequences drawn by a dataclass of plain values, to be kept in a folder"
        raise InputError("task", expected, form) from error
    return tuple(map(_shortened, words))


def _shortened(text):
    if len(text) <= LONGEST:
        return text
    checksum = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
    return f"{text[:100]} ... ({len(text):,} characters, SHA-256 {checksum})"


def _spread(trainings, left):
    """Do trainings of those that are left in the processes that joblib has, or in this one."""
    _, jobs = joblib.parallel.get_active_backend()
    busy = len(next(iter(left.values())).seeds)  # cores that one computation can use
    jobs = jobs or max(1, min(joblib.cpu_count() // busy, len(left)))
    parallel = joblib.Parallel(
        jobs,
        return_as="generator_unordered",
        batch_size=1,
        pre_dispatch="n_jobs",  # and no more, as other processes may be waiting for work
        initializer=_end_with,
        initargs=(os.getpid(),),
    )
    return parallel(joblib.delayed(_train)(training) for training in trainings)


def _end_with(parent):
    """In a worker: end it within a second or so of the process that began it.

    Else the workers of a sweep that was killed would work on, and then wait for five minutes.
    """

    def watch():
        while os.getppid() == parent and psutil.pid_exists(parent):
            sleep(1)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def _train(training):
    """Which computation a training belongs to, and {(epochs, seed): values of `RESULTS`}."""
    task, settings, epochs, seeds = training
    began = perf_counter()
    runs = train_many(task, settings, seeds, keep=epochs)
    form = task.renewed
    new = [form.task(50, [0, number, 2]) for number in range(NEW)] if form else None
    columns = {epoch: _results(runs.at(epoch), epoch, new) for epoch in epochs}
    share = (perf_counter() - began) / len(seeds) / max(1, settings.epochs)
    return replace(settings, epochs=0), {
        (epoch, seed): (*values, share * epoch)
        for epoch in epochs
        for seed, *values in zip(seeds, *columns[epoch], strict=True)
    }


def _results(runs, epoch, new):
    """What became of networks by `epoch`: for each but the last of `RESULTS`, a list.

    `new`: tasks to judge them on, if not on what they were trained on.
    """
    judged = [runs.on(task) for task in new] if new else [runs]
    schedule = Schedule(runs.task, runs.settings, runs.seeds)
    steps, count = runs.task.steps, len(runs.seeds)
    losses = runs.losses[:, -1].astype(float) if epoch else np.full((count, len(steps)), np.nan)
    return (
        np.max([one.max_errors for one in judged], axis=0).tolist(),
        np.max([np.fmax.reduce(one.last_errors, axis=1) for one in judged], axis=0).tolist(),
        np.average(losses, axis=1, weights=steps).tolist(),
        np.broadcast_to(schedule.updates(epoch), count).tolist(),
        [epoch * len(steps)] * count,
    )


def _frame(names, rows):
    """Rows as a DataFrame in which None stays None."""
    columns = zip(names, map(list, zip(*rows, strict=True)), strict=True)
    return pd.DataFrame(
        {name: pd.Series(c, dtype=object if None in c else None) for name, c in columns}
    )
