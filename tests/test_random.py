"""Sequences of a form: how they are drawn, and training on new ones at every epoch."""

from dataclasses import replace

import numpy as np
import pytest

import lstm_memory as lm
from lstm_memory.engine.schedule import Schedule

FORM = lm.Recall(["A", "B"], ["x", "y", "z"], (2, 5), ["?"])
SETTINGS = lm.Settings(
    bptt_steps=None, batch_size=4, epochs=6, learning_rate=0.01, last_weight=0.5, neurons=6
)


def words(line):
    return [FORM.alphabet[k] for k in line]


def test_sequences_have_the_form():
    lines, steps = FORM.draw(3_000, np.random.default_rng(0))
    assert lines.shape == (3_000, FORM.longest) == (3_000, 8)
    seen = set()
    for line, n in zip(lines, steps, strict=True):
        first, *middle, mark, last = words(line[: n + 1])
        assert first == last
        assert mark == "?"
        assert 2 <= len(middle) <= 5
        assert set(middle) <= set("xyz")
        assert not line[n + 1 :].any()
        seen |= {("first", first), ("length", len(middle)), *zip("123", middle, strict=False)}
    assert len(seen) == 2 + 4 + 9  # every first symbol, length, and symbol at every place


def test_every_choice_is_as_likely_as_the_others():
    lines, steps = FORM.draw(20_000, np.random.default_rng(1))
    assert np.mean(lines[:, 0] == 0) == pytest.approx(0.5, abs=0.02)
    assert np.bincount(steps - 2)[2:] / 20_000 == pytest.approx([0.25] * 4, abs=0.02)
    assert np.bincount(lines[:, 1])[2:] / 20_000 == pytest.approx([1 / 3] * 3, abs=0.02)


def test_the_alphabet_is_that_of_a_task():
    assert FORM.alphabet == ("A", "B", "x", "y", "z", "?")
    assert lm.Recall([4, 3], [0, 1, 2], 3).alphabet == lm.TUTORIAL.alphabet
    task = lm.Recall(["A"], ["x", "y"], 0).task(3)
    assert task == lm.Task([["A", "A"]] * 3, ["A", "x", "y"])


def test_a_task_is_drawn_with_its_seed():
    assert FORM.task(20, seed=1) == FORM.task(20, seed=1) != FORM.task(20, seed=2)
    assert FORM.task(20).renewed is None
    assert FORM.task(20, renewed=True).sequences == FORM.task(20).sequences


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"firsts": "AB"}, "firsts: expected a list of symbols"),
        ({"firsts": []}, "firsts: expected 1 to 1000 symbols, got 0"),
        ({"middle": [1.5]}, "middle: expected symbols, which are names"),
        ({"middle": [1]}, "middle: expected symbols of the same kind as in firsts"),
        ({"length": -1}, "length: expected a whole number from 0 to 9,000, got -1"),
        ({"length": (5, 2)}, "length: expected a whole number from 5 to 9,000, got 2"),
        ({"length": (1, 2, 3)}, "length: expected one number or two"),
        ({"length": "long"}, "length: expected a whole number"),
        ({"mark": None}, "mark: expected a list of symbols"),
    ],
)
def test_wrong_forms(change, expected):
    with pytest.raises(lm.InputError, match=f"^{expected}"):
        replace(FORM, **change)


def test_wrong_numbers():
    with pytest.raises(lm.InputError, match=r"^number: expected a whole number from 1 to 50"):
        FORM.task(51)


@pytest.fixture(scope="module")
def renewed():
    return lm.train_many(FORM.task(8, renewed=True), SETTINGS, seeds=[5, 3, 9])


@pytest.fixture(scope="module")
def runs():
    return lm.train_many(FORM.task(8), replace(SETTINGS, epochs=60), seeds=2)


