"""`make bench`: measure all contenders side by side; print a table, write JSON and a picture.

Contenders are processes that wait for their turn: one repetition of each, then the next
repetition of each, so that what disturbs the machine disturbs them all. Before a row is
timed, each has trained once, and its losses equal the package's to 1e-4.
"""

import argparse
import json
import os
import platform
import re
import subprocess
import sys
import tempfile
from collections import defaultdict
from multiprocessing import Pipe
from pathlib import Path

import numpy as np

import lstm_memory as lm

from . import contenders as who
from . import goals, rows, table
from .contenders import floor
from .picture import draw
from .records import record

HERE = Path(__file__).parent
ROOT = HERE.parent
GUEST = ROOT / ".venv-bench" / "bin" / "python"
SAME = 1e-4  # how far losses may be apart
REPETITIONS = 5
IMPORTS = {"lstm_memory": False, "tensorflow": False, "keras": False, "torch": True, "jax": True}
QUIET = {"TF_CPP_MIN_LOG_LEVEL": "3", "TORCHINDUCTOR_FORCE_DISABLE_CACHES": "1"}
KEPT = {  # JAX keeps its programs only if told to
    "JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS": "0",
    "JAX_PERSISTENT_CACHE_MIN_ENTRY_SIZE_BYTES": "-1",
}
CORE, ONE = (who.JAX, who.FLOOR, who.PACKAGE), (who.ONE_CORE, who.JAX_ONE_CORE)
SINGLE = (who.FIT, who.BATCH, who.EAGER, who.COMPILED, *CORE, *ONE)
MORE_CONTENDERS = {  # of the warm rows that have not just PyTorch and the core
    rows.TUTORIAL: SINGLE,
    rows.WHOLE: SINGLE,
    rows.WIDE: (who.FIT, who.BATCH, who.EAGER, *CORE),
    rows.MANY: (*CORE, *ONE),
    rows.MORE: CORE,
}


def ask_once(*arguments, guest=False):
    """Run Python with these arguments and return the JSON that it prints."""
    command = [GUEST if guest else sys.executable, *arguments]
    return json.loads(subprocess.check_output(command, cwd=ROOT, env=os.environ | QUIET))


class Worker:
    """A contender at work in a process of its own; see contenders/worker.py."""

    def __init__(self, contender, **environment):
        self.contender = contender
        self.pipe, far = Pipe()
        tie = (lambda: os.sched_setaffinity(0, {0})) if contender.one_core else None
        way, number = (contender.module, contender.prepare), far.fileno()
        python = GUEST if contender.guest else sys.executable
        self.process = subprocess.Popen(
            [python, "-m", "benchmarks.contenders.worker", *way, str(number)],
            cwd=ROOT,
            env=os.environ | QUIET | environment,
            stdout=sys.stderr,
            pass_fds=[number],
            preexec_fn=tie,
        )
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


def import_all():
    """{(row, package): seconds to import it}."""
    code = "import time; t = time.perf_counter(); import {}; print(time.perf_counter() - t)"
    return {
        (rows.IMPORT, module): ask_once("-c", code.format(module), guest=guest)
        for module, guest in IMPORTS.items()
    }


def draw_all():
    """{(row, the package): seconds to draw all figures}."""
    drawn = ask_once("-m", "benchmarks.drawing")
    return {(row, who.PACKAGE.name): seconds for row, seconds in drawn.items()}


def train_fresh(contender, trainings, **environment):
    """Train each row twice in one new process: {(row, contender): seconds}."""
    worker, seconds = Worker(contender, **environment), {}
    for name, row in trainings.items():
        worker.prepare(row)
        for called in (name, rows.again_name(name)):
            seconds[called, contender.name] = worker.train()[0]
    worker.close()
    return seconds


