"""Experiment 2 of Hochreiter & Schmidhuber (1997): tasks, networks and trials, by the paper."""

import threading
from dataclasses import replace

import joblib
import numpy as np
import pytest

import lstm_memory as lm
from lstm_memory.hochreiter1997 import (
    LSTM1997,
    RNN,
    Experiment2a,
    Experiment2b,
    Experiment2c,
    Guess,
    Job,
    Modern,
    Reading,
    first_passes,
    passes,
    recipe,
    trial,
    trials,
)
from lstm_memory.hochreiter1997.tasks import MAX_SUFFIX
from lstm_memory.hochreiter1997.trials import LATER

# --- tasks ----------------------------------------------------------------------------------


def drawn(form, number=2_000, seed=0):
    return form.draw(number, np.random.default_rng(seed))


def test_2a_has_two_sequences_of_which_each_comes_half_the_time():
    form = Experiment2a(4)
    assert form.alphabet == ("a1", "a2", "a3", "x", "y")
    lines, steps = drawn(form)
    different, counts = np.unique(lines, axis=0, return_counts=True)
    assert different.tolist() == [[3, 0, 1, 2, 3], [4, 0, 1, 2, 4]]  # the tutorial's
    assert (steps == 4).all()
    assert abs(counts[0] - 1_000) < 5 * np.sqrt(500)  # five standard deviations
    ((lines, steps, targets),) = form.tests(10_000, None)
    assert lines.tolist() == different.tolist()
    assert steps.tolist() == [4, 4]
    assert targets.tolist() == different[:, 1:].tolist()


def test_2b_draws_the_middle_with_replacement():
    form = Experiment2b(10)
    lines, _steps = drawn(form)
    assert lines.shape == (2_000, 11)
    assert (lines[:, 0] == lines[:, -1]).all()
    assert set(lines[:, 0]) == {9, 10}
    counts = np.bincount(lines[:, 1:-1].ravel(), minlength=11)
    assert counts[9:].sum() == 0
    assert np.abs(counts[:9] - 2_000).max() < 5 * np.sqrt(2_000)
    assert sum(len(part[0]) for part in form.tests(10_000, np.random.default_rng(0))) == 10_000


def test_2c_is_as_the_paper_defines_it():
    form = Experiment2c(q=6, p=5)
    assert form.alphabet == ("a1", "a2", "a3", "a4", "a5", "e", "b", "x", "y")
    assert form.outputs == ("x", "y")
    lines, steps = drawn(form, 20_000)
    rows = np.arange(len(lines))
    assert (lines[:, 0] == 6).all()
    assert set(lines[:, 1]) == {7, 8}
    assert (lines[rows, steps] == lines[:, 1]).all()
    assert (lines[rows, steps - 1] == 5).all()
    inside = (np.arange(lines.shape[1]) >= 2) & (np.arange(lines.shape[1]) < steps[:, None] - 1)
    assert lines[inside].max() == 4
    assert np.bincount(lines[inside]) / inside.sum() == pytest.approx(0.2, abs=0.01)
    suffix = steps - form.q - 3
    assert suffix.min() == 0
    for k in range(4):  # 9/10 for one more distractor
        assert np.mean(suffix == k) == pytest.approx(0.1 * 0.9**k, abs=0.01)
    assert np.mean(steps + 1) == pytest.approx(form.expected_length, abs=0.3)
    assert lines.shape[1] == steps.max() + 1 <= form.longest == form.q + MAX_SUFFIX + 4


