"""What goes wrong around a learner: a full disk, no memory, an interrupt, a clock that jumps.

Nothing that was made is lost, and a sentence says what helps. Elsewhere: a kernel that ends, in
tests/test_browser_faults.py and tests/test_app.py; notebooks that are not trusted, in
tests/test_browser_notebooks.py; a folder that goes away, and workers that die, in
tests/test_sweep.py; errors in the Explorer, in tests/test_explorer_trouble.py.
"""

import io
import os
import re
import signal
import subprocess
import sys
import threading
import time
import zipfile
from pathlib import Path

import h5py
import numpy as np
import pytest

import lstm_memory as lm
from lstm_memory import memory, progress, sweep_store, training
from notebooks.results import regenerate

from .explorer_tools import LONG, WIDE, finish, wait_until
from .test_files import changed

resource = pytest.importorskip("resource")  # Windows has none

FULL = 20_000  # bytes: room for a small table, not for a network

# --- a disk that is full ---------------------------------------------------------------------


@pytest.fixture
def small_disk(tmp_path):
    """Runs a program in a folder whose disk is soon full.

    It is a disk of its own where one may be mounted. Elsewhere no file may become longer than
    that disk is: the same call of the system fails, in the middle of a file as well.
    """
    mount = ["mount", "-t", "tmpfs", "-o", f"size={FULL}", "none", str(tmp_path)]
    mounted = subprocess.run(mount, capture_output=True).returncode == 0

    def limit():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        if not mounted:
            resource.setrlimit(resource.RLIMIT_FSIZE, (FULL, FULL))

    def run(code):
        environment = os.environ | {"HOME": str(tmp_path.parent)}
        return subprocess.run(
            [sys.executable, "-c", code],
            cwd=tmp_path,
            env=environment,
            preexec_fn=limit,
            capture_output=True,
            text=True,
        )

    yield run
    if mounted:
        subprocess.run(["umount", str(tmp_path)], check=True)


def test_a_full_disk_keeps_the_network_that_was_saved(small_disk, tmp_path):
    """`run.save` on it says so, and leaves the file that was there."""
    (tmp_path / "a.keras").write_text("of before")
    code = (
        "import lstm_memory as lm\n"
        "run = lm.train(lm.TUTORIAL, lm.Settings(neurons=64, epochs=1))\n"
        "try:\n"
        "    run.save('a.keras')\n"
        "except lm.InputError as error:\n"
        "    print(error)\n"
        "print(run.predictions.shape)\n"
    )
    done = small_disk(code)
    told, shape = done.stdout.splitlines()[-2:]
    assert told.startswith("path: expected a place that can be written to ("), done.stderr
    assert "what was there before is kept" in told
    assert shape == "(8, 6)"
    assert [path.name for path in tmp_path.iterdir()] == ["a.keras"]
    assert (tmp_path / "a.keras").read_text() == "of before"


def test_a_full_disk_does_not_end_a_sweep(small_disk, tmp_path):
    """It goes on in memory, says so once, and what fitted on the disk is read again."""
    code = (
        "import lstm_memory as lm\n"
        "grid = {'neurons': [1, 2, 3]}\n"
        "base = lm.Settings(epochs=1)\n"
        "table = lm.sweep(lm.TUTORIAL, grid, 60, 'kept', base=base)\n"
        "print(len(table), table['max_error'].notna().all())\n"
        "print(len(lm.read_sweep('kept')))\n"
    )
    done = small_disk(code)
    rows, read = done.stdout.split("\n")[-3:-1]
    assert rows == "180 True", done.stderr
    assert done.stderr.count("can't be written to any more") == 1
    assert "The sweep goes on without it." in done.stderr
    assert 0 < int(read) < 180


def test_a_full_disk_keeps_the_results_that_were_there(small_disk, tmp_path):
    """And the trials from which they are to be made."""
    (tmp_path / "a.csv").write_text("of before")
    code = (
        "from pathlib import Path\n"
        f"import sys; sys.path.insert(0, {str(Path.cwd())!r})\n"
        "from notebooks.results.regenerate import write\n"
        "write(Path('a.csv'), 'x' * 100_000)\n"
    )
    done = small_disk(code)
    assert re.match(r"a\.csv can't be written: .*the same command goes on", done.stderr)
    assert (tmp_path / "a.csv").read_text() == "of before"


