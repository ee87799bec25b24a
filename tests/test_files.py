"""Keeping a trained network in a file, and refusing what is not one."""

import json
import shutil
import zipfile

import keras
import numpy as np
import pytest

import lstm_memory as lm

RAGGED = lm.Task([list("axyza"), ["b", "x", "béta"]])


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    run = lm.train(RAGGED, lm.Settings(epochs=5, neurons=6))
    path = tmp_path_factory.mktemp("saved") / "run.keras"
    run.save(path)
    return run, path


@pytest.mark.parametrize("cell", ["lstm", "gru", "simple_rnn", "dense"])
def test_what_is_saved_is_loaded(cell, tmp_path):
    run = lm.train(RAGGED, lm.Settings(cell=cell, epochs=5, bptt_steps=None, output="softmax"))
    run.save(tmp_path / "a.keras")
    again = lm.load(tmp_path / "a.keras")
    assert (again.task, again.settings, again.stopped) == (run.task, run.settings, False)
    assert again.losses.equals(run.losses)
    assert again.predictions.equals(run.predictions)
    for a, b in zip(again.weights, run.weights, strict=True):
        np.testing.assert_array_equal(a, b)
    assert [p.name for p in tmp_path.iterdir()] == ["a.keras"]


def test_keras_itself_reads_the_file(saved):
    run, path = saved
    model = keras.saving.load_model(path)
    for a, b in zip(model.get_weights(), run.weights, strict=True):
        np.testing.assert_array_equal(a, b)


def test_saving_again_replaces_the_file(saved, tmp_path):
    run, _ = saved
    for _ in range(2):
        run.save(str(tmp_path / "a.keras"))
    assert lm.load(tmp_path / "a.keras").settings == run.settings


def test_a_folder_that_cannot_be_written_leaves_everything_as_it_was(saved, tmp_path):
    run, _ = saved
    with pytest.raises(OSError, match="gone"):
        run.save(tmp_path / "gone" / "a.keras")
    assert run.predictions is not None


def test_a_failure_while_writing_keeps_the_old_file(saved, tmp_path, monkeypatch):
    run, path = saved
    shutil.copy(path, tmp_path / "a.keras")
    monkeypatch.setattr(json, "dumps", lambda about: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        run.save(tmp_path / "a.keras")
    assert [p.name for p in tmp_path.iterdir()] == ["a.keras"]
    assert lm.load(tmp_path / "a.keras").settings == run.settings


def changed(path, target, **changes):
    """A copy of the file in which members of the zip are replaced (or left out: None)."""
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            data = changes.get(name.split(".")[0] if name.count(".") == 1 else "weights", b"")
            if data is not None:
                new.writestr(name, data or old.read(name))
    return target


def test_other_files_are_refused(saved, tmp_path):
    _, path = saved
    text, plain, cut = (tmp_path / f"{k}.keras" for k in ("text", "plain", "cut"))
    text.write_text("not a network")
    cut.write_bytes(path.read_bytes()[:3000])
    keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)]).save(plain)
    about = json.loads(zipfile.ZipFile(path).read("lstm_memory.json"))
    odd = [
        text,
        plain,
        cut,
        tmp_path,
        changed(path, tmp_path / "a.keras", lstm_memory=b"{}"),
        changed(path, tmp_path / "b.keras", lstm_memory=b"[1]"),
        changed(path, tmp_path / "c.keras", lstm_memory=b"\xff\xfe"),
        changed(path, tmp_path / "d.keras", weights=b"not HDF5"),
        changed(path, tmp_path / "e.keras", weights=None),
    ]
    about["settings"]["neurons"] = 7
    odd.append(changed(path, tmp_path / "f.keras", lstm_memory=json.dumps(about).encode()))
    about["settings"]["neurons"] = 10**9
    odd.append(changed(path, tmp_path / "g.keras", lstm_memory=json.dumps(about).encode()))
    assert lm.load(changed(path, tmp_path / "same.keras"))
    for file in odd:
        with pytest.raises(lm.InputError, match=r"^path: expected a file"):
            lm.load(file)


def test_names_that_are_none(saved, tmp_path):
    run, _ = saved
    with pytest.raises(lm.InputError, match="a file that exists"):
        lm.load(tmp_path / "missing.keras")
    for name in ("a.h5", 3, None, ""):
        with pytest.raises(lm.InputError, match=r"a file name that ends in \.keras"):
            run.save(name)
        with pytest.raises(lm.InputError, match=r"a file name that ends in \.keras"):
            lm.load(name)
