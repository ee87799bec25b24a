"""What is said of a training: "it remembers" only where memory is needed, in every place alike."""

import io
import subprocess
import sys

import pandas as pd
import pytest

import lstm_memory as lm
from lstm_memory.explorer.compare import kept_of
from lstm_memory.explorer.form import Wanted
from lstm_memory.explorer.keras_code import keras_code
from lstm_memory.pictures import plots
from lstm_memory.pictures.words import verdict

QUICK = {"bptt_steps": None, "learning_rate": 0.03, "forget_bias": 3.0, "epochs": 100}
SAID = [  # sequences, settings, how the verdict begins, how it ends, and whether it is passed
    ("3 0 1 2 3\n4 0 1 2 4", {}, "It remembers: its largest error, 0.0", "below 0.25.", True),
    ("3 0 1 2 3\n4 0 1 2 4", {"bptt_steps": 1}, "It does not remember: ", "below 0.25.", False),
    ("3 0 1 2 3\n4 0 1 2 4", {"cell": "dense"}, "It does not remember: ", "below 0.25.", False),
    (
        "3 0 1 2 3\n4 0 1 2 4",
        {"last_weight": 1.0},
        "It remembers: its largest error, 0.0",
        "below 0.25. Only the last step of each sequence is asked.",
        True,
    ),
    ("1 2 3 4", {}, "It has learnt the task, which needs no memory: ", "below 0.25.", True),
    ("3 3", {}, "It has learnt the task, which needs no memory: ", "below 0.25.", True),
    ("1 2 3 4", {"cell": "dense"}, "It has learnt the task, which needs no memory", "5.", True),
    ("1 2 3 4", {"epochs": 1}, "It has not learnt the task, which needs no memory", "5.", False),
    ("A B\nA C", {}, "Here no network can know what comes next.", "", False),
    (
        "3 0 1 2 3\n3 0 1 2 4",
        {},
        "It has learnt the task, which needs no memory: its largest error, 0.0",
        "What follows 3 0 1 2 nobody can know, so that is not asked.",
        True,
    ),
    (
        "D A B\nA B\nA C",
        {},
        "It remembers: its largest error, ",
        "What follows A nobody can know, so that is not asked.",
        True,
    ),
]


@pytest.mark.parametrize(("text", "changes", "begins", "ends", "passed"), SAID)
def test_a_memory_is_spoken_of_only_where_one_is_needed(text, changes, begins, ends, passed):
    settings = QUICK | changes
    run = lm.train(lm.Task.parse(text), lm.Settings(**settings))
    said = verdict(run.stack)
    assert said.startswith(begins)
    assert said.endswith(ends)
    assert run.learnt == passed
    explorer = lm.Explorer(threaded=False, sequences=text, **settings)
    explorer.train()
    assert explorer.status == f"Trained for {settings['epochs']} epochs. {said}"
    assert kept_of(run.stack, "A").outcome["outcome"] == said


def test_the_contract_holds():
    """`remembers` is the test of 1997 over every output of every step, whatever the task."""
    for text in ("1 2 3 4", "3 0 1 2 3\n3 0 1 2 4"):
        run = lm.train(lm.Task.parse(text), lm.Settings(**QUICK))
        assert run.remembers == (run.max_error < 0.25) == (text == "1 2 3 4")
        assert run.learnt


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("3 0 1 2 3\n4 0 1 2 4", "remember."),
        ("1 2 3 4", "have learnt the task, which needs no memory."),
    ],
)
def test_of_several_networks_the_same_is_said(text, words):
    expected = f"{lm.count([True] * 10)} {words}"
    explorer = lm.Explorer(threaded=False, sequences=text, initialisations=10, **QUICK)
    explorer.train()
    assert explorer.status.endswith(expected)
    explorer.pages.turn_to("Success rate")
    panel = lm.SuccessRate(threaded=False, seeds=10, sequences=text, **QUICK)
    panel.train()
    assert panel.status.endswith(expected)
    shown = explorer.pages.children[explorer.pages.selected_index].picture.value
    for picture in (panel.picture.value, shown):
        assert f"Networks that {words.rstrip('.')}, with the 95 % interval" in picture


def test_where_only_the_past_epochs_could_tell_all_steps_are_asked():
    """With the state carried on, the sequence before tells what follows."""
    task = lm.Task.parse("A B\nA C")
    settings = lm.Settings(bptt_steps=None, learning_rate=0.03, epochs=300, reset="never")
    run = lm.train(task, settings)
    assert not run.learnt
    assert run.on(task, reset=False).stack.known_errors[0] > 0


@pytest.mark.parametrize(
    ("text", "levels", "words"),
    [
        (
            "3 0 1 2 3\n4 0 1 2 4",
            {"best without memory": 0.069},
            "A model without memory reaches 0.069 at best.",
        ),
        (
            "3 0 1 2 3\n3 0 1 2 4",
            {"best of any network": 0.069},
            "Any model reaches 0.069 at best.",
        ),
        ("1 2 3 4", {"best of any network": 0}, "Any model reaches 0.000 at best."),
        (
            "D A B\nA B\nA C",
            {"best without memory": 0.239, "best of any network": 0.173},
            "Any model reaches 0.173 at best.",
        ),
    ],
)
def test_a_floor_for_everybody_is_called_so(text, levels, words):
    run = lm.train(lm.Task.parse(text), lm.Settings(epochs=2))
    assert plots.floors(run) == pytest.approx(levels, abs=6e-4)
    picture = plots.loss_curve(run)
    assert words in picture.alt
    for name, level in levels.items():
        assert f"{name}: {level:.3f}" in picture.svg()


PROGRAMS = [SAID[0], SAID[3], *SAID[8:]]


@pytest.mark.parametrize(("text", "changes", "begins", "ends", "passed"), PROGRAMS)
def test_the_program_says_the_same(text, changes, begins, ends, passed, tmp_path):
    task, settings = lm.Task.parse(text), lm.Settings(**QUICK | changes)
    run = lm.train(task, settings)
    (tmp_path / "training.py").write_text(
        keras_code(Wanted(task, settings, range(1))), encoding="utf-8"
    )
    command = [sys.executable, "-I", "training.py"]
    done = subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, text=True)
    _, answers, said = done.stdout.split("\n\n")
    assert " ".join(said.split()) == verdict(run.stack)
    answers = pd.read_csv(io.StringIO(answers), quotechar="|")
    expected = run.predictions
    assert [eval_free(said) for said in answers["said"]] == list(map(str, expected["predicted"]))
    chances = answers["probability of the right one"]
    assert abs(chances - expected["probability"]).max() < 0.001


def eval_free(text):
    """A symbol as the program writes it, without its quotes."""
    return str(text).strip("'")