def test_results_are_made_of_trials_that_stay_until_all_is_written(tmp_path, monkeypatch):
    kept = tmp_path / ".kept"
    kept.mkdir()
    (kept / "a-1.json").write_text("[]")
    monkeypatch.setattr(regenerate, "KEPT", kept)
    monkeypatch.setattr(regenerate, "collect", lambda name: lm.train(lm.TUTORIAL).losses)
    monkeypatch.setattr(regenerate, "about", lambda *arguments: {})

    def full(path, text):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(regenerate, "write", full)
    with pytest.raises(OSError, match="No space left"):
        regenerate.regenerate("a", tmp_path)
    assert (kept / "a-1.json").exists()


@pytest.mark.skipif(sys.platform != "linux", reason="a folder of Linux")
def test_a_folder_that_may_only_be_read(tmp_path):
    """Of a folder of the system's that nobody may write to, root neither."""
    with pytest.raises(lm.InputError, match="folder: expected a folder that can be written to"):
        lm.sweep(lm.TUTORIAL, {"neurons": [1]}, 1, "/proc/lstm_memory")
    run = lm.train(lm.TUTORIAL, lm.Settings(epochs=1))
    with pytest.raises(lm.InputError, match="path: expected a place that can be written to"):
        run.save("/proc/a.keras")


# --- memory, interrupts ------------------------------------------------------------------------


@pytest.mark.parametrize(("module", "name"), [(training, "_Training"), (memory, "forward")])
def test_no_memory_is_told_in_words(module, name, monkeypatch):
    run = lm.train(lm.TUTORIAL, lm.Settings(epochs=1))

    def fails(*arguments, **named):
        raise MemoryError

    monkeypatch.setattr(module, name, fails)
    with pytest.raises(MemoryError, match=r"not enough memory.*need less.*as it was\.$"):
        lm.train(lm.TUTORIAL) if module is training else lm.trace(run)


def test_an_explorer_without_memory_says_what_needs_less(monkeypatch):
    explorer = lm.Explorer(threaded=False, epochs=1)
    explorer.train()
    last, explorer.seed = explorer.run, 1

    def fails(*arguments, **named):
        raise MemoryError

    with monkeypatch.context() as patch:
        patch.setattr(training, "_Training", fails)
        explorer.train()
    assert explorer.state == "failed"
    assert "not enough memory for this. Fewer networks, neurons" in explorer.status
    assert "The last result stays." in explorer.status
    assert explorer.run is last
    explorer.train()
    assert explorer.state == "idle"


def test_an_interrupt_of_a_cell_that_trains():
    """Ctrl-C, or the stop button of a notebook: in words, and the next cell trains."""

    def interrupt(done, total):
        if not sent:
            sent.append(True)
            os.kill(os.getpid(), signal.SIGINT)

    sent, before = [], threading.active_count()
    earlier = lm.train(lm.TUTORIAL, lm.Settings(epochs=3))
    with pytest.raises(KeyboardInterrupt, match="What earlier cells made is as it was"):
        lm.train(lm.TUTORIAL, lm.Settings(epochs=100_000, neurons=128), progress=interrupt)
    assert threading.active_count() == before
    again = lm.train(lm.TUTORIAL, lm.Settings(epochs=3))
    np.testing.assert_array_equal(again.losses, earlier.losses)


# --- a clock that jumps --------------------------------------------------------------------------

JUMPS = [0.0, 4e9, -1e9, 2e9, 1.0]


@pytest.fixture
def jumping_clock(monkeypatch):
    """The clock of the computer is set to other times, forth and back, at every look at it."""
    times = iter(JUMPS * 100_000)
    monkeypatch.setattr(time, "time", lambda: next(times))
    monkeypatch.setattr(sweep_store, "time", lambda: next(times))


def test_trainings_and_their_progress_do_not_go_by_it(jumping_clock):
    explorer = lm.Explorer(epochs=400, neurons=8)
    shares, told = [], []
    explorer.observe(lambda change: shares.append(change.new), "progress")
    explorer.observe(lambda change: told.append(change.new), "status")
    explorer.train(wait=True)
    assert explorer.state == "idle"
    assert shares == sorted(shares)
    explorer.epochs, explorer.neurons = LONG, WIDE
    explorer.train()
    wait_until(lambda: any("left" in words for words in told))
    explorer.stop()
    finish(explorer)
    assert not any("-" in words for words in told if "left" in words)
    bar = progress.ProgressBar()
    for done in range(5):
        bar(done, 4)
    assert bar.message.value.startswith("4 of 4 epochs, ")


