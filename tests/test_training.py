"""Training: equal to Keras, for every setting; progress, stop, bounded memory."""

import gc
import threading
import tracemalloc

import numpy as np
import psutil
import pytest

import lstm_memory as lm
from lstm_memory import training
from lstm_memory.engine import loading
from lstm_memory.engine.schedule import Schedule

from .keras_reference import any_settings_loop, tutorial_loop

RAGGED = lm.Task([list("axyza"), list("bxb"), list("cyxzyxc")])


def assert_same(run, losses, weights, tolerance=1e-5):
    np.testing.assert_allclose(run.losses, losses, atol=tolerance, rtol=0)
    for ours, theirs in zip(run.weights, weights, strict=True):
        np.testing.assert_allclose(ours, theirs, atol=tolerance, rtol=0)


@pytest.mark.parametrize("seed", [0, 1, 4_294_967_295])
def test_defaults_equal_the_tutorials_fit_loop(seed):
    settings = lm.Settings(epochs=25, seed=seed)
    assert_same(lm.train(lm.TUTORIAL, settings), *tutorial_loop(lm.TUTORIAL, settings))


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"bptt_steps": 2},
        {"bptt_steps": 3, "batch_size": 2},
        {"bptt_steps": None},
        {"bptt_steps": None, "batch_size": None, "output": "softmax", "forget_bias": 3.0},
        {"cell": "gru", "bptt_steps": 1},
        {"cell": "gru", "bptt_steps": None, "batch_size": 2, "neurons": 33},
        {"cell": "simple_rnn", "bptt_steps": 2},
        {"cell": "dense", "bptt_steps": 4},
        {"neurons": 70, "bptt_steps": None, "learning_rate": 0.01},
        {"bptt_steps": 2, "reset": "epoch"},
        {"bptt_steps": 3, "reset": "never"},
        {"bptt_steps": None, "frozen": True, "clip_norm": 0.01},
        {"bptt_steps": None, "last_weight": 0.5, "clip_norm": 0.3, "batch_size": None},
        {"bptt_steps": 4, "last_weight": 0.9, "batch_size": 2, "cell": "gru"},
        {"last_weight": 0.3, "clip_norm": 0.1},
        {"last_weight": 1.0, "bptt_steps": None, "input_bias": -2.0, "output": "softmax"},
        {"beta_1": 0.5, "beta_2": 0.95, "batch_size": 2, "output_bias": -1.5},
        {"output_bias": 2.0, "cell": "gru", "output": "softmax"},
    ],
    ids=str,
)
def test_any_settings_equal_keras(changes):
    settings = lm.Settings(**{"epochs": 6, "neurons": 5, "seed": 3} | changes)
    assert_same(lm.train(RAGGED, settings), *any_settings_loop(RAGGED, settings))


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"output": "softmax", "bptt_steps": None, "last_weight": 1.0},
        {"batch_size": None, "bptt_steps": 2, "last_weight": 0.5},
        {"cell": "gru", "bptt_steps": None},
    ],
    ids=str,
)
def test_a_task_that_asks_for_some_symbols_only_equals_keras(changes):
    """In the first sequence the last symbol is one of them, in the others it is not."""
    task = lm.Task(RAGGED.sequences, outputs=["a", "x"])
    settings = lm.Settings(**{"epochs": 6, "neurons": 5, "seed": 3} | changes)
    run = lm.train(task, settings)
    assert_same(run, *any_settings_loop(task, settings))
    assert run.weights[-1].shape == (2,)
    asked = run.predictions["target"].isin(["a", "x"])
    assert (run.predictions["probability"].notna() == asked).all()
    assert set(run.predictions["predicted"]) <= {"a", "x"}


@pytest.mark.parametrize("batch_size", [1, 2, None])
def test_shuffled_epochs_equal_keras(batch_size):
    changes = {"epochs": 6, "neurons": 5, "shuffle": True, "batch_size": batch_size}
    settings = lm.Settings(**changes, bptt_steps=2, seed=5)
    orders = Schedule(RAGGED, settings, [5]).orders[0]
    assert len({tuple(order) for order in orders}) > 1
    assert all(sorted(order) == [0, 1, 2] for order in orders)
    assert_same(lm.train(RAGGED, settings), *any_settings_loop(RAGGED, settings, orders))


def test_a_large_alphabet_and_a_long_sequence_equal_keras():
    task = lm.Task([[0, *range(2, 300), 0], [1, *range(2, 300), 1]])
    settings = lm.Settings(epochs=2, bptt_steps=None, batch_size=None, output="softmax", neurons=6)
    assert_same(lm.train(task, settings), *any_settings_loop(task, settings))


