"""The Explorer without a browser: trained, stopped and shown."""

import time

import ipywidgets as widgets
import numpy as np
import pytest

import lstm_memory as lm
from lstm_memory.explorer import experiment, form, moments, trainer
from lstm_memory.explorer.form import DEFAULTS, SETTINGS
from lstm_memory.explorer.presets import PRESETS
from lstm_memory.pictures import insides, plots

from .explorer_tools import (
    LONG,
    WIDE,
    everything_in,
    finish,
    pictures_in,
    training_threads,
    wait_until,
)

# --- training ------------------------------------------------------------------------


def test_it_starts_with_the_tutorial():
    explorer = lm.Explorer()
    assert lm.Task.parse(explorer.sequences) == lm.TUTORIAL
    assert lm.Settings(**{name: getattr(explorer, name) for name in SETTINGS}) == lm.Settings()
    assert (explorer.state, explorer.status, explorer.run) == ("idle", "Press Train.", None)
    shown = {name: field.control.value for name, field in explorer.fields.items()}
    assert {name: str(value) for name, value in shown.items()} == {
        name: "" if value is None else str(value) for name, value in DEFAULTS.items()
    }


def test_it_trains_as_lm_train_does(explorer):
    explorer.set_trait("neurons", 7)
    explorer.train(wait=True)
    expected = lm.train(lm.TUTORIAL, lm.Settings(epochs=5, neurons=7))
    np.testing.assert_allclose(explorer.run.losses, expected.losses, atol=1e-5)
    np.testing.assert_allclose(explorer.trace.c, lm.trace(expected).c, atol=1e-5)
    assert (explorer.state, explorer.progress) == ("idle", 1.0)
    assert explorer.status.startswith("Trained for 5 epochs. It does not remember: its largest")


def test_it_says_when_a_network_remembers(explorer):
    explorer.epochs, explorer.learning_rate, explorer.bptt_steps = 250, 0.01, None
    explorer.train(wait=True)
    assert explorer.run.remembers
    assert "It remembers: its largest error" in explorer.status


def test_it_shows_the_run(explorer):
    assert pictures_in(explorer) == []
    explorer.train(wait=True)
    run = explorer.run
    assert pictures_in(explorer) == [
        plots.network(run, sequence=1, step=0).alt,
        plots.loss_curve(run).alt,
        plots.predictions(run).alt,
    ]
    explorer.pages.turn_to("States and gates")
    assert pictures_in(explorer)[:2] == [
        insides.heatmaps(explorer.trace, run.task).alt,
        insides.differences(run, sequence=1).alt,
    ]
    before = pictures_in(explorer)
    explorer.neurons = 3
    explorer.train(wait=True)
    assert not set(before) & set(pictures_in(explorer))


def test_a_button_does_what_its_method_does(explorer):
    explorer.epochs, explorer.neurons = LONG, WIDE
    explorer.buttons["train"].click()
    wait_until(lambda: explorer.progress > 0)
    explorer.buttons["stop"].click()
    wait_until(lambda: explorer.state == "stopped")


def test_progress_is_reported_in_words_and_in_a_bar(explorer):
    seen = []
    explorer.bar.observe(lambda change: seen.append((change.new, explorer.message.value)), "value")
    explorer.epochs, explorer.neurons = LONG, WIDE
    explorer.train()
    wait_until(lambda: explorer.progress > 0.02)
    explorer.stop()
    finish(explorer)
    values = [value for value, _ in seen]
    assert len(values) >= 2
    assert values == sorted(values)
    assert any("Training: epoch" in words for _, words in seen)


def test_the_time_that_is_left_is_told(explorer, monkeypatch):
    explorer.epochs = 100
    for clock, done, words in [
        (10.0, 0, "Training: "),
        (15.0, 1, "Training: epoch 1 of 100."),  # before it the networks were made
        (15.2, 3, "Training: epoch 3 of 100, about 10 s left."),
        (20.0, 26, "Training: epoch 26 of 100, about 15 s left."),
        (29.9, 99, "Training: epoch 99 of 100."),
    ]:
        monkeypatch.setattr(experiment, "monotonic", lambda clock=clock: clock)
        explorer._hear(trainer.Report("training", explorer.wanted, done))
        assert explorer.status.startswith(words)


def test_settings_can_change_while_it_trains(explorer):
    explorer.epochs, explorer.neurons = LONG, WIDE
    explorer.train()
    wait_until(lambda: explorer.progress > 0)
    explorer.neurons = 3
    assert explorer.state == "training"
    wait_until(lambda: "Settings changed since it began" in explorer.status)
    explorer.stop()
    finish(explorer)
    assert explorer.run.settings.neurons == WIDE
    assert "Settings changed since this run: press Train." in explorer.status


