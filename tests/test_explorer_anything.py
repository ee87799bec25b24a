"""The Explorer under anything at all: 500 operations in any order, and it holds together."""

import gc
import random
import threading
import time

import ipywidgets as widgets
import psutil
import pytest

import lstm_memory as lm
from lstm_memory.explorer.explorer import HALF_WIDTH
from lstm_memory.pictures import plots

from .explorer_tools import everything_in, finish, training_threads, wait_until

OPERATIONS = 500
NONSENSE = ["", " ", "abc", "-1", "nan", "1e99", "9" * 5000, "<script>", "😀", "שלום", "1" * 20]
NUMBERS = ["0", "1", "2", "3", "7", "0.01", "0.5", "20"]
SEQUENCES = ["3 0 1 2 3\n4 0 1 2 4", "a b c", "x", "<b> 😀 שלום\n<b> q", "1 " * 10_000, "a b " * 90]
EPOCHS = ["0", "1", "30", "100000", "10" * 9]


def control_of(explorer, rng):
    """One of all the controls, and something to do to it."""
    kinds = widgets.Button | widgets.Text | widgets.Textarea | widgets.Checkbox | widgets.Dropdown
    kinds |= widgets.SelectionSlider | widgets.IntSlider | widgets.BoundedIntText
    kinds |= widgets.Tab | widgets.Play
    control = rng.choice([w for w in everything_in(explorer) if isinstance(w, kinds)])
    if isinstance(control, widgets.Button):
        return [control.click] * rng.choice([1, 1, 2])  # now and then a double click
    return [lambda: set_something(explorer, control, rng)]


def set_something(explorer, control, rng):
    if isinstance(control, widgets.Checkbox):
        control.value = not control.value
    elif isinstance(control, widgets.Tab):
        control.selected_index = rng.randrange(len(control.children))
    elif isinstance(control, widgets.Dropdown | widgets.SelectionSlider):
        if control.options:
            control.index = rng.randrange(len(control.options))
    elif isinstance(control, widgets.BoundedIntText | widgets.IntSlider | widgets.Play):
        control.value = rng.randint(0, control.max)
    else:
        control.value = rng.choice(texts_for(explorer, control, rng))


def texts_for(explorer, control, rng):
    fields = explorer.fields
    if control is fields["sequences"].control:
        return SEQUENCES
    if control is fields["epochs"].control:
        return EPOCHS
    if control is fields["initialisations"].control:
        return ["1", "3", "200", "10" * 9]
    if control is explorer.share.pasted:
        return [*NONSENSE, explorer.text, "neurons=3&bptt_steps=whole"]
    return rng.choice([NUMBERS, NONSENSE])


def memory(explorer):
    """Of this process, in MB, with a small result in the Explorer."""
    settle(explorer)
    explorer.set_all({"sequences": "a b c", "neurons": 2, "epochs": 3, "seed": 1})
    explorer.train(wait=True)
    gc.collect()
    return psutil.Process().memory_info().rss / 1e6


def settle(explorer):
    explorer.stop()
    finish(explorer)
    assert explorer.state in ("idle", "stopped")


def check(explorer):
    """What is shown belongs to the settings that are shown, or the status says that it does not."""
    assert len(training_threads()) <= 1
    assert not explorer.status.startswith("Training failed")
    for name, field in explorer.fields.items():
        assert bool(field.note.value) == (name in explorer.errors)
    assert (explorer.wanted is None) == bool(explorer.errors)
    if explorer.runs is None or explorer.state == "training":
        return
    runs, wanted = explorer.runs, explorer.wanted
    same = wanted is not None and (wanted.task, wanted.settings, tuple(wanted.seeds)) == (
        *(runs.task, runs.settings),
        runs.seeds,
    )
    assert ("Settings changed" in explorer.status) == (not same)


def check_pictures(explorer):
    """The pictures are those of the moment that the slider shows."""
    moment = explorer.moment
    trained = explorer.runs if len(explorer.runs.seeds) > 1 else explorer.run
    assert (
        explorer.chances.value == plots.predictions(moment.run, HALF_WIDTH, explorer.step).inline()
    )
    assert explorer.loss.value == plots.loss_curve(trained, HALF_WIDTH, moment.epoch).inline()
    assert explorer.timeline.slider.value == explorer.epoch == moment.epoch


def operate(explorer, rng, count):
    """Do some random operations; look now and then whether all is well."""
    for k in range(count):
        for do in control_of(explorer, rng):
            do()
        time.sleep(rng.choice([0, 0, 0, 0.02]))
        if k % 10 == 9:
            settle(explorer)
            check(explorer)
            check_pictures(explorer)


@pytest.mark.long
def test_500_random_operations_leave_it_consistent(monkeypatch):
    errors = []
    monkeypatch.setattr(threading, "excepthook", lambda problem: errors.append(problem))
    explorer = lm.Explorer(epochs=5)
    explorer.train(wait=True)
    operate(explorer, random.Random(5), OPERATIONS)
    before = memory(explorer)
    assert explorer.state == "idle"
    assert explorer.run.settings == lm.Settings(neurons=2, epochs=3, seed=1)
    assert "(a b c)" in explorer.loss.value
    operate(explorer, random.Random(5), OPERATIONS // 2)
    grown = memory(explorer) - before
    print(f"memory grew by {grown:.0f} MB")
    assert grown < 120  # a picture that is kept would cost 2 MB, and over a hundred are drawn
    assert errors == []
    wait_until(lambda: training_threads() == [])
