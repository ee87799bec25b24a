"""A training as a program in plain Keras that runs alone; its text is in keras_program.txt."""

from dataclasses import asdict
from pathlib import Path
from string import Template

from ..pictures.words import NOBODY, not_asked, passing
from ..runs import SUCCESS

PROGRAM = Path(__file__).with_name("keras_program.txt")
LAYERS = {
    "lstm": ("LSTM(neurons, return_sequences=True, return_state=True)", 2),
    "gru": ("GRU(neurons, return_sequences=True, return_state=True)", 1),
    "simple_rnn": ("SimpleRNN(neurons, return_sequences=True, return_state=True)", 1),
    "dense": ('Dense(neurons, activation="tanh")', 0),
}
FORGET = """\
bias = weights[2].numpy()
bias[neurons : 2 * neurons] = {bias}  # of the forget gates
weights[2].assign(bias)
"""

VERDICT = """\
passed = largest_error < {limit}
told = {one!a} if passed else {none!a}
is_below = "is below" if passed else "is not below"
print(f"{{told}}: its largest error, {{largest_error:.2f}}, {{is_below}} {limit}.")
"""


def keras_code(wanted):
    """The program for a `Wanted`, whose reset, frozen, ... are the defaults.

    It prints losses equal to those of `train` to 1e-5, then its answers, and in the words of the
    Explorer what it has learnt.
    """
    task, settings = wanted.task.under(wanted.settings), wanted.settings
    layer, states = LAYERS[settings.cell]
    clip, forget_bias = settings.clip_norm, settings.forget_bias
    forget = settings.cell == "lstm" and forget_bias != 1
    return Template(PROGRAM.read_text(encoding="utf-8")).substitute(
        **asdict(settings),
        sequences=ascii([list(line) for line in task.sequences]),
        symbols=ascii(list(task.alphabet)),
        clip="" if clip is None else f", global_clipnorm={clip}",
        layer=layer,
        bias=FORGET.format(bias=forget_bias) if forget else "",
        kind="binary" if settings.output == "sigmoid" else "categorical",
        forward="h, *state = hidden(x, initial_state=state)" if states else "h = hidden(x)",
        states=states,
        unknowable=[
            (int(k), int(step)) for k, step in zip(*task.unknowable.nonzero(), strict=True)
        ],
        verdict=_verdict(wanted, task),
    )


def _verdict(wanted, task):
    """The last lines of the program, which say what `verdict` says."""
    if task.unknowable.sum() == sum(map(sum, task.asked)):
        return f"print({NOBODY!r})"
    said, rest = passing(wanted), not_asked(wanted).encode("ascii", "backslashreplace").decode()
    lines = VERDICT.format(limit=SUCCESS, one=said.one, none=said.none)
    return lines + (f"print({rest!r})" if rest else "")
