"""What a learner asks for: settings as they were typed, what is wrong with them, as a text."""

import re
from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple
from urllib.parse import parse_qsl, urlencode

from ..engine.layout import number_of_weights
from ..errors import InputError, whole_number
from ..settings import MAX_SEED, Settings
from ..tasks import TUTORIAL, Task

MAX_NETWORKS = 200
MAX_WEIGHTS = 5_000_000  # of all networks together: 20 MB
MAX_EXPLORER_LOSSES = 10_000_000  # numbers: epochs x sequences x networks
MAX_HELD = 2_500_000  # numbers that one array of a network's trace has
MAX_OUTPUTS = 25_000_000  # numbers: sequences x steps x symbols x networks
MAX_TEXT = 1_000_000  # characters
LINK = re.compile(r"(https?://[^?#]*)?\??([^#]*)(?:#.*)?", re.DOTALL)  # a place, what is said


def whole(text):
    """The typed text as an int, or as it is."""
    try:
        return int(text)
    except ValueError:
        return text


def real(text):
    """The typed text as a float, or as it is (so also for nan, which no one means)."""
    try:
        number = float(text)
    except ValueError:
        return text
    return number if number == number else text


def yes_or_no(value):
    """What a box to tick, or a word, says as a bool, or as it is."""
    return {"True": True, "False": False}.get(value, value)


class OrNone(NamedTuple):
    """Of a setting that may be None: the `word` for that, and the tooltip of the box for it.

    `usual` is the number that is taken where there was none before the box is cleared.
    """

    word: str
    tooltip: str
    usual: float


class Control(NamedTuple):
    """How a setting is typed: `read` makes its value of what was typed, or leaves that as it is.

    `options`: the few values that there are, {words: value}.
    """

    read: Callable
    tooltip: str
    none: OrNone | None = None
    options: dict | None = None


CELL_NAMES = {
    "LSTM": "lstm",
    "GRU": "gru",
    "simple RNN": "simple_rnn",
    "no memory (dense)": "dense",
}
CONTROLS = {  # of every setting, in the order in which they are told
    "sequences": Control(
        str, "One sequence a line, its symbols split by spaces or commas; or lists of Python."
    ),
    "neurons": Control(whole, "How many units the hidden layer has, 1 to 512."),
    "epochs": Control(whole, "How often each sequence is shown, 0 to 100,000 times."),
    "learning_rate": Control(real, "How large a step each update makes; 0.001 to 0.03 is usual."),
    "bptt_steps": Control(
        whole,
        "How many steps back the gradient reaches (bptt_steps).",
        OrNone("whole", "Let the gradient reach back over every step of the sequence.", 1),
    ),
    "cell": Control(
        str, "The kind of hidden layer; the dense one has no memory at all.", options=CELL_NAMES
    ),
    "batch_size": Control(
        whole,
        "How many sequences each update sees at once.",
        OrNone("all", "Let each update see all sequences.", 1),
    ),
    "shuffle": Control(yes_or_no, "Show the sequences in a new random order in each epoch."),
    "forget_bias": Control(
        real, "How open an LSTM's forget gates are at the start, -20 to 20; Keras takes 1."
    ),
    "output": Control(
        str,
        "Sigmoid judges each symbol by itself, softmax makes them share out a sum of 1.",
        options={"sigmoid": "sigmoid", "softmax": "softmax"},
    ),
    "last_weight": Control(
        real,
        "Share of the loss that falls on the last step of each sequence, below 1.",
        OrNone("same", "Let every step count the same.", 0.5),
    ),
    "clip_norm": Control(
        real,
        "The longest gradient of an update; a longer one is scaled down to it.",
        OrNone("none", "Take gradients as they are.", 1.0),
    ),
    "seed": Control(whole, "A whole number that decides the weights the network begins with."),
    "initialisations": Control(
        whole, "How many networks to train, with this seed and the ones after it."
    ),
}
SETTINGS = tuple(name for name in CONTROLS if hasattr(Settings, name))  # those of a network


def name_in_words(name):
    """What a setting is called on the page."""
    return "reach" if name == "bptt_steps" else name.replace("_", " ")


def note_in_words(name, words):
    """What is wrong with a setting, in the words of the page: its label, the box beside it."""
    words = words.replace(f"{name}: ", f"{name_in_words(name)}: ", 1)
    return re.sub(r", or None: ([\w ]+)", r', or the box "\1" ticked', words, count=1)


def value_in_words(name, value):
    """The value of a setting, or what None is called there."""
    return CONTROLS[name].none.word if value is None else str(value)


