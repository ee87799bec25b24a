"""The Explorer without a browser: set traits or type into controls, read traits and HTML."""

import random
import subprocess
import sys
import threading
import time
from html.parser import HTMLParser

import ipywidgets as widgets
import numpy as np
import pytest

import lstm_memory as lm
from lstm_memory import experiment, plots

LONG = 100_000  # epochs: several seconds of training
NONSENSE = ["", " ", "abc", "-1", "nan", "inf", "1e99", "9" * 5000, "1,5", "<script>", "😀", "שלום"]
NUMBERS = ("neurons", "epochs", "learning_rate", "bptt_steps", "seed")


@pytest.fixture
def explorer():
    explorer = lm.Explorer(epochs=5)
    yield explorer
    explorer.stop()
    finish(explorer)


def finish(explorer, seconds=60):
    """Wait until no thread of the Explorer is at work."""
    wait_until(lambda: explorer._worker is None, seconds)


def wait_until(condition, seconds=60):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.005)


def training_threads():
    return [t for t in threading.enumerate() if t.name == "lstm_memory training"]


def everything_in(widget):
    yield widget
    for child in getattr(widget, "children", ()):
        yield from everything_in(child)


class Tags(HTMLParser):
    """Collects the tags and attributes of some HTML."""

    def __init__(self, html):
        super().__init__()
        self.tags = []
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))


def tags_in(explorer):
    pages = [w.value for w in everything_in(explorer) if isinstance(w, widgets.HTML)]
    return [tag for page in pages for tag in Tags(page).tags]


def pictures_in(explorer):
    return [attributes["alt"] for tag, attributes in tags_in(explorer) if tag == "img"]


# --- training ----------------------------------------------------------------------------


def test_it_starts_with_the_tutorial():
    explorer = lm.Explorer()
    assert lm.Task.parse(explorer.sequences) == lm.TUTORIAL
    assert lm.Settings(**{name: getattr(explorer, name) for name in NUMBERS}) == lm.Settings()
    assert (explorer.state, explorer.status, explorer.run) == ("idle", "Press Train.", None)
    assert {name: field.control.value for name, field in explorer.fields.items()} == {
        "sequences": "3 0 1 2 3\n4 0 1 2 4",
        "neurons": "20",
        "epochs": "250",
        "learning_rate": "0.001",
        "bptt_steps": "1",
        "seed": "0",
    }


def test_it_trains_as_lm_train_does(explorer):
    explorer.set_trait("neurons", 7)
    explorer.train(wait=True)
    expected = lm.train(lm.TUTORIAL, lm.Settings(epochs=5, neurons=7))
    np.testing.assert_array_equal(explorer.run.losses, expected.losses)
    np.testing.assert_array_equal(explorer.trace.c, lm.trace(expected).c)
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
    width = 5
    assert pictures_in(explorer) == [
        plots.loss_curve(run, width).alt,
        plots.predictions(run, width).alt,
        plots.states(explorer.trace, run.task, "h", width).alt,
        plots.states(explorer.trace, run.task, "c", width).alt,
    ]
    for row in run.predictions.itertuples():
        assert f"{row.probability:.3f}" in explorer.table.value
    before = pictures_in(explorer)
    explorer.neurons = 3
    explorer.train(wait=True)
    assert not set(before) & set(pictures_in(explorer))


def test_a_button_does_what_its_method_does(explorer):
    explorer.epochs = LONG
    explorer.buttons["train"].click()
    wait_until(lambda: explorer.progress > 0)
    explorer.buttons["stop"].click()
    wait_until(lambda: explorer.state == "stopped")


def test_progress_is_reported_in_words_and_in_a_bar(explorer):
    seen = []
    explorer.bar.observe(lambda change: seen.append((change.new, explorer.words.value)), "value")
    explorer.epochs = LONG
    explorer.train()
    wait_until(lambda: explorer.progress > 0.02)
    explorer.stop()
    finish(explorer)
    values = [value for value, _ in seen]
    assert len(values) >= 2
    assert values == sorted(values)
    assert any("Training: epoch" in words for _, words in seen)


def test_settings_can_change_while_it_trains(explorer):
    explorer.epochs = LONG
    explorer.train()
    wait_until(lambda: explorer.progress > 0)
    explorer.neurons = 3
    assert explorer.state == "training"
    wait_until(lambda: "Settings changed since it began" in explorer.status)
    explorer.stop()
    finish(explorer)
    assert explorer.run.settings.neurons == 20
    assert "Settings changed since this run: press Train." in explorer.status


def test_training_again_takes_the_place_of_the_training_at_work(explorer):
    explorer.epochs = LONG
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
    explorer.epochs = LONG
    for _ in range(20):
        explorer.train()
        assert len(training_threads()) == 1
    explorer.stop()
    finish(explorer)
    wait_until(lambda: training_threads() == [], 5)


