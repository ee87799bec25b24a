"""The files in notebooks/results: what is in them, and that a sample of it comes out again."""

import json

import joblib
import pandas as pd
import pytest

from lstm_memory.hochreiter1997 import Experiment2a, Job
from notebooks.results import regenerate
from notebooks.results.regenerate import COLUMNS, EXPERIMENTS, HERE

MAX_BYTES = 200_000


def test_every_file_belongs_to_an_experiment():
    for kind in ("csv", "json"):
        assert sorted(path.stem for path in HERE.glob(f"*.{kind}")) == EXPERIMENTS


@pytest.mark.parametrize("name", EXPERIMENTS)
class TestFile:
    @pytest.fixture
    def table(self, name):
        return pd.read_csv(HERE / f"{name}.csv")

    @pytest.fixture
    def about(self, name):
        return json.loads((HERE / f"{name}.json").read_text())

    def test_is_small(self, name):
        assert (HERE / f"{name}.csv").stat().st_size < MAX_BYTES
        assert (HERE / f"{name}.json").stat().st_size < MAX_BYTES

    def test_has_a_row_for_each_trial(self, name, table):
        module = regenerate.experiment(name)
        assert set(table.columns) >= COLUMNS | set(module.KEY) | set(module.SAME)
        assert "seed" in module.KEY
        assert not table[[*COLUMNS, *module.KEY]].isna().any(axis=None)
        assert not table.duplicated(module.KEY).any()
        assert {"passed", "remembered"} <= set(module.SAME)
        assert set(table["passed"]) | set(table["remembered"]) <= {0, 1}
        assert (table["remembered"] <= table["passed"]).all()  # the end is a look, too
        assert (table["updates"] >= 0).all()
        assert (table["seconds"] >= 0).all()

    def test_says_how_it_was_made(self, name, table, about):
        module = regenerate.experiment(name)
        assert "look" in module.__doc__, "it does not say when the networks are tested"
        assert about["settings"] == json.loads(json.dumps(module.SETTINGS))
        assert about["command"] == f"make results NAME={name}"
        assert about["trials"] == len(table)
        assert about["seeds"] == table["seed"].nunique()
        assert about["seconds"] > 0
        assert set(about["versions"]) == {"python", *regenerate.PACKAGES}
        assert set(about["machine"]) == {"cpu", "cores", "system"}

    def test_a_sample_comes_out_again(self, name, table):
        """What is compared: the columns that the experiment calls the same on every machine."""
        module = regenerate.experiment(name)
        found = regenerate.collect(name, sample=True)
        assert len(found) >= 10
        both = found.merge(table, on=module.KEY, suffixes=("", " in the file"), validate="1:1")
        assert len(both) == len(found), "trials that are not in the file"
        for column in module.SAME:
            expected = both[f"{column} in the file"].to_numpy()
            assert (both[column].to_numpy() == expected).all(), column


def test_files_are_written_whole(tmp_path, monkeypatch):
    """An experiment that breaks leaves the old files as they were."""
    broken = pd.DataFrame({"seed": [0]})

    def trials(sample=False):
        yield broken
        raise RuntimeError("interrupted")

    class Broken:
        __doc__ = SETTINGS = "broken"

    Broken.trials = staticmethod(trials)
    monkeypatch.setattr(regenerate, "experiment", lambda name: Broken)
    (tmp_path / "broken.csv").write_text("old")
    with pytest.raises(RuntimeError, match="interrupted"):
        regenerate.regenerate("broken", tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["broken.csv"]
    assert (tmp_path / "broken.csv").read_text() == "old"


def test_what_takes_longer_ends_after_a_while_and_is_gone_on_with(tmp_path, monkeypatch):
    jobs = [Job(Experiment2a(4), "guess", seed, most=20) for seed in range(3)]
    made, row = [], Job.row
    monkeypatch.setattr(Job, "row", lambda job: made.append(job.seed) or row(job))
    monkeypatch.setattr(regenerate, "KEPT", tmp_path)
    monkeypatch.setattr(regenerate, "MINUTES", 0)
    with joblib.parallel_config(n_jobs=1):
        with pytest.raises(SystemExit, match="The same command goes on from here"):
            regenerate.resumable(jobs)
        begun = list(made)
        monkeypatch.setattr(regenerate, "MINUTES", 30)
        assert [row["seed"] for row in regenerate.resumable(jobs)] == [0, 1, 2]
    assert 1 <= len(begun) < 3
    assert sorted(made) == [0, 1, 2]  # none of them twice


def test_the_beginning_of_a_name_stands_for_several():
    several = regenerate.beginning("hochreiter1997")
    assert [name.removeprefix("hochreiter1997_") for name in several] == ["2a", "2b", "2c", "steps"]
    assert regenerate.beginning("tuning") == ["tuning"]
    assert regenerate.beginning("nothing") == []


def rows_of(seed, made):
    """What an experiment calls for some of its trials."""
    made.append(seed)
    yield {"seed": seed}


def test_rows_that_are_finished_are_not_made_again(tmp_path, monkeypatch):
    monkeypatch.setattr(regenerate, "KEPT", tmp_path / "kept")
    made = []
    for seed in (1, 2, 1):
        made.clear()
        assert regenerate.finished(rows_of, seed, made) == [{"seed": seed}]
    assert made == []
    assert len(list((tmp_path / "kept").glob("test_results-*.json"))) == 2


def test_the_outcome_of_a_network_that_was_looked_at_several_times():
    shown = [20, 40, 60]
    assert regenerate.outcome([False, True, False], shown, per_update=2) == {
        "passed": True,
        "remembered": False,
        "presentations": 40,
        "updates": 20,
    }
    assert regenerate.outcome([False] * 3, shown)["presentations"] == 60
    assert regenerate.outcome([True] * 3, shown)["presentations"] == 20


def test_the_quickest_way_needs_the_fewest_presentations_in_the_mean():
    needed = {0.01: (50, 60), 0.03: (20, 400), 0.1: (70, 80)}
    rows = [{"rate": r, "presentations": n} for r, both in needed.items() for n in both]
    assert regenerate.quickest(rows, "rate") == 0.01