def test_sweeps_do_not_go_by_it(tmp_path, jumping_clock):
    """Claims of others may be taken too early, or late, but no row is lost or doubled."""
    base = lm.Settings(epochs=1)
    for neurons in ([1, 2], [1, 2, 3]):
        lm.sweep(lm.TUTORIAL, {"neurons": neurons}, 2, tmp_path, base=base)
    table = lm.read_sweep(tmp_path)
    assert sorted(table["neurons"].tolist()) == [1, 1, 2, 2, 3, 3]
    assert [path.name for path in tmp_path.iterdir()] == ["sweep.csv"]


# --- files of networks from elsewhere ---------------------------------------------------------


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    path = tmp_path_factory.mktemp("saved") / "a.keras"
    lm.train(lm.TUTORIAL, lm.Settings(epochs=1, neurons=3)).save(path)
    return path


def weights_of(path, change):
    """The member with the weights, changed by `change(file, name of an array, the array)`."""
    data = io.BytesIO(zipfile.ZipFile(path).read("model.weights.h5"))
    with h5py.File(data, "r+") as file:
        names = []
        file.visititems(lambda name, item: names.append(name))
        name = next(n for n in names if isinstance(file[n], h5py.Dataset) and "layers/" in n)
        old = file[name][:]
        del file[name]
        change(file, name, old)
    return data.getvalue()


def huge(file, name, old):
    """Numbers that are not written, and of which there are a million millions."""
    file.create_dataset(name, (10**6, 10**6), "float32", chunks=(1000, 1000))


def external(file, name, old):
    """Numbers that would be read from another file of the computer's."""
    kept = [("/etc/passwd", 0, old.nbytes)]
    file.create_dataset(name, old.shape, "float32", external=kept)


def virtual(file, name, old):
    layout = h5py.VirtualLayout(old.shape, "float32")
    layout[:] = h5py.VirtualSource("/etc/passwd.h5", "x", old.shape)
    file.create_virtual_dataset(name, layout)


def linked(file, name, old):
    file[name] = h5py.ExternalLink("/etc/passwd.h5", "/x")


def words(file, name, old):
    file.create_dataset(name, old.shape, h5py.string_dtype())


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (huge, "other sizes"),
        (external, "not in the file"),
        (virtual, "not in the file"),
        (linked, ""),
        (words, ""),
    ],
)
def test_weights_that_are_none_are_refused(saved, tmp_path, change, why):
    """Before they are read, where reading them would take too much or other files."""
    path = changed(saved, tmp_path / "b.keras", weights=weights_of(saved, change))
    with pytest.raises(lm.InputError, match=r"^path: expected a file written by run\.save") as told:
        lm.load(path)
    assert why in str(told.value.__cause__)


def test_a_program_in_a_file_is_not_run(saved, tmp_path):
    """Nor read: the configuration that Keras would build layers of counts for nothing."""
    evil = b'{"class_name": "Lambda", "config": {"function": "__import__(\'os\').abort()"}}'
    path = changed(saved, tmp_path / "c.keras", config=evil, metadata=b"{")
    assert lm.load(path).predictions.equals(lm.load(saved).predictions)


@pytest.mark.parametrize("depth", [10_000, 1_000_000])
def test_brackets_without_end_are_refused(saved, tmp_path, depth):
    path = changed(saved, tmp_path / "d.keras", lstm_memory=b"[" * depth)
    with pytest.raises(lm.InputError, match=r"^path: expected a file written by run\.save"):
        lm.load(path)


def test_a_member_that_unpacks_to_more_than_memory_has_is_refused(saved, tmp_path):
    """A zip bomb: by what it says of itself, before anything is unpacked, and then by no more."""
    path = changed(saved, tmp_path / "e.keras", weights=None)
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as file:
        file.writestr("model.weights.h5", bytes(300_000_000))
    assert path.stat().st_size < 1e6
    with pytest.raises(lm.InputError, match=r"^path: expected a file written by run\.save") as told:
        lm.load(path)
    assert "too large" in str(told.value.__cause__)


def test_names_in_a_file_lead_nowhere(saved, tmp_path):
    """Nothing is unpacked to the disk, whatever a member is called."""
    path = changed(saved, tmp_path / "f.keras")
    with zipfile.ZipFile(path, "a") as file:
        file.writestr("../../evil.py", "x")
        file.writestr(str(tmp_path.parent / "evil.py"), "x")
    lm.load(path)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["f.keras"]
    assert not (tmp_path.parent / "evil.py").exists()
