"""Sweeps: the right numbers, however often they are interrupted and wherever they run."""

import csv
import json
import os
import pickle
import shutil
import signal
import socket
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from time import monotonic, sleep

import joblib
import numpy as np
import pandas as pd
import psutil
import pytest

import lstm_memory as lm
from lstm_memory import progress, sweep_store, sweeps
from lstm_memory.engine.schedule import Schedule

GRID = {
    "epochs": [10, 100],
    "bptt_steps": [1, None],
    "learning_rate": [0.03, 0.01],
}
MEASURED = ["remembered", "max_error", "loss", "updates", "presentations", "seconds"]
ROOT = Path(__file__).parents[1]
ALONE = """
import os, sys, time
from pathlib import Path
import joblib
from lstm_memory import sweeps
from tests.test_sweep import sweep
folder, jobs, slow = Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
train = sweeps._train
def waiting(training):
    if training.settings.bptt_steps == 1 and training.settings.learning_rate == float(slow):
        (folder / "at it").touch()
        while not (folder / "go").exists():
            time.sleep(0.05)
    return train(training)
sweeps._train = waiting
with joblib.parallel_config("loky", n_jobs=jobs):
    sweep(folder=folder / "kept")
"""


@contextmanager
def sweeping_alone(folder, jobs, slow):
    """A process with the same sweep, which waits with one setting until there is a file "go"."""
    command = [sys.executable, "-c", ALONE, str(folder), str(jobs), str(slow)]
    process = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True)
    try:
        until((folder / "at it").exists)
        yield process
    finally:
        process.kill()
        process.communicate()


def until(holds, seconds=100):
    """Wait until something holds; on a slow machine a process begins after many seconds."""
    end = monotonic() + seconds
    while not holds():
        assert monotonic() < end, "waited in vain"
        sleep(0.05)


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

    def test_other_fields_have_the_values_of_the_base(self):
        base = replace(lm.REMEMBERING, seed=7)
        table = lm.sweep(lm.TUTORIAL, {"forget_bias": [1, 3]}, seeds=3, base=base)
        errors = [
            lm.train_many(lm.TUTORIAL, replace(base, forget_bias=bias), 3).max_errors
            for bias in (1, 3)
        ]
        np.testing.assert_allclose(table["max_error"], np.concatenate(errors), atol=1e-4)
        with pytest.raises(lm.InputError, match=r"^base: expected Settings, got 0\.1"):
            lm.sweep(lm.TUTORIAL, {"epochs": [1]}, base=0.1)

    def test_a_list_of_grids(self):
        """One after the other; a field that a grid does not name has the value of the base."""
        grids = [{"epochs": [1, 2]}, {"neurons": [3], "epochs": [1]}]
        table = lm.sweep(lm.TUTORIAL, grids, seeds=2)
        assert list(table.columns) == ["epochs", "neurons", "seed", *MEASURED]
        settings = [tuple(row) for row in table[["epochs", "neurons"]].to_numpy()[::2]]
        assert settings == [(1, 20), (2, 20), (1, 3)]
        alone = lm.sweep(lm.TUTORIAL, grids[1], seeds=2)
        np.testing.assert_array_equal(table["loss"][4:], alone["loss"])