def test_training_again_takes_the_place_of_the_training_at_work(explorer):
    explorer.epochs, explorer.neurons = LONG, WIDE
    explorer.train()
    wait_until(lambda: explorer.progress > 0)
    runs, progress = [], []
    explorer.observe(lambda change: runs.append(change.new), "run")
    explorer.observe(lambda change: progress.append(change.new), "progress")
    explorer.epochs = 6
    explorer.train(wait=True)
    assert [run.settings.epochs for run in runs] == [6]
    assert max(progress[: progress.index(0)], default=0) < 0.5  # it did not go to its end
    assert explorer.state == "idle"
    assert training_threads() == []


def test_there_is_one_thread_however_often_train_is_pressed(explorer):
    explorer.epochs, explorer.neurons = LONG, WIDE
    for _ in range(20):
        explorer.train()
        assert len(training_threads()) == 1
    explorer.stop()
    finish(explorer)
    wait_until(lambda: training_threads() == [])


def test_stop_keeps_what_was_learnt(explorer):
    explorer.epochs, explorer.neurons = LONG, WIDE
    explorer.train()
    wait_until(lambda: explorer.progress > 0)
    began = time.monotonic()
    explorer.stop()
    wait_until(lambda: explorer.run is not None)
    # the drawing too; the whole training takes half a minute, on a slow machine more
    assert time.monotonic() - began < 15
    finish(explorer)
    done = len(explorer.run.losses)
    assert 0 < done < LONG
    assert explorer.state == "stopped"
    assert explorer.status.startswith(f"Stopped after {done:,} of 100,000 epochs.")
    assert explorer.progress == done / LONG


def test_stop_with_nothing_running_changes_nothing(explorer):
    before = explorer.state, explorer.status, explorer.run
    explorer.stop()
    assert (explorer.state, explorer.status, explorer.run) == before
    explorer.train(wait=True)
    explorer.stop()
    assert explorer.state == "idle"
    explorer.seed += 1
    explorer.train(wait=True)  # the next training is not stopped
    assert explorer.state == "idle"


def test_stop_before_the_first_epoch_keeps_the_last_result(explorer, monkeypatch):
    explorer.train(wait=True)
    last = explorer.run

    def stopped_at_once(*arguments):
        explorer.stop()
        return lm.train_many(*arguments)

    monkeypatch.setattr(trainer, "train_many", stopped_at_once)
    explorer.seed += 1
    explorer.train(wait=True)
    assert explorer.run is last
    assert explorer.state == "stopped"
    assert explorer.status.startswith("Stopped before the first epoch. The last result stays.")


@pytest.fixture
def trained_epochs(monkeypatch):
    """The epochs of each training that is really done."""
    done = []

    def note(task, settings, *more):
        done.append(settings.epochs)
        return lm.train_many(task, settings, *more)

    monkeypatch.setattr(trainer, "train_many", note)
    return done


def test_what_was_trained_before_is_there_at_once(explorer, trained_epochs):
    results = []
    for epochs in (5, 6, 5, 6):
        explorer.epochs = epochs
        explorer.train(wait=True)
        results.append((explorer.runs, explorer.run, explorer.counts))
        assert explorer.progress == 1
        assert (explorer.epoch, explorer.moment.run) == (epochs, explorer.run)
    assert trained_epochs == [5, 6]
    for before, again in zip(results[:2], results[2:], strict=True):
        assert all(a is b for a, b in zip(before, again, strict=True))
    assert explorer.status.startswith("Trained before, for 6 epochs. It does not remember")


def test_a_training_that_was_stopped_is_done_again(explorer, trained_epochs):
    for _ in range(2):
        explorer.epochs, explorer.neurons = LONG, WIDE
        explorer.train()
        wait_until(lambda: explorer.progress > 0)
        explorer.stop()
        finish(explorer)
    assert trained_epochs == [LONG, LONG]


def test_only_the_latest_results_are_remembered(explorer, trained_epochs, monkeypatch):
    monkeypatch.setattr(moments, "MAX_RESULT_BYTES", 100_000)  # one takes about 70,000
    for epochs in (5, 6, 6, 5):
        explorer.epochs = epochs
        explorer.train(wait=True)
    assert trained_epochs == [5, 6, 5]


def test_two_explorers_do_not_disturb_each_other():
    pair = [lm.Explorer(seed=seed, epochs=50) for seed in (1, 2)]
    for explorer in pair:
        explorer.train()
    for explorer in pair:
        explorer.train(wait=True)
    for seed, explorer in enumerate(pair, 1):
        expected = lm.train(lm.TUTORIAL, lm.Settings(seed=seed, epochs=50)).losses
        np.testing.assert_allclose(explorer.run.losses, expected, atol=1e-5)


# --- how often it is checked ---------------------------------------------------------


@pytest.fixture
def counted(monkeypatch):
    """How often settings were checked and `Settings` made, since this was last asked."""
    calls = {"check": 0, "Settings": 0}

    def count(name, function):
        def counting(*arguments, **named):
            calls[name] += 1
            return function(*arguments, **named)

        return counting

    for module in (experiment, form):
        monkeypatch.setattr(module, "check", count("check", form.check))
    monkeypatch.setattr(form, "Settings", count("Settings", lm.Settings))

    def since_last():
        result = tuple(calls.values())
        calls.update(dict.fromkeys(calls, 0))
        return result

    return since_last


