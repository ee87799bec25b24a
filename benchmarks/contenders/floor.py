"""The floor: a small C library, compiled on the spot."""

import ctypes
import shutil
import subprocess
import tempfile
from functools import cache
from pathlib import Path

import numpy as np

from ..rows import windows

COMPILER = shutil.which("cc")  # None: there is no C compiler
SOURCE = Path(__file__).with_name("floor.c")
# -ffast-math lets the compiler use the vector forms of sums, sqrt, exp and tanh
FLAGS = ("-std=c11", "-O3", "-march=native", "-ffast-math", "-fPIC", "-shared")
if COMPILER:
    line = subprocess.check_output([COMPILER, "--version"], text=True).splitlines()[0]
    VERSIONS = {"C compiler": line.removeprefix("cc ")}


@cache
def library():
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "floor.so"
        subprocess.run([COMPILER, *FLAGS, SOURCE, "-o", path, "-lm"], check=True)
        return ctypes.CDLL(path)


def prepare(row, weights):
    inputs, targets, carry = windows(row)
    sizes = *(row[name] for name in ("symbols", "neurons", "models", "epochs")), *inputs.shape
    start = np.concatenate([w.reshape(len(w), -1) for w in weights], axis=1).astype("float32")
    rate, floor = ctypes.c_float(row["learning_rate"]), library()

    def train():
        losses = np.empty((row["models"], row["epochs"], len(inputs)), "float32")
        arrays = (inputs, targets, carry, start.copy(), losses)
        floor.train(*sizes, rate, *(array.ctypes for array in arrays))
        return losses

    return train
