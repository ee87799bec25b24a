"""What the Explorer does before the click: it compiles what the next training will need."""

import os
import subprocess
import sys
import threading

import pytest

import lstm_memory as lm
from lstm_memory import ahead, cache

from .explorer_tools import finish, wait_until

STORIES = """
import lstm_memory as lm
from lstm_memory.presets import PRESETS
for preset in PRESETS[:5]:
    explorer = lm.Explorer(threaded=False, **preset.values | {"epochs": 1})
    explorer.train()
    assert explorer.state == "idle", preset
"""


@pytest.fixture
def tried(monkeypatch):
    """The settings that are tried out, in place of trying them."""
    wait_until(lambda: not loading())  # for the Explorer of an earlier test
    tried = []
    monkeypatch.setattr(ahead, "PAUSE", 0.1)
    monkeypatch.setattr(ahead, "_try_out", tried.append)
    return tried


def loading():
    return [t for t in threading.enumerate() if t.name == "lstm_memory loading"]


def test_it_prepares_for_what_the_page_begins_with_and_for_the_latest_settings(tried):
    explorer = lm.Explorer(neurons=7)
    wait_until(lambda: len(tried) == 1)
    assert tried[0].settings == lm.Settings(neurons=7)
    explorer.neurons, explorer.epochs, explorer.cell = 64, 9, "gru"
    wait_until(lambda: len(tried) == 2)
    assert tried[1].settings == lm.Settings(neurons=64, epochs=9, cell="gru")
    wait_until(lambda: not loading())


def test_a_click_makes_it_unnecessary(tried):
    explorer = lm.Explorer(epochs=5)
    wait_until(lambda: len(tried) == 1)
    explorer.neurons = 7
    explorer.train(wait=True)
    explorer.neurons = "many"
    wait_until(lambda: not loading())
    assert len(tried) == 1


def test_what_goes_wrong_is_left_to_the_training(monkeypatch):
    monkeypatch.setattr(ahead, "_try_out", lambda wanted: 1 / 0)
    explorer = lm.Explorer(epochs=5)
    wait_until(lambda: not loading())
    assert explorer.state == "idle"
    explorer.seed = 2  # and it goes on afterwards
    explorer.train(wait=True)
    assert explorer.state == "idle"
    finish(explorer)


@pytest.mark.parametrize("initialisations", [1, 4, 30])
def test_it_is_the_same_program(monkeypatch, initialisations):
    """Nothing is left to compile for the training that was prepared."""
    from lstm_memory import programs

    monkeypatch.setattr(programs, "_COMPILED", compiled := set())
    settings = {"neurons": 97, "epochs": 3, "bptt_steps": None}
    explorer = lm.Explorer(initialisations=initialisations, **settings)
    wait_until(lambda: compiled and not loading())
    before = set(compiled)
    explorer.train(wait=True)
    assert compiled == before
    assert len(compiled) == 1


def test_what_would_take_long_is_not_tried():
    ahead._try_out(lm.Explorer(threaded=False, sequences="a b " * 1250, neurons=512).wanted)


@pytest.mark.skipif(cache.DIRECTORY is None, reason="programs are not kept here")
def test_everything_for_the_stories_can_be_made_before_a_kernel_starts(tmp_path):
    inherited = {k: v for k, v in os.environ.items() if k != "TF_XLA_FLAGS"}
    environment = inherited | {"XDG_CACHE_HOME": str(tmp_path)}

    def run(*command):
        subprocess.run([sys.executable, *command], env=environment, check=True)
        return sorted((tmp_path / "lstm_memory").glob("*/*"))

    made = run("-m", "lstm_memory.ahead")
    assert len(made) > 5
    assert run("-c", STORIES) == made
