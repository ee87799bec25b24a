"""`make bench`: measure all contenders side by side; print a table, write JSON and a picture.

Contenders are processes that wait for their turn: one repetition of each, then the next
repetition of each, so that what disturbs the machine disturbs them all. Before a row is
timed, each has trained once, and its losses equal the package's to 1e-4.
"""

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

import lstm_memory as lm

from . import contenders as who
from . import rows, table
from .clicks import medians
from .contenders import floor
from .goals import (
    CLICKS,
    DRAW_AGAIN,
    DRAW_FIRST,
    GROWTH,
    IMPORT,
    KEEPING,
    KERNEL,
    costs_of_one_core,
    goals,
)
from .picture import draw

HERE = Path(__file__).parent
GUEST = HERE.parent / ".venv-bench" / "bin" / "python"
SAME = 1e-4  # how far losses may be apart
REPETITIONS = 5
SHARES = ("training", "results", "drawing", "transport")  # of the time from click to picture
IMPORTS = {"lstm_memory": False, "tensorflow": False, "keras": False, "torch": True, "jax": True}
ENVIRONMENT = os.environ | {
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "TORCHINDUCTOR_FORCE_DISABLE_CACHES": "1",
}


def jax_keeps_in(folder):
    """What makes JAX keep its programs in `folder`, and find them there; by default it does not."""
    return {
        "JAX_COMPILATION_CACHE_DIR": str(folder),
        "JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS": "0",
        "JAX_PERSISTENT_CACHE_MIN_ENTRY_SIZE_BYTES": "-1",
    }


def python(guest):
    return GUEST if guest else sys.executable


def ask_once(*arguments, guest=False, environment=ENVIRONMENT):
    """Run Python with these arguments and return the JSON that it prints."""
    command = [python(guest), *arguments]
    done = subprocess.run(
        command, cwd=HERE.parent, env=environment, check=True, stdout=subprocess.PIPE, text=True
    )
    return json.loads(done.stdout)


class Worker:
    """A contender at work in a process of its own."""

    def __init__(self, contender, environment=None):
        self.contender, self.errors = contender, tempfile.TemporaryFile("w+")  # noqa: SIM115
        arguments = ["-m", f"benchmarks.contenders.{contender.module}", contender.argument]
        self.process = subprocess.Popen(
            [python(contender.guest), *filter(None, arguments)],
            cwd=HERE.parent,
            env=ENVIRONMENT | (environment or {}),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self.errors,
            text=True,
            preexec_fn=(lambda: os.sched_setaffinity(0, {0})) if contender.one_core else None,
        )
        self.versions = self._answer()["versions"]

    def _answer(self):
        line = self.process.stdout.readline()
        if not line:
            self.errors.seek(0)
            raise RuntimeError(f"{self.contender.name} ended:\n{self.errors.read()[-3000:]}")
        return json.loads(line)

    def ask(self, do, **more):
        print(json.dumps({"do": do, **more}), file=self.process.stdin, flush=True)
        return self._answer()

    def prepare(self, row, weights):
        """Get ready for the row; what takes long to measure does fewer epochs."""
        row = row | {"epochs": min(row["epochs"], self.contender.epochs or row["epochs"])}
        self.ask("prepare", row=row, weights=str(weights))

    def train(self):
        return self.ask("train")["seconds"]

    def losses(self, folder):
        path = Path(folder) / "losses.npy"
        self.ask("save losses", path=str(path))
        return np.load(path)

    def close(self):
        self.process.stdin.close()
        self.process.wait()
        self.errors.close()


