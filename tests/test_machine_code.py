"""The engine as machine code: kept on disk and found again, never wrong, never in the way."""

import os
import subprocess
import sys
import threading

import numpy as np
import pytest

import lstm_memory as lm
from lstm_memory.engine import machine_code

TRAIN = """
import sys
import lstm_memory as lm
from lstm_memory.engine import machine_code

machine_code._make = machine_code._make if "make" in sys.argv else None
digits = lm.Task([range(10)] * 2)
settings = [lm.Settings(cell=cell, epochs=9) for cell in ("lstm", "gru", "simple_rnn", "dense")]
settings += [lm.REMEMBERING, lm.Settings(output="softmax", clip_norm=0.1, bptt_steps=3)]
for each in settings:
    for task in (lm.TUTORIAL, digits):
        runs = lm.train_many(task, each, seeds=3)
        print([float(number).hex() for number in runs.losses.ravel()])
        print([float(number).hex() for number in runs.weights[0].ravel()])
loaded = {"numba", "tensorflow", "keras"} & set(sys.modules)
assert not loaded, loaded
"""


def losses(folder, *arguments, **environment):
    """What trainings in a new process print, whose cache directory is `folder`."""
    environment = os.environ | {"XDG_CACHE_HOME": str(folder)} | environment
    command = [sys.executable, "-c", TRAIN, *arguments]
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A cache directory in which the engine was compiled, and what was trained then."""
    folder = tmp_path_factory.mktemp("cache")
    return folder, losses(folder, "make")


@pytest.fixture
def home(monkeypatch, tmp_path):
    """An empty directory for the code, and a process that has not loaded any."""
    monkeypatch.setattr(machine_code.platformdirs, "user_cache_path", lambda name: tmp_path / name)
    monkeypatch.setattr(machine_code, "_loaded", [])
    machine_code._paths.cache_clear()
    yield tmp_path / "lstm_memory"
    machine_code._paths.cache_clear()


@pytest.fixture
def code(made):
    (path,) = (made[0] / "lstm_memory").iterdir()
    return machine_code.read_whole(path)


def test_a_new_process_finds_it_and_computes_the_same(made):
    folder, expected = made
    before = list((folder / "lstm_memory").iterdir())
    assert len(before) == 1
    assert losses(folder) == expected
    assert list((folder / "lstm_memory").iterdir()) == before


def test_a_processor_without_vectors_computes_the_same_to_the_last_bit(made, tmp_path):
    """x86-64 of 2003 has registers of 4 numbers, and no multiplication with addition."""
    if machine_code._processor()[0] == "generic":
        pytest.skip("LLVM does not know this processor")
    assert losses(tmp_path, "make", NUMBA_CPU_NAME="generic") == made[1]


@pytest.mark.parametrize("damage", ["cut off", "changed", "empty"])
def test_what_is_broken_is_made_again(home, code, damage, monkeypatch):
    path = machine_code._paths()[0]
    machine_code._keep(code)
    whole = path.read_bytes()
    broken = {"cut off": whole[:-100], "changed": whole[:-9] + b"x" + whole[-8:], "empty": b""}
    path.write_bytes(broken[damage])
    assert not machine_code.is_ready()
    monkeypatch.setattr(machine_code, "_make", lambda: machine_code._keep(code) or code)
    assert len(lm.train(lm.TUTORIAL, lm.Settings(epochs=2)).losses) == 2
    assert path.read_bytes() == whole


def test_where_it_was_made_for_every_processor_it_is_found(made, tmp_path):
    """On Binder the image may be built on another kind of machine than it runs on."""
    if not machine_code._is_portable():
        pytest.skip("this processor is older than the portable code")
    assert losses(tmp_path, "make", NUMBA_CPU_NAME=machine_code.PORTABLE[0]) == made[1]
    assert losses(tmp_path) == made[1]
    assert len(list((tmp_path / "lstm_memory").iterdir())) == 1


def test_it_depends_on_the_source_the_versions_and_the_processor(home, monkeypatch):
    paths = {machine_code._paths()[0]}
    for name, value in (
        ("metadata", type("Other", (), {"version": lambda name: "0"})),
        ("_processor", lambda: ("another", "+sse")),
        ("SOURCES", machine_code.SOURCES[1:]),
    ):
        with monkeypatch.context() as patch:
            patch.setattr(machine_code, name, value)
            machine_code._paths.cache_clear()
            paths.add(machine_code._paths()[0])
    assert len(paths) == 4


def test_the_directory_is_the_users_alone(home):
    directory = machine_code._paths()[0].parent
    if os.name != "nt":
        assert directory.stat().st_mode & 0o777 == 0o700
        directory.chmod(0o770)
        machine_code._paths.cache_clear()
        assert machine_code._paths() == []
        directory.chmod(0o700)
        machine_code._paths.cache_clear()
    assert machine_code._paths() != []


@pytest.mark.parametrize("trouble", ["a file is there", "it can't be written to"])
def test_without_a_directory_it_goes_without(home, code, trouble, monkeypatch):
    if trouble == "a file is there":
        home.write_text("")
    else:
        monkeypatch.setattr(machine_code.os, "access", lambda *arguments: False)
    made = []
    monkeypatch.setattr(machine_code, "_make", lambda: made.append(1) or code)
    for _ in range(2):
        machine_code.engine()
    assert made == [1]


def test_a_full_disk_is_no_error(home, monkeypatch):
    def full(*arguments):
        raise OSError("no space left")

    monkeypatch.setattr(machine_code, "write_whole", full)
    machine_code._keep(b"code")
    assert not list(home.iterdir())


def test_old_code_is_deleted(home, monkeypatch):
    monkeypatch.setattr(machine_code, "MOST", 2)
    path = machine_code._paths()[0]
    for age, name in enumerate(("new.o", "old.o", "oldest.o", "something else")):
        (home / name).write_bytes(b"")
        os.utime(home / name, (1000 - age, 1000 - age))
    machine_code._keep(b"code")
    assert {p.name for p in home.iterdir()} == {path.name, "new.o", "something else"}


def test_what_goes_wrong_in_compiling_is_told(home, monkeypatch):
    monkeypatch.setattr(machine_code.sys, "executable", sys.executable)
    monkeypatch.setenv("NUMBA_CPU_NAME", "no such processor")
    monkeypatch.setattr(machine_code, "COMPILE", "raise SystemExit('no room')")
    with pytest.raises(RuntimeError, match="can't be compiled:\nno room"):
        lm.train(lm.TUTORIAL)


def test_what_is_not_code_is_neither_loaded_nor_kept(home, monkeypatch):
    monkeypatch.setattr(machine_code, "COMPILE", "print('something else')")
    with pytest.raises(RuntimeError, match="can't be compiled"):
        machine_code.engine()
    assert not list(home.iterdir())


def test_it_loads_in_a_thread_before_it_is_needed(home, code):
    machine_code._keep(code)
    machine_code.load_ahead()
    for thread in threading.enumerate():
        if thread.name == "lstm_memory loading":
            thread.join()
    assert machine_code._loaded
    machine_code.load_ahead()
    assert not [t for t in threading.enumerate() if t.name == "lstm_memory loading"]


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