class TestTraining:
    def test_every_epoch_and_every_seed_has_its_own_sequences(self):
        schedule = Schedule(FORM.task(8, renewed=True), SETTINGS, [5, 3])
        rows = schedule.rows(0, 6)
        lines = rows["inputs"].transpose(0, 1, 3, 2)  # row, seed, place in the batch, step
        assert lines.shape == (12, 2, 4, 7)
        assert len(np.unique(lines.reshape(-1, 7), axis=0)) > 80  # of 96
        part = schedule.rows(2, 4, slice(1, 2))
        assert (part["inputs"] == rows["inputs"][4:8, 1:]).all()

    def test_steps_past_the_end_of_a_sequence_count_for_nothing(self):
        schedule = Schedule(FORM.task(8, renewed=True), SETTINGS, [5])
        rows = schedule.rows(0, 6)
        exists = rows["shares"] > 0
        steps = schedule.asked[0].reshape(12, 4)
        assert (exists.sum(axis=2)[:, 0] == steps).all()
        assert set(steps.ravel()) == {4, 5, 6, 7}
        assert rows["shares"].sum(axis=(2, 3)) == pytest.approx(1)
        last = np.take_along_axis(rows["shares"][:, 0], steps[:, None] - 1, axis=1)
        assert last.sum(axis=(1, 2)) == pytest.approx(0.5)

    def test_it_equals_training_on_the_same_sequences_as_fixed_tasks(self, renewed):
        """One epoch of one network, whose sequences are written out as a plain task."""
        settings = replace(SETTINGS, epochs=1, seed=3)
        lines, steps = FORM.draw(8, np.random.default_rng([3, 0, 1]))
        written = [words(line[: n + 1]) for line, n in zip(lines, steps, strict=True)]
        plain = lm.train(lm.Task(written, FORM.alphabet), settings)
        again = lm.train(FORM.task(8, renewed=True), settings)
        for a, b in zip(plain.weights, again.weights, strict=True):
            assert a == pytest.approx(b, abs=1e-6)
        assert again.losses.to_numpy() == pytest.approx(plain.losses.to_numpy(), abs=1e-6)
        assert renewed.losses[1, 0] == pytest.approx(plain.losses.to_numpy()[0], abs=1e-6)

    def test_a_seed_gives_the_same_network_alone_and_in_company(self, renewed):
        alone = lm.train(FORM.task(8, renewed=True), replace(SETTINGS, seed=9))
        assert alone.losses.to_numpy() == pytest.approx(renewed.losses[2], abs=1e-5)

    def test_shuffling_and_windows_go_with_it(self):
        settings = replace(SETTINGS, shuffle=True, bptt_steps=3)
        runs = lm.train_many(FORM.task(8, renewed=True), settings, seeds=2)
        assert np.isfinite(runs.losses).all()
        assert (runs.losses > 0).all()


class TestLastErrors:
    def test_they_are_those_of_the_last_step(self, runs):
        table = runs.predictions
        last = table.groupby(["seed", "sequence"]).tail(1)
        off = 1 - last["probability"].to_numpy().reshape(2, 8)
        assert (runs.last_errors >= off - 1e-6).all()
        outputs = runs.outputs[1, 5, runs.task.steps[5] - 1].copy()
        outputs[runs.task.indices[5][-1]] -= 1
        assert runs.last_errors[1, 5] == pytest.approx(np.abs(outputs).max(), abs=1e-6)
        assert runs.run(1).last_errors == pytest.approx(runs.last_errors[1], abs=1e-6)

    def test_new_sequences_are_asked_as_a_task_of_them_would_be(self, runs):
        lines, steps = FORM.draw(40, np.random.default_rng([7, 0, 2]))
        written = [words(line[: n + 1]) for line, n in zip(lines, steps, strict=True)]
        asked = runs.on(lm.Task(written, FORM.alphabet)).last_errors
        assert runs.new_errors(FORM, 40, seed=7) == pytest.approx(asked, abs=1e-6)

    def test_symbols_are_found_by_their_names_and_many_are_asked_in_parts(self, runs):
        turned = replace(FORM, middle=("z", "x", "y"))
        assert turned.alphabet != FORM.alphabet
        assert runs.new_errors(turned, 1_201).shape == (2, 1_201)
        assert (runs.new_errors(FORM, 700)[:, :600] != runs.new_errors(FORM, 700, 1)[:, :600]).any()

    def test_wrong_questions(self, runs):
        with pytest.raises(lm.InputError, match=r"^recall: expected only symbols the network"):
            runs.new_errors(replace(FORM, firsts=("C",)))
        with pytest.raises(lm.InputError, match=r"^number: expected a whole number"):
            runs.new_errors(FORM, 0)