class Bench:
    """A run: what it is to measure, and the records it has made."""

    def __init__(self, quick, folder):
        self.quick, self.folder = quick, Path(folder)
        self.records, self.versions, self.notes = [], {}, []
        self.contenders = self._contenders()

    def _contenders(self):
        """All that can take part here."""
        everyone = [c for c in vars(who).values() if isinstance(c, who.Contender)]
        if not floor.compiler():
            self.notes.append("There is no C compiler (cc), so the floor was not measured.")
            everyone.remove(who.FLOOR)
        if not hasattr(os, "sched_setaffinity"):
            self.notes.append("This system cannot tie a process to a core: no rows on one core.")
            everyone = [c for c in everyone if not c.one_core]
        if self.quick:
            everyone = [c._replace(epochs=5) if c.epochs else c for c in everyone]
            everyone.remove(who.COMPILED)
            self.notes.append("A quick run: fewer rows, and some of them measured once.")
        return everyone

    def here(self, *wanted):
        """Those of the contenders wanted that take part."""
        names = {c.name for c in wanted}
        return [c for c in self.contenders if c.name in names]

    def record(self, row, contender, values, unit="s", note="", **more):
        """Keep what was measured; `values` is a list of numbers in `unit`, "s" or "MB"."""
        note = note or "measured once" * (len(values) == 1)
        record = {"row": row, "contender": contender, "unit": unit, "values": values}
        record |= {"median": statistics.median(values), "min": min(values), "max": max(values)}
        self.records.append(record | more | {"note": note})
        print(f"{row}, {contender}: {table.amount(record['median'], unit)}", file=sys.stderr)

    def weights(self, row):
        """Draw the weights that every contender begins with; return the file they are in."""
        task = lm.Task(row["lines"], alphabet=range(row["symbols"]))
        settings = lm.Settings(neurons=row["neurons"], epochs=0)
        path = self.folder / "weights.npz"
        np.savez(path, *lm.train_many(task, settings, seeds=row["models"]).weights)
        return path

    # --- in warm processes ---------------------------------------------------------------

    def warm_rows(self):
        """Measure every row that is repeated in a warm process."""
        single = (who.FIT, who.BATCH, who.EAGER, who.COMPILED)
        core = (who.JAX, who.FLOOR, who.PACKAGE)
        one = (who.ONE_CORE, who.JAX_ONE_CORE)
        wanted = {
            rows.TUTORIAL: (*single, *core, *one),
            rows.WHOLE: (*single, *core, *one),
            rows.WIDE: (who.FIT, who.BATCH, who.EAGER, *core),
            rows.MANY: (*core, *one),
            rows.MORE: core,
        }
        left_out = {rows.WIDE, rows.MORE, rows.lag_name(30), rows.lag_name(300)}
        workers = {c: Worker(c) for c in self.contenders}
        for worker in workers.values():
            self.versions |= worker.versions
        for name, row in (rows.WARM | rows.WARM_LAGS).items():
            if not (self.quick and name in left_out):
                chosen = self.here(*wanted.get(name, (who.EAGER, *core)))
                self.warm_row(name, row, [workers[c] for c in chosen])
        for worker in workers.values():
            worker.close()

    def warm_row(self, name, row, workers):
        weights, expected, differences = self.weights(row), None, {}
        for worker in sorted(workers, key=lambda w: w.contender.name != who.PACKAGE.name):
            worker.prepare(row, weights)
            worker.train()
            losses = worker.losses(self.folder)
            expected = losses if expected is None else expected
            differences[worker.contender] = self.check(name, worker, losses, expected)
        seconds = {worker.contender: [] for worker in workers}
        for _ in range(REPETITIONS):
            for worker in workers:
                seconds[worker.contender].append(worker.train())
        for contender, values in seconds.items():
            epochs = min(row["epochs"], contender.epochs or row["epochs"])
            note = "" if epochs == row["epochs"] else f"{epochs} epochs measured, and scaled"
            scale = row["epochs"] / epochs
            if name in rows.WARM_LAGS:
                scale, note = scale / rows.updates(row), "per update"
            values = [scale * value for value in values]
            more = {"largest_difference": differences[contender]}
            self.record(name, contender.name, values, note=note, **more)

    def check(self, name, worker, losses, expected):
        """The largest difference between losses; too large a one ends the run."""
        difference = float(np.abs(losses - expected[:, : losses.shape[1]]).max())
        if not difference <= SAME:
            words = f"{name}: losses of {worker.contender.name} differ by {difference:.2g}"
            raise RuntimeError(words)
        return difference

    # --- in fresh processes --------------------------------------------------------------

    def fresh_rows(self):
        """Measure what is done for the first time in a process: a new process each time."""
        seconds = {}

        def note(row, contender, value):
            seconds.setdefault((row, contender), []).append(value)

        weights = {}
        for name, row in rows.FRESH.items():
            weights[name] = self.weights(row).rename(self.folder / f"fresh {len(weights)}.npz")
        first = {rows.FIRST: rows.FRESH[rows.FIRST]}
        kept = jax_keeps_in(self.folder / "jax")
        self.fresh_process(who.JAX, rows.FRESH, weights, lambda *nothing: None, kept)
        for turn in range(1 if self.quick else REPETITIONS):
            for module, guest in IMPORTS.items():
                note(IMPORT, module, self.import_seconds(module, guest))
            for contender in (who.PACKAGE, who.JAX):
                self.fresh_process(contender, rows.FRESH, weights, note)
            self.fresh_process(who.JAX_KEPT, rows.FRESH, weights, note, kept)
            for contender in self.here(who.EAGER, who.ONE_CORE, who.JAX_ONE_CORE):
                self.fresh_process(contender, first, weights, note)
            nothing_there = {"XDG_CACHE_HOME": str(self.folder / f"empty {turn}")}
            very_first = {rows.VERY_FIRST: rows.FRESH[rows.FIRST]}
            weights[rows.VERY_FIRST] = weights[rows.FIRST]
            self.fresh_process(who.PACKAGE, very_first, weights, note, nothing_there)
            drawn = ask_once("-m", "benchmarks.drawing")
            note(DRAW_FIRST, who.PACKAGE.name, drawn["first"])
            note(DRAW_AGAIN, who.PACKAGE.name, statistics.median(drawn["again"]))
        for contender in self.here(who.COMPILED):  # a minute or more, so only once
            self.fresh_process(contender, first, weights, note)
        order = list(dict.fromkeys(row for row, _ in seconds))
        for (row, contender), values in sorted(seconds.items(), key=lambda x: order.index(x[0][0])):
            self.record(row, contender, values)

    @staticmethod
    def import_seconds(module, guest):
        code = f"import time; t = time.perf_counter(); import {module}; "
        return ask_once("-c", f"{code}print(time.perf_counter() - t)", guest=guest)

    @staticmethod
    def fresh_process(contender, trainings, weights, note, environment=None):
        worker = Worker(contender, environment)
        for name, row in trainings.items():
            worker.prepare(row, weights[name])
            note(name, contender.name, worker.train())
            note(rows.again_name(name), contender.name, worker.train())
        worker.close()

    def memory(self):
        """Measure, once, what many trainings leave behind."""
        found = ask_once("-m", "benchmarks.growth")
        self.record(KERNEL, who.PACKAGE.name, [found["first"]], "MB")
        self.record(GROWTH, who.PACKAGE.name, [found["grown"][-1]], "MB", course=found["grown"])

    def snapshots(self):
        """Measure what it costs to keep weights on the way."""
        for networks, seconds in ask_once("-m", "benchmarks.snapshots").items():
            for name, row in zip(("none", "kept"), KEEPING[int(networks)], strict=True):
                self.record(row, who.PACKAGE.name, seconds[name])

    # --- in a browser --------------------------------------------------------------------

    def browser(self):
        """Measure the Explorer from the click to the picture, and ten visitors of the app."""
        for name, found in ask_once("-m", "benchmarks.clicks", "--json").items():
            for when, clicks in zip(CLICKS, found, strict=True):
                shares = ", ".join(f"{part} {medians(clicks)[part]:.2f}" for part in SHARES)
                once = "measured once; " * (len(clicks) == 1)
                seconds = [click["total"] for click in clicks]
                self.record(when.format(name), who.PACKAGE.name, seconds, note=once + shares)
        for row, name, values, unit in ask_once("-m", "benchmarks.visitors", "--json"):
            self.record(row, name, values, unit)

    # --- the results ---------------------------------------------------------------------

    def results(self, command, load):
        medians = {(r["row"], r["contender"]): r["median"] for r in self.records}
        wanted = [
            goal._asdict() | {"wanted": goal.wanted, "verdict": goal.verdict}
            for goal in goals(medians)
        ]
        return {
            "command": command,
            "machine": machine() | {"load_before": load, "load_after": os.getloadavg()[0]},
            "versions": {"python": platform.python_version()} | self.versions,
            "repetitions": REPETITIONS,
            "rows": self.records,
            "goals": wanted,
            "one_core": costs_of_one_core(medians),
            "notes": self.notes,
        }


def machine():
    """The machine in words."""
    cpu = platform.processor() or platform.machine()
    info = Path("/proc/cpuinfo")
    if info.exists():
        models = [line for line in info.read_text().splitlines() if line.startswith("model name")]
        cpu = models[0].split(":", 1)[1].strip() if models else cpu
    return {
        "cpu": cpu,
        "cores": os.cpu_count(),
        "system": f"{platform.system()} {platform.machine()}",
    }


def main():
    parser = argparse.ArgumentParser(description="The benchmarks.")
    parser.add_argument(
        "--quick", action="store_true", help="fewer rows, only the table, some 3 minutes"
    )
    quick = parser.parse_args().quick
    load = os.getloadavg()[0]
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(quick, folder)
        bench.warm_rows()
        bench.fresh_rows()
        if not quick:
            bench.memory()
            bench.snapshots()
            bench.browser()
    results = bench.results("make bench" + " ARGS=--quick" * quick, load)
    print(*table.lines(results), sep="\n")
    if quick:
        return
    (HERE / "results.json").write_text(json.dumps(results, indent=1) + "\n")
    draw(results, HERE / "results.png")


if __name__ == "__main__":
    main()
