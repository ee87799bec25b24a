"""Where memory is short the learner is told what to close; nothing is refused that has room."""

import re
import subprocess
import sys
import warnings
from types import SimpleNamespace

import psutil
import pytest

import lstm_memory as lm
from lstm_memory import free_memory
from lstm_memory.free_memory import TENSORFLOW, UNLIMITED, ask_for, left

from .browser import Lab
from .control_group import memory_limit
from .notebook_tools import ROOT
from .server_kernels import run_notebook, said

BINDER = 2 * 10**9  # bytes, for all that is open
MB = 10**6
FILES = {1: ("limit_in_bytes", "usage_in_bytes", "total_"), 2: ("max", "current", "")}


@pytest.fixture
def machine(monkeypatch, tmp_path):
    """Imitates a machine with so many MB free, and none on the disk; and no container."""

    def imitate(free=4000, swap=0):
        memory = psutil.virtual_memory()._replace(available=free * MB)
        monkeypatch.setattr(psutil, "virtual_memory", lambda: memory)
        monkeypatch.setattr(psutil, "swap_memory", lambda: SimpleNamespace(free=swap * MB))

    imitate()
    monkeypatch.setattr(free_memory, "MOUNT", tmp_path)
    monkeypatch.setattr(free_memory, "GROUP", tmp_path / "cgroup")
    return imitate


