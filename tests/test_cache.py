"""Compiled programs on disk: found again, never wrong, never in the way."""

import json
import os
import shutil
import subprocess
import sys
from functools import partial

import pytest

from lstm_memory import cache

pytestmark = pytest.mark.skipif(cache.DIRECTORY is None, reason="programs are not kept here")

TRAIN = """
import json, sys
import lstm_memory as lm
from lstm_memory import cache

if "something else first" in sys.argv:
    import tensorflow as tf

    tf.function(lambda x: tf.while_loop(lambda k: k < x, lambda k: k + 1, [0]))(3)
    lm.train(lm.TUTORIAL, lm.Settings(cell="gru", epochs=1))
losses = [lm.train(lm.TUTORIAL, s).losses for s in (lm.Settings(), lm.REMEMBERING)]
losses = [[float(number).hex() for number in found.to_numpy().ravel()] for found in losses]
print(json.dumps({"losses": losses, "directory": str(cache.DIRECTORY)}))
"""


def training(folder, *arguments, **environment):
    """Train in a new process, whose programs are kept in `folder`."""
    inherited = {k: v for k, v in os.environ.items() if k != "TF_XLA_FLAGS"}
    environment = inherited | {"XDG_CACHE_HOME": str(folder)} | environment
    command = [sys.executable, "-c", TRAIN, *arguments]
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.fixture
def train(tmp_path):
    return partial(training, tmp_path)


@pytest.fixture(scope="module")
def once(tmp_path_factory):
    """What a first training gives, and the folder it leaves."""
    folder = tmp_path_factory.mktemp("once")
    return training(folder), folder


def kept(folder):
    """{path: when it was written} of what is kept below a folder."""
    return {path: path.stat().st_mtime_ns for path in (folder / "lstm_memory").glob("*/*")}


def test_a_second_process_finds_everything(train, tmp_path, once):
    first, folder = once
    shutil.copytree(folder, tmp_path, dirs_exist_ok=True)
    files = kept(tmp_path)
    assert sorted(path.suffix for path in files) == [".graph"] * 2 + [".pb"] * 2
    assert train()["losses"] == first["losses"]
    assert kept(tmp_path) == files
    assert train("something else first")["losses"] == first["losses"]
    assert set(kept(tmp_path)) > set(files)  # a GRU; the rest was found
    assert len(kept(tmp_path)) == len(files) + 2


@pytest.mark.parametrize("damage", ["cut off", "empty", "other bytes"])
def test_broken_files_are_made_again(train, tmp_path, once, damage):
    first, folder = once
    shutil.copytree(folder, tmp_path, dirs_exist_ok=True)
    for path in kept(tmp_path):
        content = path.read_bytes()
        half = len(content) // 2
        broken = {"cut off": content[:half], "empty": b"", "other bytes": b"\0\xff" * half}
        path.write_bytes(broken[damage])
    assert train()["losses"] == first["losses"]
    assert train()["losses"] == first["losses"]


def test_where_nothing_can_be_kept(train, tmp_path, once):
    (tmp_path / "lstm_memory").write_text("a file where the directory would be")
    found = train()
    assert found["directory"] == "None"
    assert found["losses"] == once[0]["losses"]


class TestDirectory:
    @pytest.fixture(autouse=True)
    def home(self, monkeypatch, tmp_path):
        monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
        monkeypatch.delenv("TF_XLA_FLAGS", raising=False)
        monkeypatch.delitem(sys.modules, "tensorflow", raising=False)
        return tmp_path / "lstm_memory"

    def test_tensorflow_is_told_of_it(self, home, monkeypatch):
        monkeypatch.setenv("TF_XLA_FLAGS", "--something=1")
        directory = cache.prepare()
        assert directory.parent == home
        assert directory.stat().st_mode & 0o777 == 0o700
        assert os.environ["TF_XLA_FLAGS"] == f"--something=1 {cache.FLAG}{directory}"
        assert cache.prepare() == directory

    def test_one_that_is_named_already_is_taken(self, home, monkeypatch):
        monkeypatch.setenv("TF_XLA_FLAGS", f"{cache.FLAG}/some/where --something=1")
        assert str(cache.prepare()) == "/some/where"
        monkeypatch.setenv("TF_XLA_FLAGS", cache.FLAG)
        assert cache.prepare() is None
        assert not home.exists()

    @pytest.mark.parametrize("mode", [0o777, 0o770])
    def test_none_where_others_may_write(self, mode):
        cache.prepare().chmod(mode)
        os.environ.pop("TF_XLA_FLAGS")
        assert cache.prepare() is None
        assert "TF_XLA_FLAGS" not in os.environ

    def test_none_of_another_user(self, monkeypatch):
        monkeypatch.setattr(os, "getuid", lambda: 12345)
        assert cache.prepare() is None

    def test_none_that_can_not_be_written_to(self, monkeypatch):
        monkeypatch.setattr(os, "access", lambda path, mode: False)
        assert cache.prepare() is None

    def test_none_on_a_disk_that_is_nearly_full(self, monkeypatch):
        monkeypatch.setattr(cache, "SPARE", 2**60)
        assert cache.prepare() is None

    def test_none_whose_name_a_flag_can_not_hold(self, monkeypatch, tmp_path):
        monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "with a space"))
        assert cache.prepare() is None

    @pytest.mark.parametrize("system", ["darwin", "win32"])
    def test_none_on_other_systems(self, monkeypatch, home, system):
        monkeypatch.setattr(sys, "platform", system)
        assert cache.prepare() is None
        assert not home.exists()

    def test_none_once_tensorflow_is_loaded(self, monkeypatch, home):
        monkeypatch.setitem(sys.modules, "tensorflow", sys)
        assert cache.prepare() is None
        assert not home.exists()

    def test_another_one_for_other_flags(self, monkeypatch):
        first = cache.prepare()
        os.environ.pop("TF_XLA_FLAGS")
        monkeypatch.setenv("XLA_FLAGS", "--xla_cpu_max_isa=AVX2")
        assert cache.prepare() != first

    def test_nothing_else_is_deleted(self, monkeypatch, tmp_path):
        monkeypatch.setattr(cache, "DIRECTORY", tmp_path)
        (tmp_path / "a folder").mkdir()
        for name in ("thesis.txt", "lstm_memory_0.graph", "xla_compile_cache__0.pb"):
            (tmp_path / name).write_text("")
        cache.clear()
        assert {path.name for path in tmp_path.iterdir()} == {"a folder", "thesis.txt"}

    def test_the_oldest_files_go(self, monkeypatch):
        directory = cache.prepare()
        for age, name in enumerate(("new", "old", "oldest")):
            (directory / name).write_bytes(bytes(100))
            os.utime(directory / name, (1000 - age, 1000 - age))
        monkeypatch.setattr(cache, "MOST", 150)
        os.environ.pop("TF_XLA_FLAGS")
        assert cache.prepare() == directory
        assert [path.name for path in directory.iterdir()] == ["new"]
