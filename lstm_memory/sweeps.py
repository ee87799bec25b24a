"""Sweeps: one task under many settings, and which of the networks remember under each."""

import itertools
from concurrent.futures.process import BrokenProcessPool
from dataclasses import asdict, fields, replace
from math import prod
from time import perf_counter
from typing import NamedTuple

import joblib
import numpy as np
import pandas as pd

from .engine.schedule import Schedule
from .errors import InputError, a_list
from .progress import bar_if_seen
from .settings import Settings
from .sweep_store import Store
from .tasks import Task
from .training import checked_seeds, train_many

MAX_COMBINATIONS = 10_000  # of settings, in one grid
ATTEMPTS = 3  # when worker processes die
FIELDS = tuple(field.name for field in fields(Settings) if field.name != "seed")


class Training(NamedTuple):
    """One computation of a sweep: all seeds, to the largest of some numbers of epochs."""

    task: Task
    settings: Settings
    epochs: tuple
    seeds: tuple

    @property
    def about(self):
        """What decides about the result, for the files that keep it."""
        settings = asdict(self.settings)
        del settings["seed"]
        return asdict(self.task) | {
            "settings": settings,
            "epochs": self.epochs,
            "seeds": self.seeds,
        }


def sweep(task, grid, seeds=50, folder=None, progress=None):
    """Train networks under every combination of settings; a DataFrame, a row a network.

    `grid`: {field of `Settings`: values to try}; the other fields keep their defaults.
    `seeds`: how many networks for each setting, or which. `folder`: where finished settings
    are kept, so that the same call goes on where an earlier one ended, and with it every
    other sweep that needs them. `progress(done, total)` is called with the computations
    done; without it a notebook shows a bar.

    Settings are spread over processes by joblib, as `joblib.parallel_config` says:
    `parallel_config("dask")` takes a cluster, `parallel_config(n_jobs=4)` four processes
    here. Without it there are as many processes as the cores can feed: the networks of one
    setting are one computation, which has work for as many cores, and if that is all of them,
    no process is started. Settings that differ in epochs only are one computation.

    Columns: the fields of `grid`; `seed`; `remembered`, by the test of Hochreiter &
    Schmidhuber (1997); `max_error`; `loss`, the mean over all predictions of the last epoch;
    `updates` and `presentations` (sequences shown); `seconds`, the time of the computation
    until then, divided by the networks in it. A value None stays None: group with
    `groupby(..., dropna=False)`. Raises `InputError`.
    """
    if not isinstance(task, Task):
        raise InputError("task", "a Task", task)
    every = _combinations(grid)
    seeds = checked_seeds(seeds)
    trainings = [Training(task, *plan, seeds) for plan in _plans(every)]
    store = Store(folder) if folder is not None else None
    progress = progress or bar_if_seen("settings")
    results = {t: rows for t in trainings if store and (rows := store.read(t.about)) is not None}
    progress(len(results), len(trainings))
    for training, rows in _trained([t for t in trainings if t not in results], store):
        results[training] = rows
        progress(len(results), len(trainings))
    return _table(list(grid), every, results)


def _combinations(grid):
    """The `Settings` of every combination of values, in order."""
    if not isinstance(grid, dict) or not grid:
        raise InputError("grid", "a dict from fields of Settings to lists of values", grid)
    grid = {name: _values(name, values) for name, values in grid.items()}
    size = prod(map(len, grid.values()))
    if size > MAX_COMBINATIONS:
        raise InputError("grid", f"at most {MAX_COMBINATIONS:,} combinations", size)
    every = itertools.product(*grid.values())
    every = [Settings(**dict(zip(grid, values, strict=True))) for values in every]
    if len(set(every)) < len(every):
        raise InputError("grid", "every value once", grid)
    return every


def _values(name, values):
    if name not in FIELDS:
        raise InputError("grid", "fields of Settings: " + ", ".join(FIELDS), name)
    values = list(a_list(f"grid[{name!r}]", values, "a list of values"))
    if not values:
        raise InputError(f"grid[{name!r}]", "at least one value", values)
    return values


def _plans(every):
    """(settings, epochs) of each computation: to the most epochs, and after which to look."""
    plans = {}
    for settings in every:
        plans.setdefault(replace(settings, epochs=0), []).append(settings.epochs)
    for settings, epochs in plans.items():
        yield replace(settings, epochs=max(epochs)), tuple(epochs)


def _trained(trainings, store):
    """Do the trainings in whatever order; yield (training, rows) as they come, and keep them."""
    left = dict.fromkeys(trainings)
    for attempt in range(ATTEMPTS):
        try:
            for training, rows in _spread(list(left)):
                if store:
                    store.write(training.about, rows)
                del left[training]
                yield training, rows
            return
        except BrokenProcessPool as error:
            if attempt == ATTEMPTS - 1:
                raise RuntimeError(_advice(store)) from error


def _spread(trainings):
    """Train in the processes that joblib has, or in this one if that is all."""
    if not trainings:
        return ()
    _, jobs = joblib.parallel.get_active_backend()
    busy = len(trainings[0].seeds)  # cores that one computation can use
    jobs = jobs or max(1, min(joblib.cpu_count() // busy, len(trainings)))
    parallel = joblib.Parallel(jobs, return_as="generator_unordered", batch_size=1)
    return parallel(joblib.delayed(_train)(training) for training in trainings)


def _advice(store):
    kept = (
        f"The finished settings are kept in {str(store.folder)!r}: the same call goes on there."
        if store
        else "With a folder, finished settings would have been kept."
    )
    return (
        f"Worker processes ended {ATTEMPTS} times, perhaps for want of memory. {kept}"
        " Fewer processes need less: with joblib.parallel_config(n_jobs=1)."
    )


def _train(training):
    """The training, and its rows: columns as lists, seeds within epochs."""
    task, settings, epochs, seeds = training
    began = perf_counter()
    runs = train_many(task, settings, seeds, keep=epochs)
    parts = [_rows(runs.at(epoch), epoch) for epoch in epochs]
    share = (perf_counter() - began) / len(seeds) / max(1, settings.epochs)
    table = pd.concat(parts, ignore_index=True)
    table["seconds"] = share * table["epochs"]
    return training, table.to_dict("list")


def _rows(runs, epoch):
    """What became of the networks by `epoch`, a DataFrame."""
    schedule = Schedule(runs.task, runs.settings, runs.seeds)
    steps, losses = runs.task.steps, runs.losses[:, -1:].astype(float)
    columns = {
        "seed": runs.seeds,
        "epochs": epoch,
        "remembered": runs.remembers,
        "max_error": runs.max_errors.astype(float),
        "loss": np.average(losses[:, 0], axis=1, weights=steps) if epoch else np.nan,
        "updates": np.broadcast_to(schedule.updates(epoch), len(runs.seeds)),
        "presentations": epoch * len(steps),
    }
    return pd.DataFrame(columns)


def _table(names, every, results):
    """All rows as one DataFrame, in the order of the grid."""
    parts = {}
    for training, rows in results.items():
        for epochs, part in pd.DataFrame(rows).groupby("epochs"):
            parts[replace(training.settings, epochs=epochs)] = part.drop(columns="epochs")
    table = pd.concat([parts[settings] for settings in every], ignore_index=True)
    for place, name in enumerate(names):
        values = [getattr(settings, name) for settings in every]
        dtype = object if None in values else None  # not NaN
        values = pd.Series(values, dtype=dtype).repeat(len(table) // len(every))
        table.insert(place, name, values.to_numpy())
    return table
