"""The Explorer when something is wrong: nonsense, errors, any order, no threads."""

import html
import subprocess
import sys
import threading

import pytest

import lstm_memory as lm
from lstm_memory.engine import loading
from lstm_memory.explorer import trainer
from lstm_memory.pictures import plots

from .explorer_tools import (
    LONG,
    NUMBERS,
    WIDE,
    Tags,
    everything_in,
    finish,
    pictures_in,
    tags_in,
    wait_until,
)

NONSENSE = ["", " ", "abc", "-1", "nan", "inf", "1e99", "9" * 5000, "1,5", "<script>", "😀", "שלום"]

# --- wrong input ---------------------------------------------------------------------


@pytest.mark.parametrize("name", NUMBERS)
@pytest.mark.parametrize("text", NONSENSE, ids=lambda text: text[:10])
def test_nonsense_in_a_number_is_answered_beside_it(explorer, name, text):
    field = explorer.fields[name]
    field.control.value = "0.5"  # something else, for nonsense may be empty
    field.control.value = text
    assert field.control.value == text
    assert explorer.errors[name].startswith(f"{name}: expected ")
    assert Tags(field.note.value).tags[0][1]["role"] == "alert"
    explorer.train(wait=True)
    assert (explorer.state, explorer.run) == ("idle", None)
    assert "Training can't start: see the note at" in explorer.status
    field.control.value = "1"
    assert explorer.errors == {}
    assert field.note.value == ""


TOO_MUCH = ["", " \n,", "a", "a b\nc", "a b\n" * 51, "1 " * 10_001, "x" * 51 + " y"]


@pytest.mark.parametrize("text", TOO_MUCH, ids=lambda text: text[:10])
def test_impossible_sequences_are_answered_beside_them(explorer, text):
    explorer.train(wait=True)
    last, pictures = explorer.run, pictures_in(explorer)
    explorer.fields["sequences"].control.value = text
    explorer.train(wait=True)
    assert explorer.errors["sequences"].startswith("sequences: expected ")
    assert "sequences: expected" in explorer.fields["sequences"].note.value
    assert "Settings changed since this run. Training can't start" in explorer.status
    assert explorer.run is last
    assert pictures_in(explorer) == pictures
    assert explorer.fields["sequences"].control.value == text


@pytest.mark.parametrize("value", [None, True, 2.5, [3], b"3", object()], ids=type)
@pytest.mark.parametrize("name", ["sequences", "neurons", "seed"])
def test_wrong_values_from_python_are_answered_too(explorer, name, value):
    setattr(explorer, name, value)
    assert list(explorer.errors) == [name]
    assert getattr(explorer, name) is value
    assert explorer.fields[name].note.value


def test_every_wrong_setting_has_its_note(explorer):
    explorer.neurons, explorer.seed, explorer.sequences = 0, "x", ""
    assert sorted(explorer.errors) == ["neurons", "seed", "sequences"]
    assert "see the note at neurons and seed and sequences." in explorer.status


@pytest.mark.parametrize(
    ("name", "words"),
    [
        (
            "bptt_steps",
            'reach: expected a whole number from 1 to 10,000, or the box "whole sequence"',
        ),
        (
            "batch_size",
            'batch size: expected a whole number from 1 to 50, or the box "all sequences"',
        ),
        (
            "clip_norm",
            'clip norm: expected a number from 0.001 to 1000, or the box "no limit" ticked',
        ),
        ("neurons", "neurons: expected a whole number from 1 to 512, got"),
    ],
)
def test_a_note_uses_the_words_of_the_page(explorer, name, words):
    explorer.fields[name].control.value = "x"
    shown = html.unescape(explorer.fields[name].note.value)
    assert words in shown
    assert "_" not in shown.replace("overflow-wrap", "")
    assert "None" not in shown


def test_wrong_input_does_not_end_a_training(explorer):
    explorer.epochs, explorer.neurons = LONG, WIDE
    explorer.train()
    wait_until(lambda: explorer.progress > 0)
    explorer.neurons = "many"
    explorer.train()
    assert "Training can't start: see the note at neurons." in explorer.status
    assert explorer.state == "training"
    explorer.stop()
    finish(explorer)
    assert explorer.run.settings.neurons == WIDE


def test_unknown_settings_are_refused():
    with pytest.raises(lm.InputError) as error:
        lm.Explorer(nuerons=3)
    assert error.value.argument == "nuerons"


def test_what_was_typed_is_never_code():
    """The page has the same tags and attributes, whatever the sequences are made of."""
    evil = "<script>alert(1)</script> \"><img/src=x/onerror=alert(1)> <b>x</b> ' &lt;\na b c"
    explorer, harmless = (lm.Explorer(threaded=False, epochs=5) for _ in range(2))
    explorer.fields["sequences"].control.value = evil
    harmless.fields["sequences"].control.value = f"{'p' * 25} {'q' * 30} {'r' * 8} s tttt\na b c"
    shapes = []
    for each in (explorer, harmless):
        for seed in ("<img src=x onerror=alert(1)>", "1"):
            each.fields["seed"].control.value = seed
            each.train()
        shapes.append(sorted(map(repr, tags_on_every_page(each))))
    assert shapes[0] == shapes[1]
    assert len(explorer.run.predictions) == 6
    numbers = explorer.pages.page("Numbers").picture.value
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in numbers


