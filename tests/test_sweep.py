"""Sweeps: the right numbers, however often they are interrupted and wherever they run."""

import json
import os
import pickle
import shutil
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import joblib
import numpy as np
import pandas as pd
import pytest

import lstm_memory as lm
from lstm_memory import progress, sweeps
from lstm_memory.engine.schedule import Schedule

GRID = {
    "epochs": [10, 100],
    "bptt_steps": [1, None],
    "learning_rate": [0.03, 0.01],
}
MEASURED = ["remembered", "max_error", "loss", "updates", "presentations", "seconds"]
FINISHED = "*.json"
ROOT = Path(__file__).parents[1]
SWEEP_ALONE = """
import sys
import joblib
from tests.test_sweep import sweep
with joblib.parallel_config("sequential"):
    sweep(folder=sys.argv[1])
"""


def sweep(**arguments):
    return lm.sweep(lm.TUTORIAL, GRID, **{"seeds": 3, **arguments})


@pytest.fixture(scope="module")
def expected():
    return sweep()


def assert_same(table, expected):
    assert (table["seconds"] >= 0).all()
    pd.testing.assert_frame_equal(table.drop(columns="seconds"), expected.drop(columns="seconds"))


class TestTable:
    def test_it_has_a_row_for_each_setting_and_seed_in_the_order_of_the_grid(self, expected):
        assert list(expected.columns) == [*GRID, "seed", *MEASURED]
        rows = [tuple(row) for row in expected[[*GRID, "seed"]].to_numpy(object)]
        places = [(GRID["epochs"], 0), (GRID["bptt_steps"], 1), (GRID["learning_rate"], 2)]
        keys = [[values.index(row[k]) for values, k in places] + [row[3]] for row in rows]
        assert keys == sorted(keys)
        assert len(set(rows)) == 2 * 2 * 2 * 3

    def test_none_stays_none(self, expected):
        assert set(expected["bptt_steps"]) == {1, None}
        assert expected["learning_rate"].dtype == float

    def test_the_numbers_are_those_of_train_many(self, expected):
        for (epochs, reach, rate), part in expected.groupby([*GRID], dropna=False):
            settings = lm.Settings(
                epochs=epochs, learning_rate=rate, bptt_steps=None if reach != 1 else 1
            )
            runs = lm.train_many(lm.TUTORIAL, settings, seeds=3)
            assert list(part["seed"]) == [0, 1, 2]
            assert list(part["remembered"]) == list(runs.remembers)
            np.testing.assert_allclose(part["max_error"], runs.max_errors, atol=1e-4)
            np.testing.assert_allclose(part["loss"], runs.losses[:, -1].mean(axis=1), atol=1e-5)
            assert set(part["updates"]) == {epochs * (8 if reach == 1 else 2)}
            assert set(part["presentations"]) == {2 * epochs}
        assert 0 < expected["remembered"].sum() < len(expected)

    def test_seeds_may_be_named_and_values_be_arrays(self, expected):
        grid = {name: np.array(values) for name, values in GRID.items()}
        table = lm.sweep(lm.TUTORIAL, grid, seeds=[2, 0])
        assert list(table["seed"][:2]) == [2, 0]
        both = table.merge(expected, on=[*GRID, "seed"], suffixes=("", "_expected"))
        assert list(both["remembered"]) == list(both["remembered_expected"])
        assert len(both) == len(table)

    def test_no_epochs(self):
        table = lm.sweep(lm.TUTORIAL, {"epochs": [0]}, seeds=2)
        assert not table["remembered"].any()
        assert table["loss"].isna().all()
        assert list(table["updates"]) == [0, 0]

    def test_sequences_of_different_length_count_by_their_steps(self):
        task = lm.Task.parse("a b c d e a\nb a")
        table = lm.sweep(task, {"epochs": [5], "bptt_steps": [2]}, seeds=2)
        losses = lm.train_many(task, lm.Settings(epochs=5, bptt_steps=2), seeds=2).losses
        np.testing.assert_allclose(table["loss"], losses[:, -1] @ [5 / 6, 1 / 6], rtol=1e-5)
        assert set(table["updates"]) == {5 * (3 + 1)}