class TestOfSuccess:
    """Every step, or the last step only."""

    MIDDLES = lm.Task.parse("A x A\nA y A\nB x B\nB y B")  # which of x and y nobody can know

    def test_the_last_step_only(self, tmp_path, monkeypatch):
        grid = {"epochs": [1, 100]}
        with joblib.parallel_config("sequential"):
            every = lm.sweep(self.MIDDLES, grid, 3, tmp_path, base=lm.REMEMBERING)
            monkeypatch.setattr(sweeps, "_train", None)  # the errors of both are kept
            last = lm.sweep(self.MIDDLES, grid, 3, tmp_path, base=lm.REMEMBERING, test="last step")
        runs = lm.train_many(self.MIDDLES, lm.REMEMBERING, 3)
        assert list(every["remembered"][3:]) == list(runs.remembers) == [False] * 3
        assert list(last["remembered"]) == [False] * 3 + [True] * 3
        np.testing.assert_allclose(every["max_error"][3:], runs.max_errors, atol=1e-4)
        np.testing.assert_allclose(last["max_error"][3:], runs.last_errors.max(axis=1), atol=1e-4)
        told = lm.read_sweep(tmp_path, test="last step")
        assert list(told["remembered"]) == list(last["remembered"])
        assert not lm.read_sweep(tmp_path)["remembered"].any()

    def test_another_word(self, tmp_path):
        words = "^test: expected one of every step, last step, got 'end'"
        with pytest.raises(lm.InputError, match=words):
            lm.sweep(lm.TUTORIAL, {"epochs": [1]}, test="end")
        with pytest.raises(lm.InputError, match=words):
            lm.read_sweep(tmp_path, test="end")

    def test_a_renewed_task_is_judged_on_sequences_drawn_for_that(self, tmp_path):
        """And at their last step. Its own sequences are few; some networks fail others only."""
        form = lm.Recall(["A", "B"], ["x", "y"], (1, 2))
        task, looks = form.task(1, renewed=True), [100, 150]
        base = replace(lm.REMEMBERING, last_weight=0.5)
        with joblib.parallel_config("sequential"):
            table = lm.sweep(task, {"epochs": looks}, 10, tmp_path, base=base)
            every = lm.sweep(task, {"epochs": looks}, 10, tmp_path, None, base, "every step")
        runs = lm.train_many(task, replace(base, epochs=150), 10, keep=looks)
        new, few = [], []
        for look in looks:
            new += list(runs.at(look).new_errors(form, 2_000, seed=5).max(axis=1) < 0.25)
            few += list(runs.at(look).last_errors.max(axis=1) < 0.25)
        assert list(table["remembered"]) == new
        assert 0 < sum(new) < sum(few)
        assert list(lm.read_sweep(tmp_path)["remembered"]) == new
        assert not every["remembered"].any()


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
        ([], "grid: expected a dict"),
        ([{"neurons": [1]}, {}], "grid: expected a dict"),
        ([{"neurons": [1]}, {"neurons": [2, 1]}], "grid: expected every combination once"),
        ({"neuron": [1]}, "grid: expected fields of Settings.* got 'neuron'"),
        ({"seed": [1]}, "grid: expected fields of Settings.* got 'seed'"),
        ({"cell": "lstm"}, r"grid\['cell'\]: expected a list of values, got 'lstm'"),
        ({"neurons": 5}, r"grid\['neurons'\]: expected a list of values, got 5"),
        ({"neurons": []}, r"grid\['neurons'\]: expected at least one value"),
        ({"neurons": [5, 0]}, "neurons: expected a whole number from 1 to 512, got 0"),
        ({"neurons": [5, 5]}, "grid: expected every combination once"),
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
        r"folder: expected a folder that can be written to \(Not a directory\)": {
            "folder": tmp_path / "file"
        },
        "folder: expected the path of a folder .*, got 3": {"folder": 3},
    }.items():
        with pytest.raises(lm.InputError, match=words):
            lm.sweep(lm.TUTORIAL, grid, **arguments)
    with pytest.raises(lm.InputError, match="task: expected a Task"):
        lm.sweep("3 0 1 2 3", grid)


def test_an_input_error_comes_back_from_another_process():
    error = pickle.loads(pickle.dumps(lm.InputError("seeds", "fewer", [1, 2])))
    assert isinstance(error, lm.InputError)
    assert (error.argument, str(error)) == ("seeds", "seeds: expected fewer, got [1, 2]")


@pytest.fixture
def trained(monkeypatch):
    """The computations that were done, in the order they were."""
    done, train = [], sweeps._train

    def note(training):
        done.append(training)
        return train(training)

    monkeypatch.setattr(sweeps, "_train", note)
    with joblib.parallel_config("sequential"):
        yield done


def has_ended(process):
    """Whether a process is over, though it may be listed until somebody takes note of that."""
    try:
        return process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


