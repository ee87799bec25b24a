"""The compiled engine: kept on disk and found again, never wrong, never in the way.

Compiling takes half a minute, so the tests that compile belong to the long ones.
"""

import os
import platform
import shutil
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest

import lstm_memory as lm
from lstm_memory.engine import advance, layout, loading

PACKAGE = Path(lm.__file__).parent
ENGINE = PACKAGE / "engine"

TRAIN = """
import lstm_memory as lm

digits = lm.Task([range(10)] * 2)
settings = [lm.Settings(cell=cell, epochs=9) for cell in ("lstm", "gru", "simple_rnn", "dense")]
settings += [lm.REMEMBERING, lm.Settings(output="softmax", clip_norm=0.1, bptt_steps=3)]
for each in settings:
    for task in (lm.TUTORIAL, digits):
        runs = lm.train_many(task, each, seeds=3)
        for numbers in (runs.losses, runs.weights[0], runs.outputs):
            print([float(number).hex() for number in numbers.ravel()])
from lstm_memory.hochreiter1997 import LSTM1997, RNN, Experiment2a, Experiment2c
for network in (LSTM1997(Experiment2a(9)), LSTM1997(Experiment2c(9, 9)), RNN(Experiment2a(9))):
    network.go_to(200)
    print([float(number).hex() for weights in network.weights for number in weights.ravel()])
from lstm_memory.engine import advance
print("loaded" if advance.advance.stats.cache_hits else "compiled")
"""

LOOK = """
import numpy as np
from lstm_memory import Settings
from lstm_memory.engine import loading, layout, advance

plan = advance.plan_of(Settings(neurons=3, epochs=0), sizes=(2, 2))
weights = np.ones((1, layout.number_of_weights(Settings(neurons=3), (2, 2))), "float32")
state, nothing = np.zeros((1, 2, 1, 3), "float32"), np.zeros((0, 1, 1, 1), "float32")
outputs = np.zeros((1, 1, 1, 2), "float32")
arguments = weights, np.zeros((1, 1), "int32"), state, outputs, nothing, nothing, nothing
try:
    advance.look(plan, *arguments)
except Exception:
    loading._delete_kept(advance)
    advance.look(plan, *arguments)
print(outputs.ravel()[0], "loaded" if advance.look.stats.cache_hits else "compiled")
"""