@pytest.mark.parametrize("cell", ["lstm", "gru", "simple_rnn", "dense"])
@pytest.mark.parametrize("shuffle", [False, True])
def test_each_of_many_equals_one(cell, shuffle):
    settings = lm.Settings(cell=cell, epochs=30, bptt_steps=3, shuffle=shuffle, batch_size=2)
    runs = lm.train_many(RAGGED, settings, seeds=[7, 0, *range(20, 38)])
    assert runs.losses.shape == (20, 30, 3)
    for seed in (7, 0, 29, 37):
        alone = lm.train(RAGGED, lm.Settings(**vars(settings) | {"seed": seed}))
        assert_same(runs.run(seed), alone.losses, alone.weights)
        assert runs.run(seed).settings == alone.settings
        assert runs.remembers[runs.seeds.index(seed)] == alone.remembers


def test_the_same_numbers_every_time():
    first, again = (lm.train_many(lm.TUTORIAL, lm.Settings(epochs=50), 9) for _ in range(2))
    np.testing.assert_array_equal(first.losses, again.losses)


def test_many_sequences_and_words():
    lines = [[f"first{k}", "so", "on", f"first{k}"] for k in range(50)]
    run = lm.train(lm.Task(lines), lm.Settings(epochs=2))
    assert run.losses.shape == (2, 50)
    assert len(run.predictions) == 150
    one = lm.train(lm.Task([[1, 2]]), lm.Settings(epochs=2))
    assert one.losses.shape == (2, 1)


def test_the_tutorials_recipe_does_not_learn_to_remember_and_the_whole_sequence_does():
    cut = lm.train_many(lm.TUTORIAL, lm.Settings(), 100)
    assert cut.remembers.sum() == 0
    assert cut.probabilities[:, :, -1].mean() == pytest.approx(0.5, abs=0.01)
    whole = lm.Settings(bptt_steps=None, learning_rate=0.01)
    assert lm.train_many(lm.TUTORIAL, whole, 100).remembers.sum() == 100


def test_the_recipe_that_remembers_does_so_in_1000_of_1000():
    assert lm.REMEMBERING.epochs <= 100
    assert lm.count(lm.train_many(lm.TUTORIAL, lm.REMEMBERING, 1000).remembers).successes == 1000


@pytest.mark.parametrize(
    ("successes", "trials", "low", "high"),
    [
        (0, 18, 0.0, 0.1759),
        (18, 18, 0.8241, 1.0),
        (97, 100, 0.9155, 0.9897),
        (1, 2, 0.0945, 0.9055),
    ],
)
def test_wilson_interval(successes, trials, low, high):
    count = lm.count([True] * successes + [False] * (trials - successes))
    assert count.interval == pytest.approx((low, high), abs=1e-4)
    text = f"{successes} of {trials} ({100 * low:.0f} to {100 * high:.0f} %)"
    assert str(count) == text


@pytest.mark.parametrize(
    ("successes", "trials", "words"),
    [
        (0, 1_000, "0 of 1000 (0 to 0.4 %)"),
        (1_000, 1_000, "1000 of 1000 (99.6 to 100 %)"),
        (0, 100_000, "0 of 100000 (0 to 0.004 %)"),
        (1, 1, "1 of 1 (21 to 100 %)"),
    ],
)
def test_no_interval_reads_0_to_0(successes, trials, words):
    assert str(lm.Count(successes, trials)) == words


def test_memoryless_network_settles_on_the_memoryless_loss():
    for task in (lm.TUTORIAL, RAGGED):
        whole = {"bptt_steps": None, "batch_size": None}
        settings = lm.Settings(cell="dense", epochs=3000, learning_rate=0.01, **whole)
        losses = lm.train(task, settings).losses.tail(1).to_numpy()[0]
        mean = np.average(losses, weights=task.steps)
        assert mean == pytest.approx(task.memoryless_loss, abs=0.002)
        assert mean > task.memoryless_loss - 1e-6


def test_progress_counts_the_epochs():
    seen = []
    lm.train(lm.TUTORIAL, lm.Settings(epochs=40), progress=lambda *p: seen.append(p))
    assert seen[-1] == (40, 40)
    assert seen == sorted(seen)