def test_errors_occur_where_the_paper_says():
    for form, trained, judged in (
        (Experiment2a(4), 4, 4),
        (Experiment2b(4), 4, 1),
        (Experiment2c(2, 3), 1, 1),
    ):
        lines, steps = drawn(form, 50)
        for count, judge in ((trained, False), (judged, True)):
            targets = form.targets(lines, steps, judged=judge)
            assert ((targets >= 0).sum(axis=1) == count).all()
            first = lines[:, 1] - 5 if form.outputs else lines[:, 0]  # as an output
            assert (targets[np.arange(50), steps - 1] == first).all()


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: Experiment2a(1), "p: expected a whole number from 2 to 5,000, got 1"),
        (lambda: Experiment2c(0, 5), "q: expected a whole number from 1 to 5,000, got 0"),
        (lambda: Experiment2c(5, "9"), "p: expected a whole number from 1 to 5,000, got '9'"),
        (lambda: Reading(update="epoch"), "update: expected one of sequence, step, got 'epoch'"),
        (lambda: Reading(rate=0), "rate: expected a number from 1e-06 to 100, got 0"),
        (lambda: RNN(Experiment2a(4), learning="adam"), "learning: expected one of rtrl, bptt"),
        (lambda: Reading(update="step", full=True), "update: expected one of sequence, got"),
        (lambda: LSTM1997(Experiment2a(4), reading=1.0), "reading: expected a Reading, got 1.0"),
        (lambda: Job(Experiment2c(2, 2), "modern", 0, 10, {"batch_size": 4}).make(), "batch_size"),
    ],
)
def test_wrong_input_is_named(make, words):
    with pytest.raises(lm.InputError) as error:
        make()
    assert str(error.value).startswith(words)


# --- networks -------------------------------------------------------------------------------


@pytest.mark.parametrize(("p", "weights"), [(4, 36), (10, 144), (100, 10_404)])
def test_recurrent_networks_have_as_many_weights_as_in_table_2(p, weights):
    assert RNN(Experiment2a(p)).number_of_weights == weights


@pytest.mark.parametrize(
    ("form", "weights"),
    [(Experiment2a(100), 10_504)]
    + [(Experiment2c(50, p), n) for p, n in ((50, 364), (100, 664), (200, 1_264), (500, 3_064))]
    + [(Experiment2c(1_000, 1_000), 6_064)],
)
def test_the_lstm_has_as_many_weights_as_in_tables_2_and_3(form, weights):
    network = LSTM1997(form)
    assert network.number_of_weights == weights
    assert max(np.abs(w).max() for w in network.weights if w.size) <= 0.2


def logistic(x):
    return 1 / (1 + np.exp(-x))


def squared_error(weights, line, targets, fed_back=None, ranges=(2, 1)):
    """Half the sum of (16) over the steps asked, in double precision, and what is fed back.

    Written from the paper's equations (3) to (10); with forget gates, if there are weights for
    them, as Gers et al. (2000) have them. `fed_back`: activations of the hidden layer
    to take for those of each step before, as the truncated gradient does.
    """
    cell, input_gate, output_gate, output, forget_gate = weights
    gated, C = len(output_gate) > 0, len(cell)
    hidden, state, total, history = np.zeros(3 * C * gated), np.zeros(C), 0.0, []
    for t, x in enumerate(line[: len(targets)]):
        before = hidden if fed_back is None else fed_back[t]
        history.append(hidden)
        seen = np.concatenate([np.eye(cell.shape[1] - len(hidden))[x], before])
        opened, squashed = logistic(input_gate @ seen), logistic(cell @ seen)
        g, h = ranges
        kept = logistic(forget_gate @ seen) if len(forget_gate) else 1
        state = kept * state + opened * (g * (2 * squashed - 1) if gated else squashed)
        said = state
        if gated:
            shown = logistic(output_gate @ seen)
            said = shown * h * (2 * logistic(state) - 1)
            hidden = np.concatenate([said, opened, shown])
        if targets[t] >= 0:
            sees = said if gated else np.concatenate([said, seen])
            wanted = np.eye(len(output))[targets[t]]
            total += 0.5 * np.sum((wanted - logistic(output @ sees)) ** 2)
    return total, history


def changes(form, seed=0, scale=8.0, **reading):
    """How a network of 1997 changes by one sequence, and its weights in double precision."""
    network = LSTM1997(form, seed, Reading(rate=1.0, **reading))
    for w in network.weights:
        w *= scale  # large enough that no derivative is near 0
    before = [w.astype(float) for w in network.weights]
    lines, steps = drawn(form, 1, seed)
    targets = form.targets(lines, steps)
    network.learn(lines, steps, targets, np.empty(1, "float32"))
    after = [w.astype(float) for w in network.weights]
    moved = [b - a for a, b in zip(after, before, strict=True)]
    return before, lines[0, : steps[0] + 1], targets[0, : steps[0]], moved