class TestFolder:
    """An interrupted sweep goes on where it stopped, and nothing broken is believed."""

    def test_what_is_there_is_not_done_again(self, tmp_path, trained, expected):
        assert_same(sweep(folder=tmp_path), expected)
        assert len(trained) == 4  # epochs are not trained one by one
        assert [path.name for path in tmp_path.iterdir()] == ["sweep.csv"]
        first = sweep(folder=tmp_path)
        assert len(trained) == 4
        pd.testing.assert_frame_equal(first, sweep(folder=str(tmp_path)))

    def test_seeds_and_epochs_are_added_left_out_and_put_in_another_order(self, tmp_path, trained):
        def go(epochs, seeds):
            trained.clear()
            table = lm.sweep(lm.TUTORIAL, {"epochs": epochs}, seeds, tmp_path)
            assert_same(table, lm.sweep(lm.TUTORIAL, {"epochs": epochs}, seeds))
            return [(done.epochs, tuple(sorted(done.seeds))) for done in trained[:-1]]

        assert go([5, 10], 10) == [((5, 10), tuple(range(10)))]
        assert go([5, 10], 20) == [((5, 10), tuple(range(10, 20)))]
        assert go([10, 5], [3, 17, 2]) == []
        assert go([10], 20) == []
        assert go([5, 20, 10], [0, 19]) == [((20,), (0, 19))]
        assert go([20, 3], [0, 1]) == [((20, 3), (0, 1))]
        assert len(lm.read_sweep(tmp_path)) == 20 + 20 + 3 + 2

    def test_what_differs_is_done(self, tmp_path, trained):
        grid = {"epochs": [1]}
        form = lm.Recall(["A", "B"], ["x", "y"], (1, 3))
        tasks = [
            lm.TUTORIAL,
            lm.Task([[4, 0, 1, 2, 4], [3, 0, 1, 2, 3]]),
            lm.Task([["3", "0", "1", "2", "3"], ["4", "0", "1", "2", "4"]]),
            lm.Task(lm.TUTORIAL.sequences, [4, 3, 2, 1, 0]),
            lm.Task(lm.TUTORIAL.sequences, outputs=[3, 4]),
            form.task(2),
            form.task(2, renewed=True),
            replace(form.task(2, renewed=True), renewed=replace(form, length=(1, 4))),
        ]
        for task in tasks:
            lm.sweep(task, grid, 2, tmp_path)
        lm.sweep(lm.TUTORIAL, grid | {"forget_bias": [0]}, 2, tmp_path)
        lm.sweep(lm.TUTORIAL, grid, 2, tmp_path, base=lm.Settings(neurons=3))
        assert len(trained) == len(tasks) + 2
        assert len(lm.read_sweep(tmp_path)) == 2 * len(trained)

    def test_an_interrupted_sweep_says_what_it_kept_and_goes_on(self, tmp_path, trained, expected):
        def interrupt(done, total):
            if done == 3:
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt, match=r"3 of 4 settings .* kept in .*the same call"):
            sweep(folder=tmp_path, progress=interrupt)
        assert [path.name for path in tmp_path.iterdir()] == ["sweep.csv"]
        calls = []
        assert_same(sweep(folder=tmp_path, progress=lambda *n: calls.append(n)), expected)
        assert calls == [(3, 4), (4, 4)]
        assert len(trained) == 4
        with pytest.raises(KeyboardInterrupt, match="Nothing is kept; with a folder"):
            sweep(progress=interrupt)

    @pytest.mark.parametrize(
        ("harm", "rows"),
        [
            (lambda text: text[:-1], 0),
            (lambda text: text[:-5], 1),
            (lambda text: text[: text.index("\n", len(text) // 2) + 1], 12),
            (lambda text: text.replace(",80,", ",81,", 1), 1),
            (lambda text: text.replace("0.", "0.1", 1), 1),
            (lambda text: text.replace("null", "1", 1), 1),
            (lambda text: text + "[" * 100_000, 0),
            (lambda text: text.replace("\n", '\n\udcff"', 1), 1),
            (lambda text: "", 24),
        ],
        ids=["newline", "end", "half", "integer", "number", "setting", "long", "quote", "empty"],
    )
    def test_what_is_broken_is_done_again_and_only_that(
        self, harm, rows, tmp_path, trained, expected
    ):
        sweep(folder=tmp_path)
        path = tmp_path / "sweep.csv"
        path.write_bytes(harm(path.read_text()).encode(errors="surrogateescape"))
        trained.clear()
        assert_same(sweep(folder=tmp_path), expected)
        assert sum(len(t.epochs) * len(t.seeds) for t in trained) == rows
        trained.clear()
        assert_same(sweep(folder=tmp_path), expected)
        assert not trained
        assert len(lm.read_sweep(tmp_path)) == 24

    def test_a_table_with_other_columns_is_set_aside(self, tmp_path, trained, expected):
        """That of another version, say. If only the first line is wrong, nothing is lost."""
        path = tmp_path / "sweep.csv"
        for number, text in enumerate(["no,table\n", "no,table\n1,2\n"], 1):
            path.write_text(text)
            with pytest.warns(UserWarning, match=f"other columns; it is now sweep-{number}.csv"):
                sweep(folder=tmp_path)
            assert (tmp_path / f"sweep-{number}.csv").read_text() == text
        assert len(trained) == 8
        text = path.read_text()
        path.write_text(text[40:])
        with pytest.warns(UserWarning, match="it is now sweep-3.csv"):
            assert_same(sweep(folder=tmp_path), expected)
        assert path.read_text() == text
        assert len(trained) == 8

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


class TestReadSweep:
    """What is kept is a table that anyone can read."""

    def test_all_that_sweeps_have_kept(self, tmp_path, trained, expected):
        sweep(folder=tmp_path)
        other = lm.Task.parse("ä x ä\nb x b")
        lm.sweep(other, {"epochs": [3]}, [7], tmp_path)
        table = lm.read_sweep(tmp_path)
        of_task = table["task"].map(lm.Task.parse)
        ours = table[of_task == lm.TUTORIAL].merge(expected, on=[*GRID, "seed"], validate="1:1")
        for name in MEASURED[:-1]:
            np.testing.assert_array_equal(ours[f"{name}_x"], ours[f"{name}_y"], name)
        (row,) = table[of_task == other].to_dict("records")
        assert lm.Settings(**{name: row[name] for name in vars(lm.Settings())}) == lm.Settings(
            epochs=3, seed=7
        )
        assert [row[name] for name in ("alphabet", "outputs", "renewed")] == [""] * 3
        assert row["presentations"] == 6

    def test_it_is_a_plain_table(self, tmp_path, trained):
        """As other programs read it: here the csv module, and pandas."""
        sweep(folder=tmp_path)
        with (tmp_path / "sweep.csv").open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        assert {row["bptt_steps"] for row in rows} == {"1", "null"}
        assert {row["task"] for row in rows} == {"[[3, 0, 1, 2, 3], [4, 0, 1, 2, 4]]"}
        table, ours = pd.read_csv(tmp_path / "sweep.csv"), lm.read_sweep(tmp_path)
        assert list(table)[-1] == "check 1"
        assert list(table)[:-1] == [name for name in ours if name != "remembered"]
        np.testing.assert_allclose(table["max_error"], ours["max_error"])
        assert len(table) == 24

    def test_what_draws_sequences_is_told(self, tmp_path):
        form = lm.Recall(["A", "B"], ["x"], (1, 3))
        lm.sweep(form.task(2, renewed=True), {"epochs": [1]}, 1, tmp_path)
        (told,) = lm.read_sweep(tmp_path)["renewed"].map(json.loads)
        assert told.pop("form") == "Recall"
        assert lm.Recall(**told) == form

    def test_a_form_that_has_no_words_is_told_before_training(self, tmp_path, monkeypatch):
        class Mine(lm.Recall):
            pass

        @dataclass(frozen=True)
        class Odd(lm.Recall):
            other: object = print

        monkeypatch.setattr(sweeps, "_train", None)
        task = Odd(["A", "B"], ["x"], 1).task(2, renewed=True)
        with pytest.raises(lm.InputError, match=r"^task: expected sequences drawn by a dataclass"):
            lm.sweep(task, {"epochs": [1]}, 1, tmp_path)

    def test_long_tasks_are_shortened_and_told_apart(self, tmp_path, trained):
        for last in (0, 1):
            task = lm.Task([[*[0, 1] * 3_000, last]])
            lm.sweep(task, {"epochs": [0]}, 1, tmp_path, base=lm.Settings(neurons=1))
        assert len(trained) == 2
        told = lm.read_sweep(tmp_path)["task"]
        assert told.nunique() == 2
        assert told.str.len().max() < 250

    def test_there_has_to_be_one(self, tmp_path):
        for folder in (tmp_path, tmp_path / "none"):
            with pytest.raises(lm.InputError, match=r"^folder: expected a folder in which a sweep"):
                lm.read_sweep(folder)
        assert not list(tmp_path.iterdir())

    def test_the_home_folder_has_its_usual_sign(self, tmp_path, monkeypatch):
        monkeypatch.setenv("HOME", str(tmp_path))
        lm.sweep(lm.TUTORIAL, {"epochs": [1]}, 1, "~/mine")
        assert len(lm.read_sweep(tmp_path / "mine")) == len(lm.read_sweep("~/mine")) == 1


class TestSharing:
    """Two processes in one folder do not do the same; what a process claims dies with it."""

    def test_two_sweeps_share_the_work(self, tmp_path, trained, expected):
        """The other one has begun with a setting; ours does the others and waits for that."""

        def tell(done, total):
            if done == 3:
                (tmp_path / "go").touch()

        with sweeping_alone(tmp_path, jobs=1, slow=0.03):
            assert_same(sweep(folder=tmp_path / "kept", progress=tell), expected)
        assert len(trained) == 3
        assert len(pd.read_csv(tmp_path / "kept" / "sweep.csv")) == 24  # no row twice

    def test_a_killed_sweep_leaves_no_worker_and_no_claim(self, tmp_path, trained, expected):
        """One worker is at work and the other idle; it would stay so for five minutes."""
        with sweeping_alone(tmp_path, jobs=2, slow=0.01) as process:
            until(lambda: (tmp_path / "kept" / "sweep.csv").read_text().count("\n") == 1 + 18)
            workers = psutil.Process(process.pid).children(recursive=True)
            assert len(workers) >= 2
            process.kill()
        until(lambda: all(map(has_ended, workers)), seconds=30)  # it takes one or two; see above
        assert list((tmp_path / "kept").glob("*.claim"))
        assert_same(sweep(folder=tmp_path / "kept"), expected)
        assert len(trained) == 1
        assert not list((tmp_path / "kept").glob("*.claim"))

    def test_an_interrupt_from_the_keyboard(self, tmp_path):
        with sweeping_alone(tmp_path, jobs=1, slow=0.01) as process:
            process.send_signal(signal.SIGINT)
            _, words = process.communicate(timeout=60)
        assert "KeyboardInterrupt: 1 of 4 settings are finished and kept in" in words
        assert [path.name for path in (tmp_path / "kept").iterdir()] == ["sweep.csv"]

    @pytest.mark.parametrize(
        ("owner", "age", "taken"),
        [
            (lambda: [socket.gethostname(), os.getpid(), psutil.Process().create_time()], 0, False),
            (lambda: [socket.gethostname(), os.getpid(), 1.0], 0, True),
            (lambda: ["elsewhere", 1, 1.0], 600, False),
            (lambda: ["elsewhere", 1, 1.0], 4_000, True),
            (lambda: "", 0, False),
            (lambda: [], 20, True),
        ],
        ids=["at work", "its number reused", "elsewhere", "long ago", "unfinished", "broken"],
    )
    def test_stale_claims(self, owner, age, taken, tmp_path):
        first, second = (sweep_store.Store(tmp_path, "sweep", ["key"], []) for _ in range(2))
        assert first.claim("a")
        (claim,) = tmp_path.iterdir()
        claim.write_text(json.dumps(owner()))
        then = claim.stat().st_mtime - age
        os.utime(claim, (then, then))
        assert second.claim("b")
        assert second.claim("a") == taken
        second.release()
        assert len(list(tmp_path.iterdir())) == (not taken)


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

        def break_off(trainings, left):
            done.append(len(left))
            yield next(iter(spread(trainings, left)))
            raise sweeps.BrokenProcessPool

        monkeypatch.setattr(sweeps, "_spread", break_off)
        with joblib.parallel_config("sequential"):
            with pytest.raises(RuntimeError, match=r"ended 3 times.*kept in.*the same call"):
                sweep(folder=tmp_path)
            assert done == [4, 3, 2]
            assert len(lm.read_sweep(tmp_path)) == 3 * 2 * 3
            with pytest.raises(RuntimeError, match="with a folder"):
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
        left = dict.fromkeys(range(4), training)
        sweeps._spread([], left)
        with joblib.parallel_config(n_jobs=3):
            sweeps._spread([], left)
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
        assert "bar" in repr(bar)

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