@pytest.mark.parametrize("seeds", [1, 10])
@pytest.mark.parametrize("bptt_steps", [1, None])
def test_kept_weights_are_those_of_a_shorter_training(seeds, bptt_steps):
    settings = lm.Settings(epochs=80, bptt_steps=bptt_steps, shuffle=True)
    runs = lm.train_many(RAGGED, settings, seeds, keep=[80, 0, *range(1, 80, 2)])
    assert list(runs.kept) == [0, *range(1, 80, 2), 80]
    for epoch in (0, 1, 7, 79, 80):
        shorter = lm.train(RAGGED, lm.Settings(**vars(settings) | {"epochs": epoch}))
        assert_same(runs.at(epoch).run(0), shorter.losses, shorter.weights)
        assert_same(runs.run(0).at(epoch), shorter.losses, shorter.weights)
    with pytest.raises(lm.InputError, match="epoch: expected one of the kept ones"):
        runs.at(2)
    with pytest.raises(lm.InputError, match="keep: expected a whole number from 0 to 80"):
        lm.train(RAGGED, settings, keep=[81])


def test_stop_keeps_no_weights_of_later_epochs():
    stop = threading.Event()
    settings = lm.Settings(epochs=50_000)
    run = lm.train(lm.TUTORIAL, settings, lambda *_: stop.set(), stop, keep=range(50_001))
    assert run.stopped
    assert max(run.kept) <= len(run.losses)


def test_no_epochs_gives_the_untrained_network():
    run = lm.train(lm.TUTORIAL, lm.Settings(epochs=0))
    assert run.losses.shape == (0, 2)
    assert not run.remembers
    assert not run.stopped


@pytest.mark.parametrize("task", [lm.TUTORIAL, lm.Task([[*range(400)] * 2])], ids=["few", "many"])
def test_stop_keeps_the_epochs_that_were_finished(task):
    stop, seen = threading.Event(), []

    def progress(done, total):
        seen.append(done)
        stop.set()

    settings = lm.Settings(epochs=100_000)
    run = lm.train(task, settings, progress, stop)
    assert run.stopped
    assert len(run.losses) == seen[-1] < settings.epochs
    same = lm.train(task, lm.Settings(epochs=seen[-1]))
    assert_same(run, same.losses, same.weights, tolerance=0)


def test_stop_is_obeyed_within_a_long_epoch():
    """An epoch takes ten seconds and more: to stop in the first, it must not wait for its end."""
    symbols = [*range(400)]
    task = lm.Task([(symbols[k:] + symbols[:k]) * 10 for k in range(50)])
    stop = threading.Event()
    threading.Timer(1, stop.set).start()
    run = lm.train(task, lm.Settings(epochs=1), stop=stop)
    assert run.stopped
    assert len(run.losses) == 0


def test_stop_before_the_start():
    stop = threading.Event()
    stop.set()
    assert len(lm.train(lm.TUTORIAL, stop=stop).losses) == 0


def test_stop_while_the_engine_is_compiled(monkeypatch):
    compiled, stop = threading.Event(), threading.Event()
    monkeypatch.setattr(loading, "is_ready", lambda: False)
    monkeypatch.setattr(loading, "engine", lambda: stop.set() or compiled.wait(60))
    runs = lm.train_many(lm.TUTORIAL, seeds=2, stop=stop)
    assert not compiled.is_set()
    compiled.set()
    assert runs.stopped
    assert runs.losses.shape == (2, 0, 2)


