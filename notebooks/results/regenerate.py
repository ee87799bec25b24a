"""`make results`: run the experiments of the extensions again and write their results.

Each experiment is a module in this folder, see README.md. Its results are a CSV, a row a
trial, and beside it a JSON that says how they were made.
"""

import argparse
import hashlib
import importlib
import inspect
import json
import os
import platform
from pathlib import Path
from time import perf_counter

import numpy as np
import pandas as pd

import lstm_memory as lm
from benchmarks.run import machine
from lstm_memory.hochreiter1997 import trials

HERE = Path(__file__).parent
EXPERIMENTS = sorted(path.stem for path in HERE.glob("*.py") if path.stem != "regenerate")
COLUMNS = {"seed", "passed", "remembered", "presentations", "updates", "seconds"}  # of every file
PACKAGES = ("lstm_memory", "numba", "llvmlite", "numpy")
KEPT = HERE / ".kept"  # trials that are finished, of experiments that take longer
FAILED = (
    "{} can't be written: {}. What it held before is as it was, and trials of experiments that take"
    " long are kept: once there is room, the same command goes on from them."
)
MINUTES = 30  # after which such an experiment ends, to be gone on with by the same command


def experiment(name):
    """The module of an experiment."""
    return importlib.import_module(f"notebooks.results.{name}")


def collect(name, **arguments):
    """All trials of an experiment as one DataFrame, as they will be in the file."""
    parts = []
    for part in experiment(name).trials(**arguments):
        parts.append(pd.DataFrame(part))
        print(f"{name}: {sum(map(len, parts)):,} trials", end="\r", flush=True)
    table = pd.concat(parts, ignore_index=True)
    print()
    flags = table.select_dtypes(bool).columns
    return table.astype(dict.fromkeys(flags, int)).round({"seconds": 6})


def resumable(jobs, keep=True):
    """The rows of trials of Experiment 2 (1997), in order; those that are finished are kept."""
    began, rows = perf_counter(), {}
    for number, row in trials(jobs, KEPT if keep else None):
        rows[number] = row
        print(f"{len(rows)} of {len(jobs)} trials", end="\r", flush=True)
        if perf_counter() - began > 60 * MINUTES and len(rows) < len(jobs):
            raise SystemExit(f"\n{MINUTES} minutes are over. The same command goes on from here.")
    return [rows[number] for number in range(len(jobs))]


def finished(make, *arguments):
    """The rows that `make(*arguments)` gives, as dicts; those made before an interruption are kept.

    What it gives is a DataFrame or an iterable of dicts.
    """
    text = Path(inspect.getfile(make)).read_text() + repr(arguments)
    name, digest = make.__module__.split(".")[-1], hashlib.sha256(text.encode()).hexdigest()[:16]
    path = KEPT / f"{name}-{digest}.json"
    if not path.exists():
        KEPT.mkdir(exist_ok=True)
        rows = make(*arguments)
        table = rows if isinstance(rows, pd.DataFrame) else pd.DataFrame([*rows])
        write(path, table.to_json(orient="records", double_precision=15))
    return json.loads(path.read_text())


def outcome(passes, presentations, per_update=1):
    """The columns that say how a network did that was looked at several times.

    `passes`: whether it passed at each look, the last of which is at the end of its training.
    `presentations`: sequences shown until each look, `per_update` in each update.
    """
    shown = int(presentations[int(np.argmax(passes))] if any(passes) else presentations[-1])
    return {
        "passed": bool(any(passes)),
        "remembered": bool(passes[-1]),
        "presentations": shown,
        "updates": shown // per_update,
    }


def quickest(rows, by):
    """Of several ways to train, the one whose networks needed the fewest presentations.

    `rows`: a list of dicts with `presentations`; a network that did not pass counts with all that
    it was shown. `by`: the key that tells the ways apart.
    """
    means = pd.DataFrame(rows).groupby(by)["presentations"].mean()
    return means.idxmin()


def about(name, table, seconds):
    """What the JSON says."""
    module = experiment(name)
    return {
        "about": module.__doc__.strip(),
        "settings": module.SETTINGS,
        "command": f"make results NAME={name}",
        "trials": len(table),
        "seeds": int(table["seed"].nunique()),
        "seconds": round(max(seconds, table["seconds"].sum())),  # the latter where it was resumed
        "versions": {"python": platform.python_version()}
        | {package: importlib.import_module(package).__version__ for package in PACKAGES},
        "machine": machine(),
    }


def write(path, text):
    """Write a file whole or not at all."""
    unfinished = path.with_suffix(".part")
    try:
        unfinished.write_text(text, newline="\n")
        os.replace(unfinished, path)
    except OSError as error:
        raise SystemExit(FAILED.format(path.name, error.strerror)) from error


def regenerate(name, folder=HERE):
    """Run an experiment and write its two files."""
    began = perf_counter()
    table = collect(name)
    words = json.dumps(about(name, table, perf_counter() - began), indent=1)
    write(folder / f"{name}.csv", table.to_csv(index=False, lineterminator="\n"))
    write(folder / f"{name}.json", words + "\n")
    for path in KEPT.glob(f"{name}-*.json"):
        path.unlink()


def beginning(start):
    """The experiments whose names begin so: "hochreiter1997" stands for several."""
    return [name for name in EXPERIMENTS if name.startswith(start)]


def main():
    parser = argparse.ArgumentParser(description="Run experiments of the extensions again.")
    parser.add_argument("names", nargs="*", help=f"some of {', '.join(EXPERIMENTS)}; or all")
    begun = parser.parse_args().names
    if unknown := [name for name in begun if not beginning(name)]:
        parser.error(f"there is no experiment {', '.join(sorted(unknown))}")
    names = [name for start in begun for name in beginning(start)]
    lm.train(lm.TUTORIAL)  # loads the engine, which no trial's time is to contain
    for name in names or EXPERIMENTS:
        regenerate(name)


if __name__ == "__main__":
    main()