def slopes(error, weights):
    """The gradient of `error()`, which reads `weights`, by finite differences."""
    found = [np.zeros_like(w) for w in weights]
    for w, slope in zip(weights, found, strict=True):
        for place in np.ndindex(w.shape):
            kept, sides = w[place], []
            for step in (1e-5, -1e-5):
                w[place] = kept + step
                sides.append(error())
            w[place], slope[place] = kept, (sides[0] - sides[1]) / 2e-5
    return found


def far_apart(ours, theirs):
    """The largest distance between two gradients, as a share of the largest slope."""
    pairs = [(a, b) for a, b in zip(ours, theirs, strict=True) if a.size]
    return max(np.abs(a - b).max() for a, b in pairs) / max(np.abs(b).max() for a, b in pairs)


# The weights change once, at the end of the sequence, by the whole gradient. They are of order
# 1 and their slopes of order 0.01, so what float32 rounds off a weight, 6e-8, is 6e-6 of a slope;
# the sums over some ten steps, and the exponential function, may add ten times as much.
CLOSE = 1e-4


@pytest.mark.parametrize("form", [Experiment2a(7), Experiment2b(7)])
def test_the_rule_for_2a_and_2b_is_the_true_gradient(form):
    weights, line, targets, moved = changes(form, scale=4.0)
    found = slopes(lambda: squared_error(weights, line, targets)[0], weights)
    assert far_apart(moved, found) < CLOSE


@pytest.mark.parametrize(
    ("reading", "ranges"),
    [({}, (2, 1)), ({"swapped": True}, (1, 2)), ({"forget": 0.5, "cells": 3}, (2, 1))],
)
@pytest.mark.parametrize("seed", range(3))
def test_the_rule_for_2c_is_the_gradient_with_what_is_fed_back_held_fast(seed, reading, ranges):
    """Truncation takes the hidden layer's last activations for numbers that do not depend on
    the weights: exactly what it gives is the gradient then, and the true one is another."""
    form = Experiment2c(q=3, p=3)
    weights, line, targets, moved = changes(form, seed, **reading)
    _, fed_back = squared_error(weights, line, targets, ranges=ranges)
    truncated, true = (
        slopes(lambda held=held: squared_error(weights, line, targets, held, ranges)[0], weights)
        for held in (fed_back, None)
    )
    assert far_apart(moved, truncated) < CLOSE
    assert far_apart(moved, true) > 100 * CLOSE
    _, _, _, moved = changes(form, seed, **reading, full=True)
    assert far_apart(moved, true) < CLOSE


def test_a_forget_gate_begins_with_what_the_reading_says_and_a_change_has_a_longest():
    form = Experiment2c(q=3, p=3)
    without, gated = (LSTM1997(form, 0, Reading(forget=f)) for f in (None, 4.0))
    for ours, theirs in zip(without.weights[:4], gated.weights[:4], strict=True):
        assert np.array_equal(ours, theirs)
    assert without.weights.forget_gate.size == 0
    assert np.abs(gated.weights.forget_gate[:, : len(form.alphabet)] - 4).max() <= 0.2
    for longest in (1e-3, None):
        *_, moved = changes(form, scale=4.0, forget=1.0, clip=longest)
        length = np.sqrt(sum(np.sum(m**2) for m in moved))
        assert (length == pytest.approx(1e-3, rel=1e-3)) == (longest is not None)


def test_adam_makes_its_first_step_of_the_length_of_the_rate():
    form = Experiment2c(q=3, p=3)
    network = LSTM1997(form, 0, Reading(rate=0.03, adam=True))
    before = [w.copy() for w in network.weights]
    network.go_to(1)
    moved = np.concatenate([(b - a).ravel() for a, b in zip(network.weights, before, strict=True)])
    moved = np.abs(moved[moved != 0])  # weights of symbols that were not seen stay
    assert moved.max() == pytest.approx(0.03, rel=1e-4)
    assert np.median(moved) == pytest.approx(0.03, rel=0.1)


def test_cross_entropy_leaves_out_the_slope_of_the_output():
    form = Experiment2a(5)
    _, _, _, squared = changes(form, scale=1.0)
    _, _, _, entropy = changes(form, scale=1.0, cross_entropy=True)
    assert not np.allclose(squared[3], entropy[3])
    assert np.sign(squared[3]).tolist() == np.sign(entropy[3]).tolist()


