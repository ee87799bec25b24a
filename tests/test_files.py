"""Keeping a trained network in a file, and refusing what is not one."""

import json
import os
import shutil
import subprocess
import sys
import zipfile
from dataclasses import replace

import keras
import numpy as np
import pytest

import lstm_memory as lm
from lstm_memory.tasks import Form

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


@pytest.mark.parametrize("folder", ["gone", "~/gone", "gone/deeper"])
def test_a_folder_that_is_missing_is_named_as_it_was_written(saved, tmp_path, monkeypatch, folder):
    run, _ = saved
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    with pytest.raises(
        lm.InputError, match=f"^path: expected a folder that exists, got '{folder}'$"
    ):
        run.save(f"{folder}/a.keras")
    with pytest.raises(lm.InputError, match=f"a file that exists, got '{folder}/a.keras'$"):
        lm.load(f"{folder}/a.keras")
    assert list(tmp_path.iterdir()) == []


def test_the_home_folder_has_its_usual_sign(saved, tmp_path, monkeypatch):
    run, _ = saved
    monkeypatch.setenv("HOME", str(tmp_path))
    run.save("~/a.keras")
    assert [p.name for p in tmp_path.iterdir()] == ["a.keras"]
    assert lm.load("~/a.keras").settings == run.settings


def test_all_of_a_run_is_saved(tmp_path):
    """The kept epochs, the way of resetting, and what draws other sequences."""
    form = lm.Recall(["A", "B"], ["x", "y"], (1, 3), ["!"])
    run = lm.train(form.task(4, renewed=True), lm.Settings(epochs=6, neurons=3), keep=[0, 2, 5])
    run = run.on(run.task, reset=False)
    run = replace(run, task=form.task(4, renewed=True))
    run.save(tmp_path / "a.keras")
    again = lm.load(tmp_path / "a.keras")
    assert (again.task, again.reset, list(again.kept)) == (run.task, False, [0, 2, 5])
    assert again.task.renewed == form
    assert again.predictions.equals(run.predictions)
    for epoch in run.kept:
        assert again.at(epoch).predictions.equals(run.at(epoch).predictions)
    assert lm.load(tmp_path / "a.keras").learnt == run.learnt


def test_the_weights_are_those_that_the_model_has_now(saved, tmp_path):
    run, _ = saved
    run = replace(run)  # with a model of its own
    run.model.fit(*lm.to_lstm_dataset([3, 0, 1, 2, 3], len(run.task.alphabet)), 1, verbose=0)
    run.save(tmp_path / "a.keras")
    again = lm.load(tmp_path / "a.keras")
    for a, b in zip(again.weights, run.model.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)
    assert not np.array_equal(again.weights[0], run.weights[0])


def test_what_cannot_be_saved_is_refused(saved, tmp_path):
    """A form of sequences of somebody else's."""
    run, _ = saved

    class Other(Form):
        pass

    run = replace(run, task=replace(run.task, renewed=Other()))
    with pytest.raises(lm.InputError, match=r"^run: expected a task whose sequences stay"):
        run.save(tmp_path / "a.keras")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.filterwarnings("error::UserWarning")  # as Keras gives them
@pytest.mark.parametrize("trained", [False, True])
def test_keras_opens_a_saved_file_without_a_warning(saved, tmp_path, trained):
    run, _ = saved
    run = replace(run)
    if trained:
        run.model.fit(*lm.to_lstm_dataset([3, 0, 1, 2, 3], len(run.task.alphabet)), 1, verbose=0)
    run.save(tmp_path / "a.keras")
    model = keras.saving.load_model(tmp_path / "a.keras")
    assert len(model.optimizer.variables) > len(model.trainable_variables)


def test_without_tensorflow_it_is_said_what_to_install(tmp_path):
    code = (
        "import sys\n"
        "sys.modules['tensorflow'] = None\n"
        "import lstm_memory as lm\n"
        "run = lm.train(lm.TUTORIAL, lm.Settings(epochs=1))\n"
        "run.save('a.keras')\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True
    )
    last = done.stderr.strip().splitlines()[-1]
    assert last.startswith("ImportError: ")
    assert last.endswith("pip install keras tensorflow")
    assert list(tmp_path.iterdir()) == []


def test_a_backend_that_forgets_is_refused(tmp_path):
    """On jax, `predict` of a stateful model begins anew at every call, whoever made the model."""
    code = (
        "import lstm_memory as lm\n"
        "run = lm.train(lm.TUTORIAL, lm.REMEMBERING)\n"
        "print(run.predictions['predicted'].tolist())\n"
        "run.model\n"
    )
    environment = os.environ | {"KERAS_BACKEND": "jax"}
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True
    )
    assert done.stdout.strip() == "[0, 1, 2, 3, 0, 1, 2, 4]"
    assert "InputError: KERAS_BACKEND: expected tensorflow or torch" in done.stderr


def test_a_failure_while_writing_keeps_the_old_file(saved, tmp_path, monkeypatch):
    run, path = saved
    shutil.copy(path, tmp_path / "a.keras")
    monkeypatch.setattr(os, "replace", lambda old, new: 1 / 0)
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
    about["kept"] = [3]
    odd = [
        changed(path, tmp_path / "h.keras", lstm_memory=json.dumps(about).encode()),
        changed(path, tmp_path / "i.keras", lstm_memory_kept=None),
        changed(path, tmp_path / "j.keras", lstm_memory_kept=b"12345"),
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
    about["kept"], about["settings"]["neurons"] = [], 7
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