def test_stop_keeps_what_was_learnt(explorer):
    explorer.epochs = LONG
    explorer.train()
    wait_until(lambda: explorer.progress > 0)
    began = time.monotonic()
    explorer.stop()
    wait_until(lambda: explorer.run is not None)
    assert time.monotonic() - began < 2  # the drawing too
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
    explorer.train(wait=True)  # the next training is not stopped
    assert explorer.state == "idle"


def test_stop_before_the_first_epoch_keeps_the_last_result(explorer, monkeypatch):
    explorer.train(wait=True)
    last = explorer.run

    def stopped_at_once(task, settings, progress, stop):
        explorer.stop()
        return lm.train(task, settings, progress, stop)

    monkeypatch.setattr(experiment, "train", stopped_at_once)
    explorer.train(wait=True)
    assert explorer.run is last
    assert explorer.state == "stopped"
    assert explorer.status == "Stopped before the first epoch. The last result stays."


def test_two_explorers_do_not_disturb_each_other():
    pair = [lm.Explorer(seed=seed, epochs=50) for seed in (1, 2)]
    for explorer in pair:
        explorer.train()
    for explorer in pair:
        explorer.train(wait=True)
    for seed, explorer in enumerate(pair, 1):
        expected = lm.train(lm.TUTORIAL, lm.Settings(seed=seed, epochs=50)).losses
        np.testing.assert_array_equal(explorer.run.losses, expected)


# --- wrong input ---------------------------------------------------------------------------


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


TOO_MUCH = ["", " \n,", "a", "a b\nc", "a b\n" * 51, "1 " * 5001, "x" * 51 + " y"]


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


@pytest.mark.parametrize("value", [None, True, 2.5, [3], b"3", object()], ids=repr)
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


def test_wrong_input_does_not_end_a_training(explorer):
    explorer.epochs = LONG
    explorer.train()
    wait_until(lambda: explorer.progress > 0)
    explorer.neurons = "many"
    explorer.train()
    assert "Training can't start: see the note at neurons." in explorer.status
    assert explorer.state == "training"
    explorer.stop()
    finish(explorer)
    assert explorer.run.settings.neurons == 20


def test_unknown_settings_are_refused():
    with pytest.raises(lm.InputError) as error:
        lm.Explorer(nuerons=3)
    assert error.value.argument == "nuerons"


def test_what_was_typed_is_never_code(explorer):
    evil = "<script>alert(1)</script> \"><img/src=x/onerror=alert(1)> <b>x</b> ' &lt;\na b c"
    explorer.fields["sequences"].control.value = evil
    explorer.fields["seed"].control.value = "<img src=x onerror=alert(1)>"
    assert "&lt;img src=x onerror=alert(1)&gt;" in explorer.fields["seed"].note.value
    explorer.fields["seed"].control.value = "1"
    explorer.train(wait=True)
    assert len(explorer.run.predictions) == 6
    tags = tags_in(explorer)
    assert {tag for tag, _ in tags} <= {
        "img",
        "div",
        "table",
        "thead",
        "tbody",
        "tr",
        "th",
        "td",
        "bdi",
        "span",
    }
    for tag, attributes in tags:
        assert not [name for name in attributes if name.startswith("on")]
        if tag == "img":
            assert attributes["src"].startswith("data:image/png;base64,")
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in explorer.table.value


# --- what is shown ---------------------------------------------------------------------------


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
    assert (explorer.bptt_steps, reach.whole.value) == (2, False)
    reach.whole.value = True
    assert (explorer.bptt_steps, reach.control.value) == (None, "")
    reach.whole.value = False
    assert (explorer.bptt_steps, reach.control.value) == (2, "2")
    explorer.bptt_steps = None
    assert reach.whole.value
    reach.control.value = "3"  # typing a number is enough
    assert (explorer.bptt_steps, reach.whole.value) == (3, False)


def test_a_long_table_is_cut_and_says_so(explorer):
    explorer.sequences, explorer.epochs = "a b " * 100, 0
    explorer.train(wait=True)
    assert explorer.table.value.count("<tr>") == 1 + 60
    assert "139 more rows" in explorer.table.value


def test_controls_have_a_label_and_a_tooltip(explorer):
    controls = [
        w for w in everything_in(explorer) if isinstance(w, widgets.Text | widgets.Textarea)
    ]
    controls += [w for w in everything_in(explorer) if isinstance(w, widgets.Button)]
    controls += [explorer.fields["bptt_steps"].whole]
    assert len(controls) == 9
    for control in controls:
        assert control.description
        assert control.tooltip.endswith(".")
        assert not control.disabled


def test_it_reads_the_same_in_every_notebook(explorer):
    before = repr(explorer)
    explorer.neurons = 8
    explorer.train(wait=True)
    assert before == repr(explorer) == "Explorer()"
    assert explorer._repr_mimebundle_()["text/plain"] == "Explorer()"