def test_rtrl_and_bptt_are_the_same_gradient():
    """Up to the weights' changes within a sequence, which are of the order of the rate."""
    form, rate, moved = Experiment2b(8), 2.0**-10, []
    lines, steps = drawn(form, 1)
    for learning in ("rtrl", "bptt"):
        network = RNN(form, learning=learning, rate=rate)
        for w in network.weights:
            w *= 8
        before = [w.copy() for w in network.weights]
        network.learn(lines, steps, form.targets(lines, steps), np.empty(1, "float32"))
        moved.append([(b - a) / rate for a, b in zip(network.weights, before, strict=True)])
    assert far_apart(*moved) < 0.02
    assert np.abs(moved[0][1]).max() > 1e-3  # the hidden unit's own weight learns


def test_bptt_is_the_true_gradient():
    form = Experiment2a(6)
    network = RNN(form, seed=1, learning="bptt", rate=1.0)
    for w in network.weights:
        w *= 8
    weights = [w.astype(float) for w in network.weights]
    lines, steps = drawn(form, 1)
    targets = form.targets(lines, steps)

    def error():
        h, total = 0.0, 0.0
        for x, target in zip(lines[0], targets[0], strict=False):
            h = logistic(weights[0][x] + weights[1][0] * h)
            said = logistic(weights[2][:, 0] * h + weights[2][:, 1 + x])
            total += 0.5 * np.sum((np.eye(len(said))[target] - said) ** 2)
        return total

    network.learn(lines, steps, targets, np.empty(1, "float32"))
    moved = [w - a for w, a in zip(weights, network.weights, strict=True)]
    assert far_apart(moved, slopes(error, weights)) < CLOSE


def test_the_cell_is_added_when_the_reading_says_so():
    network = LSTM1997(Experiment2a(6), reading=Reading(added=30))
    begun = [w.copy() for w in network.weights]
    network.go_to(30)
    assert not np.array_equal(network.weights.output[:, 1:], begun[3][:, 1:])
    for now, before in zip(network.weights[:3], begun[:3], strict=True):
        assert np.array_equal(now, before)
    assert np.array_equal(network.weights.output[:, 0], begun[3][:, 0])
    network.go_to(40)
    assert not np.array_equal(network.weights.cell, begun[0])
    watching = LSTM1997(Experiment2a(6), reading=Reading(window=20))
    watching.go_to(10_000)
    assert watching.added is not None
    assert watching.added >= 40


# --- trials ---------------------------------------------------------------------------------


class Sure:
    """A network that is right but for some sequences of the test."""

    def __init__(self, form, wrong=0.0, good_after=0):
        self.form, self.seed, self.presented = form, 0, 0
        self.wrong, self.good_after, self.asked = wrong, good_after, 0

    def go_to(self, presented):
        self.presented = presented

    def errors(self, lines, steps, targets, limit=None):
        self.asked += len(lines)
        bad = self.wrong if self.presented >= self.good_after else 1.0
        failing = np.random.default_rng(len(lines)).random(len(lines)) < bad
        return np.where(failing, self.form.limit, self.form.limit - 1e-6)


def test_success_asks_ten_thousand_sequences_and_ends_with_the_first_that_fails():
    sure = Sure(Experiment2c(2, 2))
    assert passes(sure)
    assert sure.asked == 10_000
    unsure = Sure(Experiment2c(2, 2), wrong=0.01)
    assert not passes(unsure)
    assert unsure.asked < 2_000
    two = Sure(Experiment2a(4))
    assert passes(two)
    assert two.asked == 2  # there are no others


def test_a_trial_counts_presentations_in_tens():
    done = trial(Sure(Experiment2b(4), good_after=50), most=1_000)
    assert (done.passed, done.presentations, done.remembered) == (True, 50, True)
    network = Sure(Experiment2b(4), good_after=5_000)
    done = trial(network, most=200)
    assert (done.passed, done.presentations, done.remembered) == (False, 200, False)
    stop = threading.Event()
    stop.set()
    assert trial(network, most=1_000, stop=stop).presentations == 200


