"""The panel that trains many networks: from settings to counts, without a browser."""

import pytest

import lstm_memory as lm

from .explorer_tools import (
    LONG,
    WIDE,
    finish,
    in_sight,
    pictures_in,
    tags_in,
    training_threads,
    wait_until,
)


@pytest.fixture
def panel():
    panel = lm.SuccessRate(seeds=10)
    yield panel
    panel.close()
    finish(panel)


def test_it_starts_with_the_tutorials_settings_and_no_training(panel):
    assert (panel.bptt_steps, panel.learning_rate, panel.epochs) == (1, 0.001, 250)
    assert panel.status == "Press Train."
    assert not training_threads()
    assert repr(panel) == "SuccessRate()"


def test_it_counts_what_train_many_gives(panel):
    panel.bptt_steps, panel.learning_rate, panel.epochs = None, 0.03, 60
    panel.train(wait=True)
    settings = lm.Settings(bptt_steps=None, learning_rate=0.03, epochs=60)
    expected = lm.count(lm.train_many(lm.TUTORIAL, settings, seeds=10).remembers)
    assert panel.status == f"Trained for 60 epochs. {expected} remember."
    assert panel.bar.value == 1
    (alt,) = pictures_in(panel)
    assert "reach whole, rate 0.03: 0 of 10 at epoch 0" in alt
    assert f"{expected.successes} of 10 at epoch 60." in alt


def test_the_last_four_trainings_stay_in_the_picture(panel):
    panel.epochs = 2
    for rate in (0.001, 0.002, 0.003, 0.004, 0.005):
        panel.learning_rate = rate
        panel.train(wait=True)
    (alt,) = pictures_in(panel)
    assert "rate 0.001" not in alt
    assert all(f"rate {rate}:" in alt for rate in (0.002, 0.003, 0.004, 0.005))


def test_stop_ends_a_training_and_keeps_what_there_is(panel):
    panel.epochs, panel.neurons = LONG, WIDE
    panel.train()
    wait_until(lambda: panel.progress > 0)
    panel.buttons["stop"].click()
    finish(panel)
    assert panel.state == "stopped"
    assert panel.status.startswith("Stopped after ")
    assert 0 < panel.runs.losses.shape[1] < LONG
    assert pictures_in(panel)


def test_wrong_input_is_told_beside_the_control_and_nothing_starts(panel):
    field = panel.fields["learning_rate"]
    field.control.value = "fast"
    assert "expected a number" in field.note.value
    panel.buttons["train"].click()
    assert panel.run is None
    assert not training_threads()
    assert "learning rate" in panel.status
    field.control.value = "0.01"
    assert field.note.value == ""
    assert ("div", {"role": "status", "style": "line-height: 1.4"}) in tags_in(in_sight(panel))


def test_without_a_thread_the_result_is_there_at_once():
    panel = lm.SuccessRate(seeds=3, threaded=False, epochs=2)
    panel.train()
    assert panel.status == "Trained for 2 epochs. 0 of 3 (0 to 56 %) remember."


def test_no_epochs(panel):
    panel.epochs = 0
    panel.train(wait=True)
    assert panel.state == "idle", panel.status


def test_other_settings_can_be_shown():
    panel = lm.SuccessRate(
        ("sequences", "batch_size", "shuffle"), seeds=3, threaded=False, epochs=2, bptt_steps=None
    )
    assert list(panel.fields) == ["sequences", "batch_size", "shuffle"]
    panel.train()
    panel.batch_size, panel.shuffle = None, True
    panel.train()
    (alt,) = pictures_in(panel)
    assert "batch size 1, shuffle False:" in alt
    assert "batch size all, shuffle True:" in alt
    assert panel.runs.settings == lm.Settings(
        batch_size=None, shuffle=True, epochs=2, bptt_steps=None
    )
    panel.sequences = "3 0 1 3\n4 0 1 4"  # counts for another task are not comparable
    panel.train()
    (alt,) = pictures_in(panel)
    assert "shuffle False:" not in alt