class Wanted(NamedTuple):
    """A training to be done: `seeds` is the range of the networks' seeds."""

    task: Task
    settings: Settings
    seeds: range

    @classmethod
    def of(cls, runs):
        """The training that `Runs` came of."""
        return cls(runs.task, runs.settings, range(runs.seeds[0], runs.seeds[-1] + 1))

    @property
    def values(self):
        """All the settings as they are typed or set, {name: value}."""
        values = {name: getattr(self.settings, name) for name in SETTINGS}
        return {"sequences": str(self.task), **values, "initialisations": len(self.seeds)}

    @property
    def but_epochs(self):
        """The same with no epochs: what goes on where another training ended has the same."""
        return self._replace(settings=replace(self.settings, epochs=0))


DEFAULTS = Wanted(TUTORIAL, Settings(), range(1)).values


def check(values):
    """What `values`, {name: anything}, ask for: (`Wanted` or None, {name: what is wrong}).

    In place of each that is wrong its default is taken, and then the rest is looked at again.
    """
    values, wanted, errors = dict(values), None, {}
    while wanted is None:
        try:
            wanted = _wanted(values)
            if not errors:
                _check_size(*wanted)
        except InputError as error:
            errors[error.argument] = str(error)
            values[error.argument] = DEFAULTS[error.argument]
    order = [*SETTINGS, "sequences", "initialisations"]
    return None if errors else wanted, {name: errors[name] for name in order if name in errors}


def _wanted(values):
    """The `Wanted` that `values` ask for, however large; raises `InputError`."""
    task = Task.parse(values["sequences"])
    networks = whole_number("initialisations", values["initialisations"], 1, MAX_NETWORKS)
    settings = Settings(**{name: values[name] for name in SETTINGS})
    return Wanted(task, settings, range(settings.seed, settings.seed + networks))


def _check_size(task, settings, seeds):
    """Refuse what would take too much memory, by `InputError`."""
    steps = len(task.steps) * max(task.steps)
    if steps * settings.neurons > MAX_HELD:
        most = f"at most {MAX_HELD // settings.neurons:,} steps with {settings.neurons} neurons"
        raise InputError("sequences", most, steps)
    outputs = steps * len(task.outputs)
    if outputs > MAX_OUTPUTS:
        expected = f"steps x different symbols of at most {MAX_OUTPUTS:,}"
        raise InputError("sequences", expected, outputs)
    weights = number_of_weights(settings, task.sizes)
    if weights > MAX_WEIGHTS:
        raise InputError("neurons", "fewer, with so many different symbols", settings.neurons)
    losses, rest = max(1, settings.epochs) * len(task.steps), MAX_SEED + 1 - settings.seed
    most = min(MAX_WEIGHTS // weights, MAX_EXPLORER_LOSSES // losses, MAX_OUTPUTS // outputs, rest)
    if len(seeds) > most:
        raise InputError("initialisations", f"at most {most} with these settings", len(seeds))


# --- as a text ---------------------------------------------------------------------------


def to_text(wanted):
    """The settings as a text that `from_text` reads; it may follow the ? of a link."""
    return _encoded(wanted.values)


def to_link(wanted, trains):
    """What follows the ? of a link to these settings: those that are not the defaults.

    `trains`: whether who follows the link finds them trained.
    """
    changed = {name: v for name, v in wanted.values.items() if v != DEFAULTS[name]}
    return _encoded(changed, *([("train", "yes")] if trains else []))


def _encoded(values, *more):
    """Settings, {name: value}, as a text."""
    return urlencode([*((name, value_in_words(name, v)) for name, v in values.items()), *more])


def from_text(text):
    """Read a text from `to_text`, or a whole link: ({name: value}, `Wanted`, whether to train).

    Nothing in the text is executed. What it does not name has its default. Raises
    `InputError` for anything else.
    """
    if not isinstance(text, str) or len(text) > MAX_TEXT:
        raise InputError("text", f"a text of at most {MAX_TEXT:,} characters", text)
    place, text = LINK.fullmatch(text.strip()).groups()
    try:
        if not place and not text:
            raise ValueError("nothing")
        limits = {"keep_blank_values": True, "max_num_fields": 2 * len(CONTROLS)}
        pairs = parse_qsl(text, strict_parsing=bool(text), **limits)
    except ValueError:
        raise InputError("text", "a text or a link copied from an Explorer", text) from None
    trains = ("train", "yes") in pairs
    pairs = [pair for pair in pairs if pair != ("train", "yes") and pair[0] != "token"]
    names = [name for name, _ in pairs]
    unknown = [name for name in names if name not in CONTROLS or names.count(name) > 1]
    if unknown:
        raise InputError("text", "each of the settings at most once", unknown[0])
    values = DEFAULTS | {name: _value(name, word) for name, word in pairs}
    wanted, errors = check(values)
    if wanted is None:
        words = "; ".join(note_in_words(name, error) for name, error in errors.items())
        raise InputError("text", "settings that are possible", words)
    return values, wanted, trains


def _value(name, word):
    """The value that a word of the text means; the word itself where it means none."""
    control = CONTROLS[name]
    return None if control.none and control.none.word == word else control.read(word)