def tags_on_every_page(explorer):
    """Every tag with the names of its attributes; scripts and sources are our own."""
    for page in explorer.pages.children:
        explorer.pages.turn_to(page.title)
    explorer.share.make_code.click()
    explorer.share.make_files.click()
    explorer.buttons["keep"].click()
    explorer.pages.turn_to("Operate")
    explorer.operate.do("transplant")
    for tag, attributes in tags_in(everything_in(explorer)):
        for name, value in attributes.items():
            assert not name.startswith("on")
            if name in ("src", "href") and not value.startswith("?"):
                assert value.startswith("data:")
        yield tag, sorted(attributes)


def test_a_note_quotes_what_was_typed(explorer):
    explorer.fields["seed"].control.value = "<img src=x onerror=alert(1)>"
    assert "&lt;img src=x onerror=alert(1)&gt;" in explorer.fields["seed"].note.value


# --- what can fail -------------------------------------------------------------------


def test_an_error_in_training_is_told(explorer, monkeypatch):
    explorer.train(wait=True)
    last, explorer.seed = explorer.run, 1

    def fails(*arguments):
        raise MemoryError("no <room>")

    with monkeypatch.context() as patch:
        patch.setattr(trainer, "train_many", fails)
        explorer.train(wait=True)
    assert explorer.state == "failed"
    told = "Training failed: MemoryError: no <room>. The last result stays."
    assert explorer.status.startswith(told)
    assert "&lt;room&gt;" in explorer.message.value
    assert explorer.run is last
    explorer.train(wait=True)
    assert explorer.state == "idle"


def test_an_error_in_drawing_is_told(explorer, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(plots, "predictions", lambda *arguments: 1 / 0)
        explorer.train(wait=True)
    assert explorer.state == "failed"
    assert "ZeroDivisionError" in explorer.status
    explorer.train(wait=True)
    assert explorer.state == "idle"


def test_an_error_in_loading_the_engine_is_told_when_it_is_needed():
    code = (
        "import sys\n"
        "sys.modules['llvmlite'] = None\n"
        "import lstm_memory as lm\n"
        "explorer = lm.Explorer()\n"
        "explorer.train(wait=True)\n"
        "assert explorer.state == 'failed', explorer.state\n"
        "assert 'llvmlite' in explorer.status, explorer.status\n"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)
    assert (done.stdout, done.stderr) == (b"", b"")


def test_the_engine_loads_beside_it(monkeypatch):
    at_work, may_end = threading.Event(), threading.Event()
    monkeypatch.setattr(loading, "_engine", [])
    monkeypatch.setattr(loading, "engine", lambda: at_work.set() or may_end.wait(60))
    explorer = lm.Explorer()  # it returns although the loading has not ended
    assert at_work.wait(60)
    assert explorer.state == "idle"
    may_end.set()


def test_while_the_engine_is_compiled_the_page_says_so(explorer, monkeypatch):
    compiled, engine = threading.Event(), loading.engine
    monkeypatch.setattr(loading, "is_ready", lambda: False)
    monkeypatch.setattr(loading, "engine", lambda: compiled.wait(60) and engine())
    explorer.train()
    assert "Where it is used for the first time, it is compiled" in explorer.message.value
    compiled.set()
    finish(explorer)
    assert explorer.state == "idle"
    assert explorer.status.startswith("Trained for 5 epochs.")


def test_tensorflow_is_not_needed():
    code = (
        "import sys\n"
        "sys.modules['tensorflow'] = sys.modules['keras'] = None\n"
        "import lstm_memory as lm\n"
        "explorer = lm.Explorer(epochs=5, initialisations=3)\n"
        "explorer.train(wait=True)\n"
        "assert explorer.state == 'idle', explorer.status\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_closing_it_ends_its_training(explorer):
    explorer.epochs, explorer.neurons = LONG, WIDE
    explorer.train()
    wait_until(lambda: explorer.progress > 0)
    explorer.close()
    finish(explorer, 5)


def test_leaving_python_in_the_middle_of_a_training_is_quiet():
    code = (
        "import time, lstm_memory as lm\n"
        "explorer = lm.Explorer(epochs=100_000, neurons=128)\n"
        "explorer.train()\n"
        "while not explorer.progress: time.sleep(0.01)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)
    assert (done.stdout, done.stderr) == (b"", b"")


# --- without threads -----------------------------------------------------------------


def test_without_threads():
    explorer = lm.Explorer(threaded=False, epochs=5)
    states, threads = [], set()
    explorer.observe(lambda change: states.append(change.new), "state")
    explorer.observe(lambda change: threads.add(threading.current_thread()))
    explorer.buttons["train"].click()
    assert threads == {threading.current_thread()}
    assert states == ["training", "idle"]
    assert len(pictures_in(explorer)) == 3
    explorer.seed = "x"
    explorer.train()
    assert states == ["training", "idle"]
    explorer.stop()


def test_without_threads_the_engine_waits_for_the_first_training():
    code = (
        "import sys, threading, lstm_memory as lm\n"
        "explorer = lm.Explorer(threaded=False)\n"
        "assert threading.active_count() == 1\n"
        "assert 'llvmlite' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_without_threads_an_observer_may_ask_for_another_training():
    explorer = lm.Explorer(threaded=False, epochs=2)

    def once_more(change):
        if explorer.epochs == 2:
            explorer.epochs = 3
            explorer.train(wait=True)

    explorer.observe(once_more, "run")
    explorer.train()
    assert explorer.run.settings.epochs == 3
    assert explorer.state == "idle"