def test_an_error_in_compiling_reaches_the_caller(monkeypatch):
    monkeypatch.setattr(loading, "is_ready", lambda: False)
    monkeypatch.setattr(loading, "engine", lambda: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        lm.train(lm.TUTORIAL)


def test_an_error_in_progress_reaches_the_caller():
    def progress(done, total):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        lm.train(lm.TUTORIAL, progress=progress)
    assert len(lm.train(lm.TUTORIAL, lm.Settings(epochs=3)).losses) == 3


@pytest.mark.parametrize("cores", [1, 2, 12])
def test_stop_between_the_parts_of_many_discards_the_unfinished_round(cores, monkeypatch):
    class InARound(threading.Event):
        """Set once the first part of the round after the first progress has begun."""

        finished = asked = 0

        def is_set(self):
            self.asked += self.finished > 0
            return self.asked > 2  # the round asks, then each of its parts

    stop = InARound()

    def progress(done, total):
        stop.finished = done

    monkeypatch.setattr(training, "cores", lambda: cores)
    runs = lm.train_many(lm.TUTORIAL, lm.Settings(epochs=1000), 40, progress, stop)
    assert runs.stopped
    epochs = runs.losses.shape[1]
    assert 0 < epochs == stop.finished < 1000
    same = lm.train_many(lm.TUTORIAL, lm.Settings(epochs=epochs), 40)
    np.testing.assert_array_equal(runs.losses, same.losses)
    np.testing.assert_array_equal(runs.weights[0], same.weights[0])


def test_two_trainings_at_once_do_not_disturb_each_other():
    settings = [lm.Settings(seed=seed) for seed in range(4)]
    alone = [lm.train(lm.TUTORIAL, s) for s in settings]
    together = [None] * 4

    def work(k):
        together[k] = lm.train(lm.TUTORIAL, settings[k])

    workers = [threading.Thread(target=work, args=(k,)) for k in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    for a, b in zip(alone, together, strict=True):
        assert_same(a, b.losses, b.weights, tolerance=0)


def test_200_trainings_do_not_grow_memory():
    """One that was kept would cost its weights, 30 kB, in NumPy, or a model, 10 MB, elsewhere."""

    def train(seed):
        lm.train(lm.TUTORIAL, lm.Settings(seed=seed, neurons=1 + seed % 20, epochs=20 + seed))

    def memory():
        gc.collect()
        return np.array([tracemalloc.get_traced_memory()[0], psutil.Process().memory_info().rss])

    tracemalloc.start()
    try:
        for seed in range(20):
            train(seed)
        before = memory()
        for seed in range(200):
            train(seed)
        assert ((memory() - before) / 200 < [5e3, 1e6]).all()
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    ("seeds", "words"),
    [
        (0, "seeds: expected a whole number from 1 to 10,000, got 0"),
        ([], "seeds: expected 1 to 10,000 seeds"),
        ([1, 1], "seeds: expected every seed once"),
        ([-1], "seeds: expected a whole number from 0"),
        ("abc", "seeds: expected a whole number"),
        (2.5, "seeds: expected a whole number"),
    ],
)
def test_wrong_seeds(seeds, words):
    with pytest.raises(lm.InputError, match=words):
        lm.train_many(lm.TUTORIAL, seeds=seeds)


def test_wrong_task_settings_and_size():
    with pytest.raises(lm.InputError, match="task: expected a Task"):
        lm.train([[1, 2]])
    with pytest.raises(lm.InputError, match="settings: expected Settings"):
        lm.train(lm.TUTORIAL, {"epochs": 3})
    with pytest.raises(lm.InputError, match="seeds x epochs x sequences"):
        lm.train_many(lm.TUTORIAL, lm.Settings(epochs=100_000), 10_000)
    with pytest.raises(lm.InputError, match="seed: expected one of the 2 seeds"):
        lm.train_many(lm.TUTORIAL, lm.Settings(epochs=1), 2).run(5)


@pytest.mark.parametrize(
    ("flags", "words"),
    [
        ([], "at least one trial, got "),
        (["False"], "True or False for each trial, such as runs.remembers, got "),
        ("True", "True or False for each trial"),
        ([0.5], "True or False for each trial"),
        ([2], "True or False for each trial"),
        ([True, None], "True or False for each trial"),
        ([[True], [True, False]], "True or False for each trial"),
        (None, "True or False for each trial"),
        (lm.TUTORIAL, "True or False for each trial"),
    ],
)
def test_what_is_no_flag_is_not_counted(flags, words):
    with pytest.raises(lm.InputError, match=f"^flags: expected {words}"):
        lm.count(flags)


def test_runs_are_not_counted_but_what_they_remember():
    runs = lm.train_many(lm.TUTORIAL, lm.Settings(epochs=1), seeds=3)
    with pytest.raises(lm.InputError, match=r"such as runs\.remembers"):
        lm.count(runs)
    assert lm.count(runs.remembers) == lm.count([0, 0, 0]) == lm.Count(0, 3)
    assert lm.count(np.array([[True], [False]], dtype=object)) == lm.Count(1, 2)


@pytest.mark.parametrize(("successes", "trials"), [(0, 0), (2, 1), (-1, 3), (0.5, 1)])
def test_a_count_that_cannot_be(successes, trials):
    with pytest.raises(lm.InputError):
        lm.Count(successes, trials)


@pytest.mark.parametrize("keep", [3, "3", {3: 4}])
def test_kept_epochs_are_a_list(keep):
    with pytest.raises(lm.InputError, match=r"^keep: expected a list of epochs, such as \[0, 50\]"):
        lm.train(lm.TUTORIAL, lm.Settings(epochs=5), keep=keep)


def test_a_loss_on_last_steps_alone_needs_a_last_symbol_among_the_outputs():
    task = lm.Task([[3, 0, 1, 3], [4, 0, 1, 4]], outputs=(0, 1))
    with pytest.raises(lm.InputError, match="no last symbol is among the outputs"):
        lm.train(task, lm.Settings(last_weight=1.0, epochs=1))
    assert lm.train(task, lm.Settings(last_weight=0.9, epochs=1)).losses.notna().all(axis=None)