def printed(script, folder, *, cwd=None, **environment):
    """What a script prints in a new process, which keeps compiled code in `folder`."""
    environment = os.environ | {"NUMBA_CACHE_DIR": str(folder)} | environment
    command = [sys.executable, "-c", script]
    done = subprocess.run(command, env=environment, cwd=cwd, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def expected(tmp_path_factory):
    """What trainings print that compile nothing for another processor."""
    return printed(TRAIN, tmp_path_factory.mktemp("kept"), NUMBA_CACHE_DIR="").splitlines()[:-1]


@pytest.mark.long
def test_an_old_processor_computes_the_same_to_the_last_bit(expected, tmp_path):
    """x86-64 of 2003 has registers of 4 numbers, and no multiplication with addition.

    A process that names the same processor finds the code there, as on Binder.
    """
    names = {"NUMBA_CPU_NAME": "generic", "NUMBA_CPU_FEATURES": ""}
    assert printed(TRAIN, tmp_path, **names).splitlines() == [*expected, "compiled"]
    assert printed(TRAIN, tmp_path, **names).splitlines() == [*expected, "loaded"]


@pytest.mark.parametrize("kernel", ["Haswell", "Zen", "Prescott", "Sandybridge"])
def test_other_libraries_of_algebra_compute_the_same_to_the_last_bit(kernel, expected, tmp_path):
    """NumPy's matrix products and functions depend on the processor, in their last digits.

    Here they imitate older ones. Only the initial weights are made with them, in double
    precision, and rounded to single, which leaves no difference but by a rare accident.
    """
    if platform.machine() not in ("x86_64", "AMD64"):
        pytest.skip("these are processors of PCs")
    without = " ".join(np._core._multiarray_umath.__cpu_dispatch__)
    older = {"OPENBLAS_CORETYPE": kernel, "NPY_DISABLE_CPU_FEATURES": without}
    found = printed(TRAIN, tmp_path, NUMBA_CACHE_DIR="", PYTHONWARNINGS="ignore", **older)
    assert found.splitlines() == [*expected, "loaded"]


def look(kept, place):
    """What one look of the package in `place` prints; compiled in half the time."""
    return printed(LOOK, kept, cwd=place, NUMBA_OPT="1")


def test_the_digest_changes_with_any_file_that_is_compiled(monkeypatch, tmp_path):
    """And with the numbers of layout.py, which are compiled into them."""
    compiled = {path.name for path in ENGINE.glob("*.py") if "@compiled" in path.read_text()}
    names = {*compiled, "layout.py"}
    shutil.copytree(ENGINE, tmp_path, dirs_exist_ok=True)
    monkeypatch.setattr(advance, "__file__", str(tmp_path / "advance.py"))
    seen = [advance.digest()]
    for name in names:
        with (tmp_path / name).open("a") as file:
            file.write("# changed")
        seen.append(advance.digest())
    assert seen[0] == advance.MADE_OF
    assert len(set(seen)) == 1 + len(names) == 5


@pytest.mark.long
def test_a_change_is_noticed_and_a_broken_file_made_again(tmp_path):
    """A change in a file that is compiled into another."""
    shutil.copytree(PACKAGE, tmp_path / "lstm_memory", ignore=shutil.ignore_patterns("__pycache__"))
    engine, kept = tmp_path / "lstm_memory" / "engine", tmp_path / "kept"
    first = look(kept, tmp_path)
    assert first.endswith("compiled\n")
    assert look(kept, tmp_path) == first.replace("compiled", "loaded")
    text, old = (engine / "arithmetic.py").read_text(), "return ONE / (ONE + exp(-x))"
    assert old in text
    (engine / "arithmetic.py").write_text(text.replace(old, "return ONE / (TWO + exp(-x))"))
    before = look(kept, tmp_path)
    assert before.endswith("compiled\n")
    assert before != first
    for path in kept.rglob("*.nb[ci]"):
        path.write_bytes(path.read_bytes()[:50])
    assert look(kept, tmp_path) == before
    assert look(kept, tmp_path) == before.replace("compiled", "loaded")


NO_PLACE = """
import multiprocessing, warnings
import numba.core.caching as caching
caching.CacheImpl._locator_classes = []  # as where no folder can be written to
import lstm_memory as lm

def train(seed):
    return lm.train(lm.TUTORIAL, lm.Settings(epochs=2, seed=seed)).losses.to_numpy().tolist()

with warnings.catch_warnings(record=True) as told:
    warnings.simplefilter("always")
    explorer = lm.Explorer()  # the engine is compiled beside it
    with multiprocessing.get_context("fork").Pool(2) as pool:
        there = pool.map_async(train, range(2)).get(500)
assert there == [train(0), train(1)]
print(*{str(warning.message)[:37] for warning in told if "engine" in str(warning.message)})
"""


@pytest.mark.long
@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
def test_without_a_place_it_says_so_and_a_fork_meanwhile_does_not_hang(tmp_path):
    found = printed(NO_PLACE, tmp_path, NUMBA_OPT="0")
    assert found == "The compiled engine can't be kept: ne\n"


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
def test_a_fork_waits_until_the_engine_is_there(monkeypatch):
    """A child has no thread that would ever give back a lock which another thread held."""
    began, may_end = threading.Event(), threading.Event()

    def slow(*arguments):
        began.set()
        return may_end.wait(60) and lm.engine.advance

    monkeypatch.setattr(loading, "_engine", [])
    monkeypatch.setattr(loading.importlib, "import_module", slow)
    loading.load_ahead()
    assert began.wait(60)
    threading.Timer(0.2, may_end.set).start()
    child = os.fork()
    if child == 0:
        os._exit(0 if loading._engine else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def test_what_numba_kept_is_deleted_when_it_is_broken(monkeypatch, tmp_path):
    """The same with an engine that compiles nothing."""
    calls = []

    class Broken:
        class advance:
            class stats:
                cache_path = str(tmp_path)

        look = advance

        @staticmethod
        def warm_up():
            calls.append(sorted(path.name for path in tmp_path.iterdir()))
            if len(calls) == 1:
                raise EOFError("Ran out of input")

    for name in ("advance.look-1.py311.nbi", "advance.look-1.py311.1.nbc", "another.nbi"):
        (tmp_path / name).touch()
    monkeypatch.setattr(loading, "_engine", [])
    monkeypatch.setattr(loading.importlib, "import_module", lambda *arguments: Broken)
    assert loading.engine() is Broken
    assert len(calls[0]) == 3
    assert calls[1] == ["another.nbi"]


def test_an_engine_that_does_not_work_says_why(monkeypatch):
    def fail(*arguments):
        raise ImportError("no numba here")

    monkeypatch.setattr(loading, "_engine", [])
    monkeypatch.setattr(loading.importlib, "import_module", fail)
    with pytest.raises(ImportError, match="no numba here"):
        lm.train(lm.TUTORIAL)


def test_importing_loads_no_engine_and_a_notebook_loads_it_ahead():
    script = (
        "import sys, threading\n{first}import lstm_memory\n"
        "for thread in threading.enumerate():\n"
        "    if thread.name == 'lstm_memory loading': thread.join()\n"
        "print(*sorted({{'numba', 'tensorflow', 'matplotlib'}} & set(sys.modules)))"
    )
    for first, loaded in (("", ""), ("import ipykernel\n", "numba")):
        command = [sys.executable, "-c", script.format(first=first)]
        assert subprocess.check_output(command, text=True).strip() == loaded


def test_it_loads_in_a_thread_before_it_is_needed(monkeypatch):
    monkeypatch.setattr(loading, "_engine", [])
    loading.load_ahead()
    for thread in threading.enumerate():
        if thread.name == "lstm_memory loading":
            thread.join()
    assert loading.is_ready()
    loading.load_ahead()
    assert not [t for t in threading.enumerate() if t.name == "lstm_memory loading"]


@pytest.mark.parametrize("cell", ["lstm", "gru", "simple_rnn", "dense"])
def test_the_layout_is_that_of_keras(cell):
    settings = lm.Settings(cell=cell, neurons=6, epochs=0)
    run = lm.train(lm.TUTORIAL, settings)
    wanted = [weights.shape for weights in run.model.get_weights()]
    assert layout.keras_shapes(settings, (5, 5)) == wanted
    assert layout.number_of_weights(settings, (5, 5)) == run.model.count_params()
    rows = layout.to_rows([weights[None] for weights in run.weights])
    for ours, keras in zip(layout.to_keras(rows, settings, (5, 5)), run.weights, strict=True):
        np.testing.assert_array_equal(ours[0], keras)


@pytest.mark.parametrize(
    ("ours", "numpys", "low", "high", "off"),
    [
        ("exp", np.exp, -87, 87, {"rtol": 2e-7}),
        ("log", np.log, 1, 1000, {"atol": 2e-7, "rtol": 1e-7}),
        ("sigmoid", lambda x: 1 / (1 + np.exp(-x)), -80, 80, {"atol": 2e-7}),
        ("tanh", np.tanh, -40, 40, {"atol": 3e-7}),
    ],
)
def test_functions_of_one_number(ours, numpys, low, high, off):
    from numba import vectorize

    from lstm_memory.engine import arithmetic

    x = np.linspace(low, high, 100_001, dtype="float32")
    found = vectorize(["f4(f4)"])(getattr(arithmetic, ours).py_func)(x)
    np.testing.assert_allclose(found, numpys(x.astype("float64")), **off)
