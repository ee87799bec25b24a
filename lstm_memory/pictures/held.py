"""What a layer holds at each step: its states and gates, their names, their order, and in words.

c, h and the candidate g have a sign (h and g from -1 to 1, c also beyond); gates go from 0 to 1.
"""

import numpy as np

from .words import number, sequence_name

NAMES = {
    "c": "cell state c",
    "h": "hidden state h",
    "i": "input gate i",
    "f": "forget gate f",
    "g": "candidate g",
    "o": "output gate o",
    "z": "update gate z",
    "r": "reset gate r",
}
SIGNED = "chg"


def arrays(trace):
    """{letter: array} of what this kind of cell has, in the order of `NAMES`."""
    there = {letter: getattr(trace, letter) for letter in NAMES}
    return {letter: values for letter, values in there.items() if values is not None}


def title(letter):
    """The title of a picture of one array."""
    when = "after" if letter in "hc" else "at"  # states are what a step leaves
    return f"{NAMES[letter].capitalize()} {when} each step"


def range_in_words(name, values):
    """The range of what units held, (units, steps), and its mean size at both ends."""
    size = np.abs(values).mean(axis=0)
    return (
        f"{name}: values from {number(values.min(), 2)} to {number(values.max(), 2)}, mean size"
        f" {number(size[0], 2)} at the first step and {number(size[-1], 2)} at the last."
    )


def unit_in_words(task, k, held):
    """The values of one unit, {letter: (sequences, steps)}, at the first steps."""
    steps = min(8, task.steps[k])
    rows = [
        f"{letter} {', '.join(number(v, 2) for v in values[k, :steps])}"
        for letter, values in held.items()
    ]
    return f"{sequence_name(task, k)}: {'; '.join(rows)}."


def means_in_words(task, k, held):
    """The mean size of each array (sequences, steps, units) at the first and the last step."""
    last = task.steps[k] - 1
    sizes = {letter: np.abs(values[k]).mean(axis=1) for letter, values in held.items()}
    rows = [f"{letter} {number(s[0], 2)} to {number(s[last], 2)}" for letter, s in sizes.items()]
    return f"{sequence_name(task, k)}, mean size at the first and the last step: {', '.join(rows)}."
