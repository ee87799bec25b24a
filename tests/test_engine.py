"""What the engine compiles, and when. That it computes what Keras does: test_training.py."""

import os
import re
import subprocess
import sys

import lstm_memory as lm
from lstm_memory import programs

EVERY_KIND = """
import lstm_memory as lm
long = lm.Task([[first, *[0, 1] * 40, first] for first in (3, 4)])
for cell in ("lstm", "gru", "simple_rnn", "dense"):
    lm.train(lm.TUTORIAL, lm.Settings(cell=cell, epochs=2))
for task, reach in ((lm.TUTORIAL, 2), (lm.TUTORIAL, None), (long, None)):
    settings = lm.Settings(bptt_steps=reach, epochs=2, clip_norm=1.0, batch_size=2)
    lm.train_many(task, settings, seeds=2, keep=(0, 1))
"""


def test_no_number_is_compiled_into_a_program():
    """XLA would compile anew for each value of an argument that it takes for a constant."""
    environment = os.environ | {"TF_CPP_MIN_LOG_LEVEL": "0", "TF_CPP_VMODULE": "xla_launch_util=2"}
    command = [sys.executable, "-c", EVERY_KIND]
    done = subprocess.run(command, env=environment, stderr=subprocess.PIPE, text=True, check=True)
    constants = re.findall(r"Must be const args: (.*?) out of", done.stderr)
    assert len(constants) >= 12  # six programs, each called at least twice
    assert set(constants) == {"{}"}


def test_one_graph_serves_all_sizes(monkeypatch):
    monkeypatch.setattr(programs, "_GRAPHS", graphs := {})
    monkeypatch.setattr(programs, "_COMPILED", compiled := set())
    digits = lm.Task([range(10)])
    for task, neurons in ((lm.TUTORIAL, 3), (lm.TUTORIAL, 20), (lm.TUTORIAL, 50), (digits, 20)):
        for epochs in (1, 20):
            lm.train(task, lm.Settings(neurons=neurons, epochs=epochs))
    assert len(compiled) == 3
    assert len(graphs) == 1