def test_it_writes_nothing_beside_itself(explorer, capfd):
    explorer.train(wait=True)
    explorer.epochs = "x"
    explorer.train()
    explorer.stop()
    assert capfd.readouterr() == ("", "")


# --- what can fail -----------------------------------------------------------------------------


def test_an_error_in_training_is_told(explorer, monkeypatch):
    explorer.train(wait=True)
    last = explorer.run

    def fails(*arguments):
        raise MemoryError("no <room>")

    with monkeypatch.context() as patch:
        patch.setattr(experiment, "train", fails)
        explorer.train(wait=True)
    assert explorer.state == "failed"
    assert explorer.status == "Training failed: MemoryError: no <room>. The last result stays."
    assert "&lt;room&gt;" in explorer.words.value
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


def test_an_error_in_loading_tensorflow_is_told_when_it_is_needed():
    code = (
        "import sys\n"
        "sys.modules['tensorflow'] = None\n"
        "import lstm_memory as lm\n"
        "explorer = lm.Explorer()\n"
        "explorer.train(wait=True)\n"
        "assert explorer.state == 'failed', explorer.state\n"
        "assert 'tensorflow' in explorer.status, explorer.status\n"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)
    assert (done.stdout, done.stderr) == (b"", b"")


def test_tensorflow_loads_beside_it(monkeypatch):
    loading, may_end = threading.Event(), threading.Event()

    def load():
        loading.set()
        may_end.wait(60)

    monkeypatch.setattr(experiment, "_load_engine", load)
    explorer = lm.Explorer()  # it returns although the loading has not ended
    assert loading.wait(60)
    assert explorer.state == "idle"
    may_end.set()


def test_closing_it_ends_its_training(explorer):
    explorer.epochs = LONG
    explorer.train()
    wait_until(lambda: explorer.progress > 0)
    explorer.close()
    finish(explorer, 5)


def test_leaving_python_in_the_middle_of_a_training_is_quiet():
    code = (
        "import time, lstm_memory as lm\n"
        "explorer = lm.Explorer(epochs=100_000)\n"
        "explorer.train()\n"
        "while not explorer.progress: time.sleep(0.01)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)
    assert (done.stdout, done.stderr) == (b"", b"")


# --- without threads ---------------------------------------------------------------------------


def test_without_threads():
    explorer = lm.Explorer(threaded=False, epochs=5)
    states, threads = [], set()
    explorer.observe(lambda change: states.append(change.new), "state")
    explorer.observe(lambda change: threads.add(threading.current_thread()))
    explorer.buttons["train"].click()
    assert threads == {threading.current_thread()}
    assert states == ["training", "idle"]
    assert len(pictures_in(explorer)) == 4
    explorer.seed = "x"
    explorer.train()
    assert states == ["training", "idle"]
    explorer.stop()


def test_without_threads_tensorflow_waits_for_the_first_training():
    code = (
        "import sys, threading, lstm_memory as lm\n"
        "explorer = lm.Explorer(threaded=False)\n"
        "assert threading.active_count() == 1\n"
        "assert 'tensorflow' not in sys.modules\n"
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


# --- anything at all -----------------------------------------------------------------------------


def test_random_operations_leave_it_consistent(explorer):
    rng = random.Random(0)
    values = {
        "sequences": ["3 0 1 2 3\n4 0 1 2 4", "a b c", "", "x", "<b> 😀"],
        "neurons": ["1", "20", "0", "x"],
        "epochs": ["0", "3", "100000", "-1"],
        "learning_rate": ["0.01", "1", "nan"],
        "bptt_steps": ["1", "2", "0"],
        "seed": ["1", "2", "one"],
    }
    for _ in range(150):
        name = rng.choice([*values, "train", "train", "stop"])
        if name in values:
            explorer.fields[name].control.value = rng.choice(values[name])
        else:
            explorer.buttons[name].click()
        time.sleep(rng.choice([0, 0, 0.05]))
        assert len(training_threads()) <= 1
    explorer.stop()
    finish(explorer)
    assert explorer.state in ("idle", "stopped")
    for name, control in ((n, f.control) for n, f in explorer.fields.items()):
        assert control.value in values[name]
    for name, value in {"sequences": "a b c", "neurons": 2, "epochs": 3, "seed": 1}.items():
        setattr(explorer, name, value)
    explorer.learning_rate, explorer.bptt_steps = 0.01, 1
    explorer.train(wait=True)
    assert explorer.state == "idle"
    assert explorer.run.settings == lm.Settings(neurons=2, epochs=3, seed=1, learning_rate=0.01)
    assert "(a b c)" in pictures_in(explorer)[0]
    wait_until(lambda: training_threads() == [], 5)
