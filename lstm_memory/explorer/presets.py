"""Ready tasks, and settings that tell a story with one click."""

from typing import NamedTuple

from ..settings import REMEMBERING
from .form import DEFAULTS, SETTINGS


def lag(symbols):
    """Two sequences whose first symbol comes back after `symbols` others, the same in both.

    As in Experiment 2a of Hochreiter & Schmidhuber (1997): only the last answer needs memory.
    """
    between = " ".join(str(k + 1) for k in range(symbols))
    return f"A {between} A\nB {between} B"


TASKS = {  # what it is called: as it is typed
    "the tutorial's two sequences": DEFAULTS["sequences"],
    "the same, in letters": "A X Y Z A\nB X Y Z B",
    "three to tell apart": "A X Y Z A\nB X Y Z B\nC X Y Z C",
    "no memory needed": "0 1 2 3 4\n4 3",
    "count to three": "go tick tick tick stop",
    "lag 10": lag(10),
    "lag 30": lag(30),
    "lag 100": lag(100),
}


REMEMBER = {
    name: getattr(REMEMBERING, name)
    for name in SETTINGS
    if getattr(REMEMBERING, name) != DEFAULTS[name]
}
HUNDRED = {"initialisations": 100}
SHORT = REMEMBER | HUNDRED | {"bptt_steps": 1}
PATIENT = {  # for long lags: half of the loss on the answer that needs memory, small steps
    "bptt_steps": None,
    "learning_rate": 0.01,
    "forget_bias": 5.0,
    "batch_size": None,
    "output": "softmax",
    "last_weight": 0.5,
    "clip_norm": 1.0,
}


class Preset(NamedTuple):
    """A story: settings, {name: value} beside the defaults, and what they show, in words."""

    name: str
    values: dict
    words: str


PRESETS = (
    Preset(
        "The tutorial",
        HUNDRED,
        "The tutorial as published, with 100 initialisations. Everything is learnt that needs no"
        " memory; none of the networks remembers the first symbol, and the loss stays above the"
        " line of the best without memory.",
    ),
    Preset(
        "Remembering",
        REMEMBER | HUNDRED,
        "The same network, but each update sees the whole sequence, with a higher learning rate"
        " and open forget gates: all of the 100 networks remember.",
    ),
    Preset(
        "Too few neurons",
        REMEMBER | HUNDRED | {"neurons": 2},
        "The recipe that remembers, with 2 neurons in place of 20: one number could hold 3 or 4,"
        " but the network must do more than that, and none of the 100 finds how.",
    ),
    Preset(
        "Too short a reach",
        SHORT,
        "The recipe that remembers, but the gradient reaches only 1 step: nothing tells the"
        " network to keep the first symbol, and none of the 100 does.",
    ),
    Preset(
        "Lag 10",
        PATIENT | {"sequences": lag(10), "epochs": 200},
        "Ten other symbols lie between the first symbol and the answer. Half of the loss is put"
        " on that last answer, and the forget gates start wide open. One network is trained, and"
        " it remembers; so do 100 of 100 with other seeds.",
    ),
    Preset(
        "Lag 30",
        PATIENT | {"sequences": lag(30), "epochs": 400},
        "Thirty symbols in between, and twice the epochs. One network is trained, and it"
        " remembers; so do 100 of 100 with other seeds.",
    ),
    Preset(
        "Lag 100",
        PATIENT | {"sequences": lag(100), "epochs": 700},
        "A hundred symbols in between: the error has to travel back over 100 steps. One network"
        " is trained, and it remembers; so do about 95 of 100 with other seeds.",
    ),
)


def story_of(values):
    """The name of the story that settings tell, {name: value} of all of them, or nothing."""
    names = (preset.name for preset in PRESETS if DEFAULTS | preset.values == values)
    return next(names, "")