@pytest.mark.parametrize("batch_size", [1, 2, 3, None])
@pytest.mark.parametrize("bptt_steps", [1, 2, 3, None])
@pytest.mark.parametrize("shuffle", [False, True])
def test_updates_are_counted_as_they_are_made(batch_size, bptt_steps, shuffle):
    """Against the rows of the schedule in which a network has something to learn from."""
    task = lm.Task.parse("a b c d e a\nb a\na b c\nb b b b")
    settings = lm.Settings(epochs=7, batch_size=batch_size, bptt_steps=bptt_steps, shuffle=shuffle)
    schedule = Schedule(task, settings, (0, 1, 2))
    for epochs in (1, 7):
        made = schedule.rows(0, epochs)["shares"].any(axis=(2, 3)).sum(axis=0)
        np.testing.assert_array_equal(schedule.updates(epochs), made)
    assert not schedule.updates(0).any()


@pytest.mark.parametrize(
    ("grid", "words"),
    [
        ([("neurons", [1])], "grid: expected a dict"),
        ({}, "grid: expected a dict"),
        ({"neuron": [1]}, "grid: expected fields of Settings.* got 'neuron'"),
        ({"seed": [1]}, "grid: expected fields of Settings.* got 'seed'"),
        ({"cell": "lstm"}, r"grid\['cell'\]: expected a list of values, got 'lstm'"),
        ({"neurons": 5}, r"grid\['neurons'\]: expected a list of values, got 5"),
        ({"neurons": []}, r"grid\['neurons'\]: expected at least one value"),
        ({"neurons": [5, 0]}, "neurons: expected a whole number from 1 to 512, got 0"),
        ({"neurons": [5, 5]}, "grid: expected every value once"),
        ({"shuffle": [True], "reset": ["epoch"]}, "reset: expected"),
        ({"neurons": range(1, 500), "epochs": range(500)}, "grid: expected at most 10,000"),
    ],
)
def test_a_wrong_grid_is_told_before_anything_is_trained(grid, words, tmp_path, monkeypatch):
    monkeypatch.setattr(sweeps, "_train", None)
    with pytest.raises(lm.InputError, match=words):
        lm.sweep(lm.TUTORIAL, grid, folder=tmp_path)
    assert not list(tmp_path.iterdir())


def test_other_wrong_input(tmp_path):
    (tmp_path / "file").touch()
    grid = {"epochs": [1]}
    for words, arguments in {
        "seeds: expected every seed once": {"seeds": [1, 1]},
        "folder: expected a folder that can be written to": {"folder": tmp_path / "file"},
        "folder: expected a folder that can be written to, got 3": {"folder": 3},
    }.items():
        with pytest.raises(lm.InputError, match=words):
            lm.sweep(lm.TUTORIAL, grid, **arguments)
    with pytest.raises(lm.InputError, match="task: expected a Task"):
        lm.sweep("3 0 1 2 3", grid)


def test_an_input_error_comes_back_from_another_process():
    error = pickle.loads(pickle.dumps(lm.InputError("seeds", "fewer", [1, 2])))
    assert isinstance(error, lm.InputError)
    assert (error.argument, str(error)) == ("seeds", "seeds: expected fewer, got [1, 2]")