@pytest.fixture
def container(machine, tmp_path):
    """Writes the files of a control group of Linux's first or second way, in MB."""

    def write(way, limit, usage, files=0, place="/"):
        limit_file, usage_file, prefix = FILES[way]
        line = f"4:cpu,memory:{place}" if way == 1 else f"0::{place}"
        (tmp_path / "cgroup").write_text(f"7:pids:/\n{line}\n")
        folder = tmp_path / ("memory" if way == 1 else "") / place.lstrip("/")
        folder.mkdir(parents=True, exist_ok=True)
        words = limit if limit == "max" else limit * MB
        (folder / f"memory.{limit_file}").write_text(f"{words}\n")
        (folder / f"memory.{usage_file}").write_text(f"{usage * MB}\n")
        parts = {"active": files // 3, "inactive": files - files // 3}
        stat = "".join(f"{prefix}{kind}_file {size * MB}\n" for kind, size in parts.items())
        (folder / "memory.stat").write_text(f"{prefix}anon 7\n{stat}")

    return write


@pytest.mark.parametrize("way", FILES)
def test_what_a_container_leaves(container, machine, way):
    container(way, 2000, 1500, files=300)
    assert left() == 800 * MB
    machine(free=100)
    assert left() == 100 * MB
    machine()
    container(way, 2000, 2100)
    assert left() == 0


@pytest.mark.parametrize("way", FILES)
def test_the_tightest_of_several_limits_counts(container, way):
    container(way, 1000, 400, place="/pod")
    container(way, 3000, 2800)
    container(way, "max" if way == 2 else UNLIMITED // MB * 2, 10, place="/pod/inner")
    assert left() == 200 * MB


@pytest.mark.parametrize(
    "line", ["", "nonsense", "0::/nowhere", "0::/../outside", "1:cpu:/", "0::relative"]
)
def test_without_a_limit_the_machine_counts(machine, tmp_path, line):
    """So it is without Linux, too, where there is no such file."""
    assert left() == 4000 * MB
    (tmp_path / "cgroup").write_text(line)
    (tmp_path / "memory.max").write_text("max")
    assert left() == 4000 * MB


def test_a_container_without_room_refuses_in_words(container, machine):
    container(2, 2000, 1800)
    ask_for(200 * MB, "it")
    with pytest.raises(MemoryError) as caught:
        ask_for(600 * MB, "this training")
    told = str(caught.value)
    assert "Memory is short: this training takes about 600 MB, and 200 MB are left." in told
    assert "Shut Down All Kernels" in told
    machine(swap=500)
    ask_for(600 * MB, "this training")


def test_a_laptop_is_warned_and_not_refused(machine):
    machine(free=100, swap=50)
    with pytest.warns(UserWarning, match="TensorFlow takes about 300 MB, and 150 MB are left"):
        ask_for(TENSORFLOW, "TensorFlow")
    machine(free=100, swap=2000)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        ask_for(TENSORFLOW, "TensorFlow")


def test_what_is_small_does_not_ask(container):
    container(2, 2000, 2000)
    ask_for(49 * MB, "it")
    lm.trace(lm.train(lm.TUTORIAL, lm.Settings(epochs=1)))


def test_a_large_training_and_a_large_look_ask(container):
    settings = lm.Settings(neurons=512, epochs=1)
    run = lm.train(lm.Task([list(range(50)) * 40] * 10), lm.Settings(neurons=256, epochs=0))
    container(2, 2000, 1990)
    with pytest.raises(MemoryError, match=r"this training takes about 6,\d\d\d MB, and 10 MB"):
        lm.train_many(lm.TUTORIAL, settings, 400)
    with pytest.raises(MemoryError, match=r"looking inside takes about 2\d\d MB, and 10 MB"):
        lm.trace(run)


def test_the_explorer_says_it_and_keeps_its_result(container):
    explorer = lm.Explorer(threaded=False, epochs=1)
    explorer.train(wait=True)
    run = explorer.run
    explorer.neurons, explorer.initialisations, explorer.epochs = 200, 20, 2
    container(2, 2000, 1990)
    explorer.train(wait=True)
    assert "Training failed: MemoryError: Memory is short: this training takes" in explorer.status
    assert "then try again. The last result stays." in explorer.status
    assert explorer.run is run


IMPORT = """
import sys
import lstm_memory as lm
from lstm_memory import free_memory
{before}
try:
    import keras
except MemoryError as error:
    print(error)
print("tensorflow" in sys.modules)
"""
STAND_IN = "free_memory._left_in_groups = lambda: [200 * 10**6]"


def test_an_import_of_keras_is_refused_before_the_system_ends_the_process():
    """By a real limit where this machine allows one, else by a function that stands for it."""
    with memory_limit(280 * MB) as enter:
        program = [sys.executable, "-c", IMPORT.format(before="" if enter else STAND_IN)]
        done = subprocess.run([*(enter or []), *program], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "Memory is short: TensorFlow takes about 300 MB, and 2" in done.stdout
    assert done.stdout.endswith("False\n")


FULL = """
import lstm_memory as lm
from lstm_memory import free_memory
{before}
taken = b"x" * max(0, free_memory.left() - 200 * 10**6)
for _ in range(2):
    try:
        import keras
    except MemoryError as error:
        print(error)
print(lm.train(lm.TUTORIAL, lm.REMEMBERING).remembers)
"""


@pytest.mark.long
def test_jupyterlab_and_two_trained_notebooks_fit_on_binder(tmp_path):
    """And a third, which takes nearly all that is left, is told what to close, and lives on.

    Under a real limit, where this machine allows one, else a function stands for it at the end.
    The first two took 0.7 GB with JupyterLab, and 1.1 GB with notebook 04 beside them, where
    pages that several processes have are divided among them. The pages of TensorFlow's files may
    be in sight of one kernel alone, and other machines have other libraries: so the limit is
    Binder's own.
    """
    lab = Lab(tmp_path)
    with memory_limit(BINDER) as enter:
        lab.before = enter or []
        with lab.running():
            for name in ("03_learning_with_an_lstm", "05_inside_the_memory"):
                text = (ROOT / "notebooks" / f"{name}.ipynb").read_text(encoding="utf-8")
                short = text.replace("epochs = 250", "epochs = 3")  # of Keras; takes no memory
                (lab.notebooks / f"{name}.ipynb").write_text(short, encoding="utf-8")
                run_notebook(lab, f"{name}.ipynb")
            server = psutil.Process(lab.process.pid)
            sizes = [p.memory_full_info() for p in (server, *server.children(recursive=True))]
            assert sum(getattr(size, "pss", size.uss) for size in sizes) < BINDER
            full = FULL.format(before="" if enter else STAND_IN)
            told = said(lab, "full.ipynb", full).splitlines()
            assert len(lab.kernels()) == 3
    short, again, remembers = told
    assert re.match(r"Memory is short: TensorFlow takes about 300 MB, and \d+ MB are left\.", short)
    assert short.endswith("Shut Down All Kernels; then try again")
    assert (again[:15], remembers) == (short[:15], "True")