def test_first_passes_are_made_side_by_side_and_counted():
    networks = [Sure(Experiment2b(4), good_after=after) for after in (20, 40, 5_000)]
    told = []
    assert first_passes(networks, 60, lambda *done: told.append(done)) == [True, True, False]
    assert [network.presented for network in networks] == [20, 40, 60]
    assert told == [(1, 3), (2, 3), (3, 3)]


def test_an_interrupt_ends_all_of_them():
    """As when a learner presses the button with the square: a KeyboardInterrupt while waiting."""
    networks = [Sure(Experiment2b(4), good_after=100_000_000) for _ in range(3)]

    def interrupt(done, total):
        raise KeyboardInterrupt

    quick = Sure(Experiment2b(4))
    with pytest.raises(KeyboardInterrupt):
        first_passes([quick, *networks], 100_000_000, interrupt)
    assert all(network.presented < 100_000_000 for network in networks)


def test_a_trial_tests_once_more_later():
    class Fading(Sure):
        def errors(self, lines, steps, targets, limit=None):
            return np.full(len(lines), self.presented > LATER)

    assert trial(Fading(Experiment2b(4)), most=100)[:3] == (True, 10, False)


def test_trials_go_on_where_they_ended(tmp_path, monkeypatch):
    jobs = [Job(Experiment2a(4), "guess", seed, most=20) for seed in range(4)]
    made, row = [], Job.row
    monkeypatch.setattr(Job, "row", lambda job: made.append(job.seed) or row(job))
    with joblib.parallel_config(n_jobs=1):
        first = dict(trials(jobs[:3], tmp_path))
        again = dict(trials(jobs, tmp_path))
    assert made == [0, 1, 2, 3]
    assert {number: again[number] for number in first} == first
    assert again[3]["seed"] == 3
    assert (again[3]["passed"], again[3]["presentations"]) == (False, 20)


@pytest.mark.parametrize("name", ["1997", "modern", "rtrl", "bptt", "guess"])
def test_a_job_gives_the_same_trial_every_time(name):
    job = Job(Experiment2a(4), name, seed=2, most=50)
    rows = [job.row() | {"seconds": 0} for _ in range(2)]
    assert rows[0] == rows[1]
    assert rows[0]["network"] == name


def test_guesses_are_new_for_every_ten_presentations():
    guess = Guess(Experiment2c(3, 3))
    guess.go_to(10)
    first = guess.weights.cell.copy()
    guess.go_to(20)
    assert not np.array_equal(guess.weights.cell, first)
    assert 50 < np.abs(first).max() < 100


def test_the_modern_network_is_the_packages_own():
    form = Experiment2c(20, 5)
    network = Modern(form, seed=3)
    network.go_to(10)
    network.go_to(20)
    task = form.task(1, 3, renewed=True)
    run = lm.train(task, replace(recipe(form), epochs=20, seed=3))
    for ours, theirs in zip(network.kept[20], run.weights, strict=True):
        assert np.array_equal(ours[0], theirs)
    batches = Modern(form, seed=3, settings=replace(recipe(form), batch_size=5))
    batches.go_to(20)  # four batches of five
    five = form.task(5, 3, renewed=True)
    assert np.array_equal(
        batches.kept[20][0][0],
        lm.train(five, replace(batches.settings, epochs=4, seed=3)).weights[0],
    )
    network.go_to(1_000)  # far ahead: begins anew
    network.go_to(10)  # and back
    run = lm.train(task, replace(recipe(form), epochs=10, seed=3))
    assert np.array_equal(network.kept[10][0][0], run.weights[0])
    lines, steps = drawn(form, 60)
    targets = form.targets(lines, steps)
    first = [[form.alphabet[k] for k in lines[n, : steps[n] + 1]] for n in range(3)]
    asked = run.on(lm.Task(first, form.alphabet, outputs=form.outputs))
    assert network.errors(lines, steps, targets)[:3] == pytest.approx(asked.last_errors)


def test_the_modern_network_passes_2c_and_1997s_passes_2a():
    modern = trial(Modern(Experiment2c(50, 50), seed=1), most=2_000)
    assert modern.passed
    assert modern.presentations <= 300  # a hundredth of the paper's 30,000
    old = trial(LSTM1997(Experiment2a(10), 0, Reading(update="step", added=300)), most=20_000)
    assert old.passed
    assert old.remembered