def test_many_settings_at_once_are_checked_once(explorer, counted):
    for preset in PRESETS:
        explorer.set_all(preset.values)
        assert counted() == (1, 1), preset.name
        assert explorer.wanted.settings.neurons == explorer.neurons
    lm.Explorer(threaded=False, neurons=3, epochs=7, seed=4)
    assert counted() == (1, 1)
    explorer.restore("neurons=3&epochs=7&seed=4")
    assert counted() == (1, 1)
    assert (explorer.wanted.settings, explorer.errors) == (
        lm.Settings(neurons=3, epochs=7, seed=4),
        {},
    )
    explorer.neurons = 4
    assert counted() == (1, 1)


def test_each_that_is_wrong_costs_one_more_look(explorer, counted):
    explorer.set_all({"sequences": "", "neurons": 0, "seed": "x", "clip_norm": -1, "epochs": 3})
    assert counted() == (1, 4)
    assert list(explorer.errors) == ["neurons", "clip_norm", "seed", "sequences"]
    for name in explorer.errors:
        assert f"{name.replace('_', ' ')}: expected" in explorer.fields[name].note.value
    assert explorer.fields["epochs"].note.value == ""


# --- what is shown -------------------------------------------------------------------


def test_the_result_belongs_to_the_settings_or_the_status_says_that_it_does_not(explorer):
    explorer.train(wait=True)
    assert "Settings changed" not in explorer.status
    explorer.neurons = 8
    assert explorer.status.endswith("Settings changed since this run: press Train.")
    explorer.neurons = 20
    assert "Settings changed" not in explorer.status
    explorer.sequences = "3, 0, 1, 2, 3\n\n4 0 1 2 4"  # the same, typed in another way
    assert "Settings changed" not in explorer.status


def test_typing_sets_traits_and_traits_show(explorer):
    for name, text, value in [
        ("neurons", " 8 ", 8),
        ("learning_rate", "1e-2", 0.01),
        ("seed", "٣", 3),
        ("sequences", "a b", "a b"),
    ]:
        explorer.fields[name].control.value = text
        assert getattr(explorer, name) == value
        assert explorer.fields[name].control.value == text  # as typed
    explorer.neurons, explorer.learning_rate = 12, 0.5
    assert explorer.fields["neurons"].control.value == "12"
    assert explorer.fields["learning_rate"].control.value == "0.5"


def test_the_reach_is_a_number_or_the_whole_sequence(explorer):
    reach = explorer.fields["bptt_steps"]
    reach.control.value = "2"
    assert (explorer.bptt_steps, reach.all.value) == (2, False)
    reach.all.value = True
    assert (explorer.bptt_steps, reach.control.value) == (None, "")
    reach.all.value = False
    assert (explorer.bptt_steps, reach.control.value) == (2, "2")
    explorer.bptt_steps = None
    assert reach.all.value
    reach.control.value = "3"  # typing a number is enough
    assert (explorer.bptt_steps, reach.all.value) == (3, False)


@pytest.mark.parametrize("name", ["bptt_steps", "batch_size", "last_weight", "clip_norm"])
def test_an_empty_field_names_the_box_that_may_be_ticked_instead(explorer, name):
    field = explorer.fields[name]
    field.control.value = "2"
    field.control.value = ""
    assert field.all.description in field.note.value
    field.all.value = True
    assert field.note.value == ""
    assert getattr(explorer, name) is None


def test_controls_have_a_label_and_a_tooltip(explorer):
    kinds = (
        widgets.Text
        | widgets.Textarea
        | widgets.Dropdown
        | widgets.Checkbox
        | widgets.Button
        | widgets.SelectionSlider
        | widgets.IntSlider
        | widgets.BoundedIntText
    )
    controls = [w for w in everything_in(explorer) if isinstance(w, kinds)]
    assert len(controls) >= 25
    for control in controls:
        assert control.description
        assert control.tooltip.endswith("."), control
        assert control.tooltip.count(". ") == 0  # one sentence
        tour = explorer.tour  # at its first step, with no guess
        assert not control.disabled or control in (tour.back, tour.reveal)


def test_it_reads_the_same_in_every_notebook(explorer):
    before = explorer._repr_mimebundle_()
    explorer.neurons = 8
    explorer.train(wait=True)
    after = explorer._repr_mimebundle_()
    assert [before[kind] == after[kind] for kind in ("text/plain", "text/html")] == [True, True]
    assert repr(explorer) == "Explorer()"


def test_it_writes_nothing_beside_itself(explorer, capfd):
    explorer.train(wait=True)
    explorer.epochs = "x"
    explorer.train()
    explorer.stop()
    assert capfd.readouterr() == ("", "")
