"""The program that the Explorer writes: it runs alone and gives the same losses."""

import io
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest

import lstm_memory as lm
from lstm_memory.explorer.form import Wanted
from lstm_memory.explorer.keras_code import keras_code
from lstm_memory.explorer.parts import to_copy

from .explorer_tools import Tags

ODD = lm.Task.parse("A 'q\" Y Z A\nB \\n 😀 B\nC X Y Z Q R C")


def losses_of(program, folder):
    """Run a program in a process that cannot find this package, and read its losses."""
    (folder / "training.py").write_text(program, encoding="utf-8")
    command = [sys.executable, "-I", "training.py"]
    done = subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True)
    assert done.stderr == ""
    losses = done.stdout.partition("\n\n")[0]
    return pd.read_csv(io.StringIO(losses), index_col="epoch").to_numpy()


@pytest.mark.parametrize(
    ("task", "settings"),
    [
        (lm.TUTORIAL, {"epochs": 40}),
        (lm.TUTORIAL, {"bptt_steps": None, "learning_rate": 0.03, "forget_bias": 3.0}),
        (
            ODD,
            {
                **{"bptt_steps": 3, "batch_size": 2, "shuffle": True, "output": "softmax"},
                **{"cell": "gru", "last_weight": 0.5, "clip_norm": 0.1, "seed": 4, "neurons": 7},
            },
        ),
        (ODD, {"cell": "simple_rnn", "batch_size": None, "bptt_steps": 2, "last_weight": 1.0}),
        (ODD, {"cell": "dense", "learning_rate": 0.01}),
    ],
    ids=["tutorial", "remembering", "gru, all settings", "simple_rnn", "dense"],
)
def test_the_program_gives_the_same_losses(task, settings, tmp_path):
    settings = lm.Settings(**{"epochs": 10} | settings)
    program = keras_code(Wanted(task, settings, range(1)))
    assert "lstm_memory" not in program
    expected = lm.train(task, settings).losses
    np.testing.assert_allclose(losses_of(program, tmp_path), expected, atol=1e-5)


def test_it_is_shown_as_text_and_offered_as_a_file(explorer):
    explorer.sequences = "</textarea><script>alert(1)</script> & b"
    explorer.share.make_code.click()
    shown = explorer.share.code.value
    assert shown.count("</textarea>") == 1
    assert "<script>" not in shown
    links = [a for tag, a in Tags(shown).tags if tag == "a"]
    assert [a["download"] for a in links] == ["training.py"]


def test_no_script_is_in_what_can_be_copied():
    tags = Tags(to_copy('a " onclick="x', "</textarea><b onclick=y>")).tags
    assert [tag for tag, _ in tags] == ["div", "textarea", "button", "span"]
    assert [name for _, a in tags for name in a if name.startswith("on")] == []


def test_nothing_to_save_yet(explorer):
    explorer.share.make_files.click()
    assert "no result yet" in explorer.share.files.value
    explorer.neurons = "x"
    explorer.share.make_code.click()
    assert "see the notes" in explorer.share.code.value
