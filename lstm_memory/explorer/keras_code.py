"""A training as a program in plain Keras that runs alone; its text is in keras_program.txt."""

from dataclasses import asdict
from pathlib import Path
from string import Template

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


def keras_code(task, settings):
    """The program for a task and `Settings` whose reset, frozen, ... are the defaults.

    It prints losses equal to those of `train` to 1e-5.
    """
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
    )
