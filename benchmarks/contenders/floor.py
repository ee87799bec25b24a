"""The floor: a small C program, compiled on the spot; it times itself."""

import shutil
import subprocess
import tempfile
from pathlib import Path

import numpy as np

from . import worker

SOURCE = Path(__file__).with_name("floor.c")
# -ffast-math lets the compiler use the vector forms of sums, sqrt, exp and tanh
FLAGS = ("-std=c99", "-O3", "-march=native", "-ffast-math")


def compiler():
    """The C compiler, or None."""
    return shutil.which("cc")


def build(folder):
    """Compile the program into `folder`; return its path."""
    program = Path(folder) / "floor"
    subprocess.run([compiler(), *FLAGS, SOURCE, "-o", program, "-lm"], check=True)
    return program


def write(path, row, weights):
    """Write what the program reads; see floor.c."""
    inputs, targets, carry = worker.windows(row)
    table = np.column_stack([inputs, targets, carry]).astype("int32")
    table = np.tile(table, (row["epochs"], 1))
    sizes = row["models"], row["symbols"], row["neurons"], len(table), inputs.shape[1]
    numbers = np.concatenate([w.reshape(len(w), -1) for w in weights], axis=1)
    with open(path, "wb") as file:
        np.array(sizes, "int32").tofile(file)
        np.array(row["learning_rate"], "float32").tofile(file)
        table.tofile(file)
        numbers.astype("float32").tofile(file)


def run(program, data, row):
    """Run the program on the file `data`; return its seconds and losses."""
    losses = data.with_suffix(".losses")
    done = subprocess.run([program, data, losses], check=True, capture_output=True, text=True)
    losses = np.fromfile(losses, "float32").reshape(row["models"], -1)
    return float(done.stdout), worker.per_sequence(losses, row)


def main():
    version = subprocess.check_output([compiler(), "--version"], text=True).splitlines()[0]
    with tempfile.TemporaryDirectory() as folder:
        program, data = build(folder), Path(folder) / "row"

        def prepare(row, weights):
            write(data, row, weights)
            return lambda: run(program, data, row)

        worker.serve(
            prepare, {"C compiler": version.removeprefix("cc ")}, measure=lambda train: train()
        )


if __name__ == "__main__":
    main()
