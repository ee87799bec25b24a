"""What a learner asks for: settings as they were typed, what is wrong with them, as a text."""

from dataclasses import fields
from typing import NamedTuple
from urllib.parse import parse_qsl, urlencode

from ..engine.layout import number_of_weights
from ..errors import InputError, whole_number
from ..settings import MAX_SEED, Settings
from ..tasks import TUTORIAL, Task

SETTINGS = (  # those of `Settings` that have a control
    "neurons",
    "epochs",
    "learning_rate",
    "bptt_steps",
    "cell",
    "batch_size",
    "shuffle",
    "forget_bias",
    "output",
    "last_weight",
    "clip_norm",
    "seed",
)
SETTING_NAMES = {n: n.replace("_", " ") for n in ("sequences", *SETTINGS, "initialisations")}
SETTING_NAMES["bptt_steps"] = "reach"
NONE_IN_WORDS = {  # what None is called
    "bptt_steps": "whole",
    "batch_size": "all",
    "last_weight": "same",
    "clip_norm": "none",
}
MAX_NETWORKS = 200
MAX_WEIGHTS = 5_000_000  # of all networks together: 20 MB
MAX_EXPLORER_LOSSES = 10_000_000  # numbers: epochs x sequences x networks
MAX_HELD = 2_500_000  # numbers that one array of a network's trace has
MAX_OUTPUTS = 25_000_000  # numbers: sequences x steps x symbols x networks
MAX_TEXT = 1_000_000  # characters


class Wanted(NamedTuple):
    """A training to be done: `seeds` is the range of the networks' seeds."""

    task: Task
    settings: Settings
    seeds: range


def text_of(task):
    """A task as it is typed."""
    return "\n".join(" ".join(map(str, line)) for line in task.sequences)


DEFAULTS = {name: getattr(Settings, name) for name in SETTINGS}
DEFAULTS |= {"sequences": text_of(TUTORIAL), "initialisations": 1}


def check(values):
    """What `values`, {name: anything}, ask for: (`Wanted` or None, {name: what is wrong})."""
    settings, errors = _settings(values)
    task = networks = None
    try:
        task = Task.parse(values["sequences"])
    except InputError as error:
        errors["sequences"] = str(error)
    try:
        networks = whole_number("initialisations", values["initialisations"], 1, MAX_NETWORKS)
        if not errors:
            _check_size(task, settings, networks)
    except InputError as error:
        errors[error.argument] = str(error)
    if errors:
        return None, errors
    return Wanted(task, settings, range(settings.seed, settings.seed + networks)), {}


def _settings(values):
    """`Settings` of the `values` that are right, and {name: what is wrong} with the others.

    In place of each that is wrong its default is taken, and then the rest is looked at again.
    """
    values, errors = {name: values[name] for name in SETTINGS}, {}
    while True:
        try:
            settings = Settings(**values)
        except InputError as error:
            errors[error.argument] = str(error)
            values[error.argument] = DEFAULTS[error.argument]
        else:
            return settings, {name: errors[name] for name in SETTINGS if name in errors}


def _check_size(task, settings, networks):
    """Refuse what would take too much memory, by `InputError`."""
    steps = len(task.steps) * max(task.steps)
    if steps * settings.neurons > MAX_HELD:
        most = f"at most {MAX_HELD // settings.neurons:,} steps with {settings.neurons} neurons"
        raise InputError("sequences", most, steps)
    parts = {
        "weights": (MAX_WEIGHTS, number_of_weights(settings, len(task.alphabet))),
        "losses": (MAX_EXPLORER_LOSSES, max(1, settings.epochs) * len(task.steps)),
        "outputs": (MAX_OUTPUTS, steps * len(task.alphabet)),
        "seeds": (MAX_SEED + 1 - settings.seed, 1),
    }
    if parts["outputs"][1] > MAX_OUTPUTS:
        expected = f"steps x different symbols of at most {MAX_OUTPUTS:,}"
        raise InputError("sequences", expected, parts["outputs"][1])
    if parts["weights"][1] > MAX_WEIGHTS:
        raise InputError("neurons", "fewer, with so many different symbols", settings.neurons)
    most = min(limit // each for limit, each in parts.values())
    if networks > most:
        raise InputError("initialisations", f"at most {most} with these settings", networks)


# --- as a text ---------------------------------------------------------------------------


def to_text(wanted):
    """The settings as a text that `from_text` reads; it may follow the ? of a link."""
    values = {name: getattr(wanted.settings, name) for name in SETTINGS}
    words = {
        name: NONE_IN_WORDS[name] if value is None else value for name, value in values.items()
    }
    words = {"sequences": text_of(wanted.task)} | words
    return urlencode(words | {"initialisations": len(wanted.seeds)})


def from_text(text):
    """Read a text from `to_text`: ({name: value}, the `Wanted` that it asks for).

    Nothing in the text is executed. What it does not name has its default. Raises
    `InputError` for anything else.
    """
    if not isinstance(text, str) or len(text) > MAX_TEXT:
        raise InputError("text", f"a text of at most {MAX_TEXT:,} characters", text)
    try:
        pairs = parse_qsl(
            text.strip().lstrip("?"),
            keep_blank_values=True,
            strict_parsing=True,
            max_num_fields=2 * len(SETTING_NAMES),
        )
    except ValueError:
        raise InputError("text", "a text copied from an Explorer", text) from None
    names = [name for name, _ in pairs]
    unknown = [name for name in names if name not in SETTING_NAMES or names.count(name) > 1]
    if unknown:
        raise InputError("text", "each of the settings at most once", unknown[0])
    values = DEFAULTS | {name: _value(name, word) for name, word in pairs}
    wanted, errors = check(values)
    if wanted is None:
        raise InputError("text", "settings that are possible", "; ".join(errors.values()))
    return values, wanted


SETTING_TYPES = {field.name: field.type for field in fields(Settings)} | {"initialisations": int}


def _value(name, word):
    """The value that a word of the text means; the word itself where it means none."""
    if NONE_IN_WORDS.get(name) == word:
        return None
    kind = SETTING_TYPES.get(name, str)
    if kind is bool:
        return {"True": True, "False": False}.get(word, word)
    if kind is str:
        return word
    return whole(word) if kind in (int, int | None) else real(word)


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