class TestFolder:
    """An interrupted sweep goes on where it stopped, and nothing broken is believed."""

    @pytest.fixture
    def trained(self, monkeypatch):
        """The settings of the computations that were done, in the order they were."""
        done, train = [], sweeps._train

        def note(training):
            done.append(training.settings)
            return train(training)

        monkeypatch.setattr(sweeps, "_train", note)
        with joblib.parallel_config("sequential"):
            yield done

    def test_what_is_there_is_not_done_again(self, tmp_path, trained, expected):
        assert_same(sweep(folder=tmp_path), expected)
        assert len(trained) == 4  # epochs are not trained one by one
        assert len(list(tmp_path.iterdir())) == 4
        first = sweep(folder=tmp_path)
        assert len(trained) == 4
        pd.testing.assert_frame_equal(first, sweep(folder=str(tmp_path)))

    def test_what_differs_is_done(self, tmp_path, trained):
        grid = {"epochs": [1]}
        lm.sweep(lm.TUTORIAL, grid, 2, tmp_path)
        lm.sweep(lm.Task([[4, 0, 1, 2, 4], [3, 0, 1, 2, 3]]), grid, 2, tmp_path)
        lm.sweep(lm.Task(lm.TUTORIAL.sequences, [4, 3, 2, 1, 0]), grid, 2, tmp_path)
        lm.sweep(lm.TUTORIAL, grid, [1, 0], tmp_path)
        lm.sweep(lm.TUTORIAL, {"epochs": [1, 0]}, 2, tmp_path)
        lm.sweep(lm.TUTORIAL, grid | {"forget_bias": [0]}, 2, tmp_path)
        assert len(trained) == len(list(tmp_path.glob(FINISHED))) == 6

    def test_an_interrupted_sweep_goes_on(self, tmp_path, trained, expected):
        def interrupt(done, total):
            if done == 3:
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            sweep(folder=tmp_path, progress=interrupt)
        assert len(list(tmp_path.iterdir())) == 3
        calls = []
        assert_same(sweep(folder=tmp_path, progress=lambda *n: calls.append(n)), expected)
        assert calls == [(3, 4), (4, 4)]
        assert len(trained) == 4

    @pytest.mark.parametrize(
        "harm",
        [
            lambda text: "",
            lambda text: text[: len(text) // 2],
            lambda text: text.replace("true", "false", 1),
            lambda text: text.replace("false", "true", 1),
            lambda text: "[" * 100_000,
            lambda text: "\udcff" + text,
        ],
        ids=["empty", "half", "changed", "changed back", "nested", "not text"],
    )
    def test_what_is_broken_is_done_again_and_only_that(self, harm, tmp_path, trained, expected):
        sweep(folder=tmp_path)
        *_, path = sorted(tmp_path.iterdir(), key=lambda path: "true" in path.read_text())
        text = path.read_text()
        path.write_bytes(harm(text).encode(errors="surrogateescape"))
        assert_same(sweep(folder=tmp_path), expected)
        assert len(trained) == 5
        assert_same(sweep(folder=tmp_path), expected)
        assert len(trained) == 5

    def test_a_file_in_the_place_of_another_is_not_believed(self, tmp_path, trained, expected):
        sweep(folder=tmp_path)
        first, second, *_ = sorted(tmp_path.iterdir())
        shutil.copy(first, second)
        assert_same(sweep(folder=tmp_path), expected)
        assert len(trained) == 5

    def test_the_files_hold_text_and_numbers_only(self, tmp_path, trained):
        sweep(folder=tmp_path)
        for path in tmp_path.iterdir():
            checksum, body = path.read_text().split("\n")
            assert len(checksum) == 64
            assert set(json.loads(body)) == {"about", "rows"}

    @pytest.mark.filterwarnings("default:.*can't be written:UserWarning")
    def test_a_folder_that_can_no_longer_be_written_to_loses_nothing(
        self, tmp_path, trained, expected
    ):
        folder = tmp_path / "folder"

        def harm(done, total):
            if done == 1:
                shutil.rmtree(folder)
                folder.touch()

        with pytest.warns(UserWarning, match="can't be written to any more") as warned:
            table = sweep(folder=folder, progress=harm)
        assert len(warned) == 1
        assert_same(table, expected)

    def test_two_sweeps_at_once_lose_nothing(self, tmp_path, trained, expected):
        command = [sys.executable, "-c", SWEEP_ALONE, str(tmp_path)]
        for process in [subprocess.Popen(command, cwd=ROOT) for _ in range(2)]:
            assert process.wait(200) == 0
        assert len(list(tmp_path.glob(FINISHED))) == len(list(tmp_path.iterdir())) == 4
        assert_same(sweep(folder=tmp_path), expected)
        assert len(trained) == 0


@pytest.fixture
def killed(tmp_path, monkeypatch):
    """The file that appears when the process which does the third computation has been killed.

    Linux does so when memory runs out. Only the first process to try it is killed.
    """
    mark, train, own = tmp_path / "killed", sweeps._train, os.getpid()

    def killing(training):
        third = training.settings.bptt_steps is None and training.settings.learning_rate == 0.03
        if third and not mark.exists():
            assert os.getpid() != own, "the computations were to be done in other processes"
            mark.touch()
            os.kill(os.getpid(), signal.SIGKILL)
        return train(training)

    monkeypatch.setattr(sweeps, "_train", killing)
    return mark


class TestProcesses:
    def test_one_worker_killed(self, tmp_path, killed, expected):
        calls = []
        with joblib.parallel_config("loky", n_jobs=2):
            table = sweep(folder=tmp_path / "kept", progress=lambda *n: calls.append(n))
        assert killed.exists()
        assert calls == [(done, 4) for done in range(5)]
        assert_same(table, expected)

    def test_workers_that_always_die(self, tmp_path, monkeypatch):
        """What is finished is kept, and the error says what helps."""
        spread, done = sweeps._spread, []

        def break_off(trainings):
            done.append(len(trainings))
            yield next(iter(spread(trainings)))
            raise sweeps.BrokenProcessPool

        monkeypatch.setattr(sweeps, "_spread", break_off)
        with joblib.parallel_config("sequential"):
            with pytest.raises(RuntimeError, match=r"ended 3 times.*kept in.*the same call"):
                sweep(folder=tmp_path)
            assert done == [4, 3, 2]
            assert len(list(tmp_path.glob(FINISHED))) == 3
            with pytest.raises(RuntimeError, match="With a folder"):
                sweep()

    @pytest.mark.parametrize(
        ("cores", "seeds", "jobs"), [(2, 50, 1), (2, 1, 2), (64, 20, 3), (64, 5, 4), (1, 1, 1)]
    )
    def test_as_many_processes_as_the_cores_can_feed(self, cores, seeds, jobs, monkeypatch):
        asked = []
        monkeypatch.setattr(sweeps.joblib, "cpu_count", lambda: cores)
        monkeypatch.setattr(
            sweeps.joblib, "Parallel", lambda n, **options: asked.append(n) or (lambda todo: ())
        )
        training = sweeps.Training(lm.TUTORIAL, lm.Settings(), (250,), tuple(range(seeds)))
        trainings = [
            training._replace(settings=replace(training.settings, neurons=n)) for n in range(1, 5)
        ]
        sweeps._spread(trainings)
        with joblib.parallel_config(n_jobs=3):
            sweeps._spread(trainings)
        assert asked == [jobs, 3]


def test_on_a_dask_cluster_of_which_a_worker_is_killed(tmp_path, killed, expected):
    """The same call on a real scheduler with two worker processes."""
    distributed = pytest.importorskip("distributed")
    options = {"dashboard_address": None, "local_directory": tmp_path}
    with (
        distributed.LocalCluster(n_workers=2, threads_per_worker=1, **options) as cluster,
        distributed.Client(cluster) as client,
    ):
        before = set(client.run(os.getpid).values())
        with joblib.parallel_config("dask"):
            table = sweep()
        after = set(client.run(os.getpid).values())
    assert killed.exists()
    assert len(before) == 2
    assert before - after, "no worker process has gone"
    assert_same(table, expected)


class TestProgressBar:
    def test_outside_a_notebook_nothing_is_shown(self, capfd):
        sweep(seeds=1)
        assert capfd.readouterr() == ("", "")
        assert not progress.in_notebook()

    def test_it_tells_the_time_left(self, monkeypatch):
        clock = iter([0, 10, 30, 40, 100])
        monkeypatch.setattr(progress, "monotonic", lambda: next(clock))
        bar = lm.ProgressBar("settings")
        words = []
        for done in (2, 2, 4, 5, 10):
            bar(done, 10)
            words.append(bar.message.value)
        assert words == [
            "2 of 10 settings",
            "2 of 10 settings",
            "4 of 10 settings, about 90 s left",
            "5 of 10 settings, about 67 s left",
            "10 of 10 settings, 2 min",
        ]
        assert bar.bar.value == 1
        assert repr(bar) == "ProgressBar()"

    def test_nothing_to_do(self):
        bar = lm.ProgressBar()
        bar(0, 0)
        assert bar.bar.value == 1

    @pytest.mark.parametrize(
        ("seconds", "words"), [(0.2, "0 s"), (99, "99 s"), (150, "2 min"), (7_260, "2 h 1 min")]
    )
    def test_durations(self, seconds, words):
        assert progress.duration(seconds) == words

    def test_it_serves_a_training(self):
        bar = lm.ProgressBar()
        lm.train_many(lm.TUTORIAL, lm.Settings(epochs=3), seeds=2, progress=bar)
        assert bar.message.value.startswith("3 of 3 epochs")

    def test_a_sweep_in_a_notebook_shows_it(self, monkeypatch):
        bars = []
        monkeypatch.setattr(progress, "in_notebook", lambda: True)
        monkeypatch.setattr("IPython.display.display", bars.append)
        sweep(seeds=1)
        (bar,) = bars
        assert bar.message.value.startswith("4 of 4 settings")