class Bench:
    """A run: what it is to measure, and the records it has made."""

    def __init__(self, quick, folder):
        self.quick, self.folder = quick, Path(folder)
        self.records, self.versions, self.notes = [], {}, []
        self.contenders = [c for c in vars(who).values() if isinstance(c, who.Contender)]
        if not floor.COMPILER:
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

    def warm_rows(self):
        """Measure every row that is repeated in a warm process."""
        wanted = dict.fromkeys(rows.WARM | rows.WARM_LAGS, (who.EAGER, *CORE)) | MORE_CONTENDERS
        if self.quick:
            for name in (rows.WIDE, rows.MORE, rows.lag_name(30), rows.lag_name(300)):
                del wanted[name]
        workers = {c.name: Worker(c) for c in self.contenders}
        for worker in workers.values():
            self.versions |= worker.versions
        for name, chosen in wanted.items():
            self.warm_row(name, [workers[c.name] for c in self.here(*chosen)])
        for worker in workers.values():
            worker.close()

    def warm_row(self, name, workers):
        row, losses = (rows.WARM | rows.WARM_LAGS)[name], {}
        for worker in workers:
            worker.prepare(row)
            losses[worker.contender] = worker.train()[1]
        turns = [[worker.train()[0] for worker in workers] for _ in range(REPETITIONS)]
        for worker, *seconds in zip(workers, *turns, strict=True):
            contender, found = worker.contender, losses[worker.contender]
            epochs = found.shape[1]
            scale = row["epochs"] / epochs
            note = "" if scale == 1 else f"{epochs} epochs measured, and scaled"
            if name in rows.WARM_LAGS:
                scale, note = scale / rows.updates(row), "per update"
            difference = float(np.abs(found - losses[who.PACKAGE][:, :epochs]).max())
            if not difference <= SAME:
                raise RuntimeError(f"{name}: losses of {contender.name} differ by {difference:.2g}")
            values = [scale * value for value in seconds]
            more = {"note": note, "largest_difference": difference}
            self.records.append(record(name, contender.name, values, **more))

    def fresh_rows(self):
        """Measure what is done for the first time in a process: a new process each time."""
        first, seconds = {rows.FIRST: rows.FRESH[rows.FIRST]}, defaultdict(list)
        very_first = {rows.VERY_FIRST: rows.FRESH[rows.FIRST]}
        kept = KEPT | {"JAX_COMPILATION_CACHE_DIR": str(self.folder / "jax")}
        train_fresh(who.JAX, rows.FRESH, **kept)  # so that there are programs
        for turn in range(1 if self.quick else REPETITIONS):
            empty = str(self.folder / f"empty {turn}")
            for found in (
                import_all(),
                train_fresh(who.PACKAGE, rows.FRESH),
                train_fresh(who.JAX, rows.FRESH),
                train_fresh(who.JAX_KEPT, rows.FRESH, **kept),
                *(train_fresh(c, first) for c in self.here(who.EAGER, *ONE)),
                train_fresh(who.PACKAGE, very_first, XDG_CACHE_HOME=empty, NUMBA_CACHE_DIR=empty),
                draw_all(),
            ):
                for key, value in found.items():
                    seconds[key].append(value)
        for contender in self.here(who.COMPILED):  # a minute or more, so only once
            seconds |= {key: [value] for key, value in train_fresh(contender, first).items()}
        order = list(dict.fromkeys(row for row, _ in seconds))
        for row, contender in sorted(seconds, key=lambda key: order.index(key[0])):
            self.records.append(record(row, contender, seconds[row, contender]))

    def rest(self):
        """Measure the memory that is left, keeping weights on the way, and the Explorer."""
        for module in ("growth", "snapshots", "clicks", "visitors"):
            self.records += ask_once("-m", f"benchmarks.{module}")

    def results(self, command, load):
        medians = {(r["row"], r["contender"]): r["median"] for r in self.records}
        return {
            "command": command,
            "machine": machine() | {"load_before": load, "load_after": os.getloadavg()[0]},
            "versions": {"python": platform.python_version()} | self.versions,
            "repetitions": REPETITIONS,
            "rows": self.records,
            "goals": [goal.told() for goal in goals.goals(medians)],
            "one_core": goals.costs_of_one_core(medians),
            "notes": self.notes,
        }


def machine():
    """The machine in words."""
    info = Path("/proc/cpuinfo")
    model = re.search(r"model name\s*: (.*)", info.read_text() if info.exists() else "")
    return {
        "cpu": model[1] if model else platform.processor() or platform.machine(),
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
