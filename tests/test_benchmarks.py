"""The benchmarks measure the same work, and judge by what they measured. No time is tested."""

import json
from pathlib import Path

import numpy as np
import pytest

import lstm_memory as lm
from benchmarks import rows, table
from benchmarks.contenders import EAGER, FIT, FLOOR, JAX, ONE_CORE, PACKAGE, floor
from benchmarks.goals import Goal, costs_of_one_core, goals
from benchmarks.picture import draw
from benchmarks.run import Worker

RESULTS = Path(__file__).parents[1] / "benchmarks" / "results.json"


def verdicts(medians):
    return {goal.what: goal.verdict for goal in goals(medians)}


class TestGoals:
    def test_a_lowest_number(self):
        medians = {(rows.TUTORIAL, FIT.name): 50.0, (rows.TUTORIAL, PACKAGE.name): 0.01}
        assert verdicts(medians)["tutorial: faster than model.fit"] == "reached"
        medians[rows.TUTORIAL, PACKAGE.name] = 0.2
        words = "not reached: 250 times"
        assert verdicts(medians)["tutorial: faster than model.fit"] == words

    def test_a_highest_number(self):
        medians = {(rows.FIRST, PACKAGE.name): 1.0, (rows.FIRST, JAX.name): 1.6}
        found = verdicts(medians)
        assert found["first call: compared with JAX's"] == "reached"
        assert found["first call: the aim"] == "not reached: 0.625 times"

    def test_what_was_not_measured_is_not_judged(self):
        assert set(verdicts({}).values()) == {"not measured"}
        assert verdicts({(rows.TUTORIAL, EAGER.name): 2.0})[
            "tutorial: faster than PyTorch, eager"
        ] == ("not measured")

    def test_a_number_with_a_unit(self):
        words = verdicts({(rows.GROWTH, PACKAGE.name): 183.6})["memory left by 200 trainings"]
        assert words == "not reached: 184 MB"

    def test_the_limit_itself_is_enough(self):
        assert Goal("", 4, 4.0).verdict == Goal("", 4, 4.0, least=True).verdict == "reached"

    def test_one_core(self):
        medians = {(rows.MANY, PACKAGE.name): 0.5, (rows.MANY, ONE_CORE.name): 0.75}
        assert costs_of_one_core(medians) == {rows.MANY: 1.5}


class TestTable:
    @pytest.mark.parametrize(
        ("value", "words"),
        [(48.04, "48.0 s"), (0.0123, "12.3 ms"), (0.15, "150 ms"), (2.5e-6, "2.50 µs")],
    )
    def test_seconds_in_words(self, value, words):
        assert table.amount(value, "s") == words

    def test_all_is_in_it_and_in_the_picture(self, tmp_path):
        def record(row, contender, median):
            ends = {"median": median, "min": median / 2, "max": 2 * median}
            rest = {"unit": "s", "values": [1, 2, 3], "note": "noted"}
            return {"row": row, "contender": contender, **ends, **rest}

        found = [record(name, PACKAGE.name, 0.01) for name in (*rows.WARM, *rows.WARM_LAGS)]
        found.append(record(rows.TUTORIAL, JAX.name, 0.02))
        results = {
            "machine": {
                "cpu": "A CPU",
                "cores": 2,
                "system": "Any",
                "load_before": 0,
                "load_after": 0,
            },
            "versions": {"jax": "1"},
            "rows": found,
            "goals": [goal.told() for goal in goals({})],
            "one_core": {rows.MANY: 1.5},
            "notes": ["A note."],
        }
        text = "\n".join(table.lines(results))
        for words in ("A CPU", "jax 1", "20.0 ms", "5.00 ms to 20.0 ms", "1.50 times", "A note."):
            assert words in text
        draw(results, tmp_path / "results.png")
        assert (tmp_path / "results.png").stat().st_size < 150_000


class TestRows:
    def test_lag_3_is_the_tutorial(self):
        task = lm.Task(rows.row()["lines"], alphabet=range(5))
        assert task == lm.TUTORIAL
        assert rows.updates(rows.row()) == 2000
        assert rows.updates(rows.row(reach=None)) == 500

    @pytest.mark.skipif(not floor.COMPILER, reason="there is no C compiler (cc)")
    @pytest.mark.parametrize("reach", [1, None])
    def test_the_floor_does_the_same_work(self, reach):
        worker = Worker(FLOOR)
        worker.prepare(rows.row(reach=reach, models=2))
        seconds, losses = worker.train()
        worker.close()
        assert seconds > 0
        settings = lm.Settings(bptt_steps=reach)
        expected = lm.train_many(lm.TUTORIAL, settings, seeds=2).losses
        np.testing.assert_allclose(losses, expected, atol=1e-4)


@pytest.mark.skipif(not RESULTS.exists(), reason="make bench has not been run")
class TestResults:
    @pytest.fixture
    def results(self):
        return json.loads(RESULTS.read_text())

    def test_machine_and_versions_are_named(self, results):
        assert {"cpu", "cores", "system", "load_before", "load_after"} <= set(results["machine"])
        names = {"python", "lstm_memory", "numba", "tensorflow", "keras", "torch", "jax"}
        assert names <= set(results["versions"])
        assert results["command"] == "make bench"

    def test_every_row_has_its_values(self, results):
        for record in results["rows"]:
            assert record["min"] <= record["median"] <= record["max"]
            assert record["unit"] in {"s", "MB"}
            assert len(record["values"]) >= results["repetitions"] or "once" in record["note"]
            assert record.get("largest_difference", 0) <= 1e-4

    def test_the_verdicts_follow_from_the_rows(self, results):
        medians = {(r["row"], r["contender"]): r["median"] for r in results["rows"]}
        assert {g["what"]: g["verdict"] for g in results["goals"]} == verdicts(medians)
        assert "not measured" not in verdicts(medians).values()
        assert results["one_core"] == costs_of_one_core(medians)
