"""`make bench`: measure all contenders side by side; print a table, write JSON and a picture.

Contenders are processes that wait for their turn: one repetition of each, then the next
repetition of each, so that what disturbs the machine disturbs them all. Before a row is
timed, each has trained once, and its losses equal the package's to 1e-4.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
from collections import defaultdict
from contextlib import contextmanager
from multiprocessing import Pipe
from pathlib import Path
from statistics import median

import numpy as np

import lstm_memory as lm

from . import contenders as who
from . import goals, rows, table
from .contenders import floor
from .picture import draw

HERE = Path(__file__).parent
GUEST = HERE.parent / ".venv-bench" / "bin" / "python"
SAME = 1e-4  # how far losses may be apart
REPETITIONS = 5
SHARES = ("training", "results", "drawing", "transport")  # of the time from click to picture
IMPORTS = {"lstm_memory": False, "tensorflow": False, "keras": False, "torch": True, "jax": True}
QUIET = {"TF_CPP_MIN_LOG_LEVEL": "3", "TORCHINDUCTOR_FORCE_DISABLE_CACHES": "1"}


def start(*arguments, guest=False, environment=None, **options):
    """Start Python with these arguments."""
    return subprocess.Popen(
        [GUEST if guest else sys.executable, *arguments],
        cwd=HERE.parent,
        env=os.environ | QUIET | (environment or {}),
        **options,
    )


def ask_once(*arguments, guest=False):
    """Run Python with these arguments and return the JSON that it prints."""
    process = start(*arguments, guest=guest, stdout=subprocess.PIPE, text=True)
    answer = process.communicate()[0]
    if process.returncode:
        raise RuntimeError(f"python {' '.join(arguments)} failed")
    return json.loads(answer)


class Worker:
    """A contender at work in a process of its own; see contenders/worker.py."""

    def __init__(self, contender, environment=None):
        self.contender = contender
        self.pipe, far = Pipe()
        tie = (lambda: os.sched_setaffinity(0, {0})) if contender.one_core else None
        module, number = "benchmarks.contenders.worker", far.fileno()
        arguments = ("-m", module, contender.module, contender.prepare, str(number))
        options = {"guest": contender.guest, "environment": environment, "stdout": sys.stderr}
        self.process = start(*arguments, **options, pass_fds=[number], preexec_fn=tie)
        far.close()
        self.versions = self.pipe.recv()

    def prepare(self, row):
        """Hand over the row and the weights to begin with; what takes long trains less."""
        task = lm.Task(row["lines"], alphabet=range(row["symbols"]))
        settings = lm.Settings(neurons=row["neurons"], epochs=0)
        weights = lm.train_many(task, settings, seeds=row["models"]).weights
        epochs = min(row["epochs"], self.contender.epochs or row["epochs"])
        self.row = row | {"epochs": epochs}
        self.pipe.send((self.row, [np.array(w) for w in weights]))
        self.pipe.recv()

    def train(self):
        """Train from the beginning: seconds, and losses (models, epochs, sequences)."""
        self.pipe.send(None)
        seconds, losses = self.pipe.recv()
        shape = (self.row["models"], self.row["epochs"], len(self.row["lines"]), -1)
        return seconds, losses.reshape(shape).mean(axis=3)

    def close(self):
        self.pipe.close()
        self.process.wait()


class Bench:
    """A run: what it is to measure, and the records it has made."""

    def __init__(self, quick, folder):
        self.quick, self.folder = quick, Path(folder)
        self.records, self.versions, self.notes = [], {}, []
        self.contenders = [c for c in vars(who).values() if isinstance(c, who.Contender)]
        if not floor.compiler():
            self.notes.append("There is no C compiler (cc), so the floor was not measured.")
            self.contenders.remove(who.FLOOR)
        if not hasattr(os, "sched_setaffinity"):
            self.notes.append("This system cannot tie a process to a core: no rows on one core.")
            self.contenders = [c for c in self.contenders if not c.one_core]
        if quick:
            self.notes.append("A quick run: fewer rows, and some of them measured once.")
            self.contenders.remove(who.COMPILED)
            self.contenders = [c._replace(epochs=c.epochs and 5) for c in self.contenders]

    def here(self, *wanted):
        """Those of the contenders wanted that take part."""
        names = {c.name for c in wanted}
        return [c for c in self.contenders if c.name in names]

    def record(self, row, contender, values, unit="s", note="", **more):
        """Keep what was measured; `values` is a list of numbers in `unit`, "s" or "MB"."""
        note = note or "measured once" * (len(values) == 1)
        record = {"row": row, "contender": contender, "unit": unit, "values": values}
        record |= {"median": median(values), "min": min(values), "max": max(values)}
        self.records.append(record | more | {"note": note})
        print(f"{row}, {contender}: {table.amount(record['median'], unit)}", file=sys.stderr)

    def weights(self, name, row):
        """Draw the weights that every contender begins with; return the file they are in."""
        task = lm.Task(row["lines"], alphabet=range(row["symbols"]))
        settings = lm.Settings(neurons=row["neurons"], epochs=0)
        path = self.folder / f"{name}.npz"
        np.savez(path, *lm.train_many(task, settings, seeds=row["models"]).weights)
        return path

    def warm_rows(self):
        """Measure every row that is repeated in a warm process."""
        core, one = (who.JAX, who.FLOOR, who.PACKAGE), (who.ONE_CORE, who.JAX_ONE_CORE)
        usual, single = (who.EAGER, *core), (who.FIT, who.BATCH, who.EAGER, who.COMPILED)
        wanted = dict.fromkeys(rows.WARM | rows.WARM_LAGS, usual) | {
            rows.TUTORIAL: (*single, *core, *one),
            rows.WHOLE: (*single, *core, *one),
            rows.WIDE: (who.FIT, who.BATCH, *usual),
            rows.MANY: (*core, *one),
            rows.MORE: core,
        }
        if self.quick:
            for name in (rows.WIDE, rows.MORE, rows.lag_name(30), rows.lag_name(300)):
                del wanted[name]
        workers = {c: Worker(c) for c in self.contenders}
        for worker in workers.values():
            self.versions |= worker.versions
        for name, chosen in wanted.items():
            self.warm_row(name, [workers[c] for c in self.here(*chosen)])
        for worker in workers.values():
            worker.close()

    def warm_row(self, name, workers):
        row = (rows.WARM | rows.WARM_LAGS)[name]
        weights, losses = self.weights("warm", row), {}
        for worker in workers:
            worker.prepare(row, weights)
            worker.train()
            worker.ask("save losses", path=str(self.folder / "losses.npy"))
            losses[worker.contender.name] = np.load(self.folder / "losses.npy")
        turns = [[worker.train() for worker in workers] for _ in range(REPETITIONS)]
        for worker, seconds in zip(workers, zip(*turns, strict=True), strict=True):
            epochs, contender = worker.epochs(row), worker.contender.name
            scale = row["epochs"] / epochs
            note = "" if scale == 1 else f"{epochs} epochs measured, and scaled"
            if name in rows.WARM_LAGS:
                scale, note = scale / rows.updates(row), "per update"
            expected = losses[who.PACKAGE.name][:, :epochs]
            difference = float(np.abs(losses[contender] - expected).max())
            if not difference <= SAME:
                raise RuntimeError(f"{name}: losses of {contender} differ by {difference:.2g}")
            values = [scale * value for value in seconds]
            self.record(name, contender, values, note=note, largest_difference=difference)

    def fresh_rows(self):
        """Measure what is done for the first time in a process: a new process each time."""
        weights = {name: self.weights(name, row) for name, row in rows.FRESH.items()}
        first = {rows.FIRST: rows.FRESH[rows.FIRST]}
        kept = {  # JAX keeps its programs only if told to
            "JAX_COMPILATION_CACHE_DIR": str(self.folder / "jax"),
            "JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS": "0",
            "JAX_PERSISTENT_CACHE_MIN_ENTRY_SIZE_BYTES": "-1",
        }
        seconds = {}

        def note(row, contender, value):
            seconds.setdefault((row, contender), []).append(value)

        def train(contender, trainings, environment=None, told=note):
            worker = Worker(contender, environment)
            for name, row in trainings.items():
                worker.prepare(row, weights.get(name, weights[rows.FIRST]))
                told(name, contender.name, worker.train())
                told(rows.again_name(name), contender.name, worker.train())
            worker.close()

        train(who.JAX, rows.FRESH, kept, told=lambda *nothing: None)  # so that there are programs
        for turn in range(1 if self.quick else REPETITIONS):
            for module, guest in IMPORTS.items():
                code = f"import time; t = time.perf_counter(); import {module}; "
                code += "print(time.perf_counter() - t)"
                note(goals.IMPORT, module, ask_once("-c", code, guest=guest))
            train(who.PACKAGE, rows.FRESH)
            train(who.JAX, rows.FRESH)
            train(who.JAX_KEPT, rows.FRESH, kept)
            for contender in self.here(who.EAGER, who.ONE_CORE, who.JAX_ONE_CORE):
                train(contender, first)
            empty = str(self.folder / f"empty {turn}")
            nothing = {"XDG_CACHE_HOME": empty, "NUMBA_CACHE_DIR": empty}
            train(who.PACKAGE, {rows.VERY_FIRST: rows.FRESH[rows.FIRST]}, nothing)
            drawn = ask_once("-m", "benchmarks.drawing")
            note(goals.DRAW_FIRST, who.PACKAGE.name, drawn["first"])
            note(goals.DRAW_AGAIN, who.PACKAGE.name, median(drawn["again"]))
        for contender in self.here(who.COMPILED):  # a minute or more, so only once
            train(contender, first)
        order = list(dict.fromkeys(row for row, _ in seconds))
        for row, contender in sorted(seconds, key=lambda key: order.index(key[0])):
            self.record(row, contender, seconds[row, contender])

    def rest(self):
        """Measure the memory that is left, keeping weights on the way, and the Explorer."""
        ours, found = who.PACKAGE.name, ask_once("-m", "benchmarks.growth")
        self.record(goals.KERNEL, ours, [found["first"]], "MB")
        self.record(goals.GROWTH, ours, [found["grown"][-1]], "MB", course=found["grown"])
        for networks, seconds in ask_once("-m", "benchmarks.snapshots").items():
            for way, row in zip(("none", "kept"), goals.KEEPING[int(networks)], strict=True):
                self.record(row, ours, seconds[way])
        for name, found in ask_once("-m", "benchmarks.clicks").items():
            for when, clicks in zip(goals.CLICKS, found, strict=True):
                shares = [f"{part} {median(c[part] for c in clicks):.2f}" for part in SHARES]
                note = "measured once; " * (len(clicks) == 1) + ", ".join(shares)
                self.record(when.format(name), ours, [c["total"] for c in clicks], note=note)
        for row, name, values, unit in ask_once("-m", "benchmarks.visitors"):
            self.record(row, name, values, unit)

    def results(self, command, load):
        medians = {(r["row"], r["contender"]): r["median"] for r in self.records}
        judged = [
            goal._asdict() | {"wanted": goal.wanted, "verdict": goal.verdict}
            for goal in goals.goals(medians)
        ]
        return {
            "command": command,
            "machine": machine() | {"load_before": load, "load_after": os.getloadavg()[0]},
            "versions": {"python": platform.python_version()} | self.versions,
            "repetitions": REPETITIONS,
            "rows": self.records,
            "goals": judged,
            "one_core": goals.costs_of_one_core(medians),
            "notes": self.notes,
        }


def machine():
    """The machine in words."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.exists() else []
    models = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return {
        "cpu": next(iter(models), platform.processor() or platform.machine()),
        "cores": os.cpu_count(),
        "system": f"{platform.system()} {platform.machine()}",
    }


def main():
    parser = argparse.ArgumentParser(description="The benchmarks.")
    words = "fewer rows, only the table, some 3 minutes"
    parser.add_argument("--quick", action="store_true", help=words)
    quick = parser.parse_args().quick
    load = os.getloadavg()[0]
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(quick, folder)
        bench.warm_rows()
        bench.fresh_rows()
        if not quick:
            bench.rest()
    results = bench.results("make bench" + " ARGS=--quick" * quick, load)
    print(*table.lines(results), sep="\n")
    if not quick:
        (HERE / "results.json").write_text(json.dumps(results, indent=1) + "\n")
        draw(results, HERE / "results.png")


if __name__ == "__main__":
    main()
