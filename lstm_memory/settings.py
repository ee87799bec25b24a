"""How a network is built and trained."""

from dataclasses import dataclass

from .errors import InputError, one_of, real_number, true_or_false, whole_number

CELLS = ("lstm", "gru", "simple_rnn", "dense")
OUTPUTS = ("sigmoid", "softmax")
RESETS = ("sequence", "epoch", "never")
MAX_SEED = 2**32 - 1
NUMBERS = {  # the check, the lowest and the highest, and what None means where it is possible
    "neurons": (whole_number, 1, 512),
    "epochs": (whole_number, 0, 100_000),
    "learning_rate": (real_number, 1e-6, 10),
    "beta_1": (real_number, 0, 0.9999),
    "beta_2": (real_number, 0, 0.9999),
    "forget_bias": (real_number, -20, 20),
    "input_bias": (real_number, -20, 20),
    "output_bias": (real_number, -20, 20),
    "seed": (whole_number, 0, MAX_SEED),
    "bptt_steps": (whole_number, 1, 10_000, "whole sequence"),
    "batch_size": (whole_number, 1, 50, "all sequences"),
    "last_weight": (real_number, 0.001, 1, "as the others"),
    "clip_norm": (real_number, 0.001, 1_000, "no limit"),
}


@dataclass(frozen=True)
class Settings:
    """Settings of a network and its training; the defaults are the tutorial's own.

    cell           "lstm", "gru", "simple_rnn", or "dense": a layer with no memory at all
    neurons        units in that layer, 1 to 512
    epochs         how often each sequence is shown, 0 to 100,000
    learning_rate  of Adam, 0.000001 to 10
    bptt_steps     how many time steps one update sees: back-propagation through time (BPTT)
                   carries the gradient back this far; None for the whole sequence
    batch_size     sequences per update, 1 to 50; None for all of them
    shuffle        whether each epoch shows the sequences in a new random order
    forget_bias    initial bias of the LSTM's forget gate, -20 to 20 (other cells have none)
    input_bias     initial bias of its input gate, -20 to 20; the gate begins nearly shut with
                   minus the logarithm of the lag
    output_bias    initial bias of every output, -20 to 20; of sigmoid outputs for F symbols each
                   begins at 1 / F, as often as one symbol of F is right, with -log(F - 1)
    beta_1         how much of Adam's mean of the gradient stays at each update, 0 to 0.9999
    beta_2         the same for its mean of the squared gradient
    output         "sigmoid" with binary, or "softmax" with categorical cross-entropy
    seed           of the initial weights (and the order, if shuffled), 0 to 4,294,967,295
    reset          when the state is wiped in training: "sequence" (after each), "epoch" (after
                   each epoch) or "never"; the last two with batch_size 1 and no shuffling
    frozen         whether the hidden layer keeps its initial weights and only the output
                   layer learns
    last_weight    share of an update's loss that falls on the last step of the sequences in
                   it, 0.001 to 1; None where every step counts the same
    clip_norm      the longest gradient of an update (its Euclidean norm over all weights),
                   0.001 to 1,000; a longer one is scaled down to it; None for no limit

    Raises `InputError` for anything else.
    """

    cell: str = "lstm"
    neurons: int = 20
    epochs: int = 250
    learning_rate: float = 0.001
    bptt_steps: int | None = 1
    batch_size: int | None = 1
    shuffle: bool = False
    forget_bias: float = 1.0
    output: str = "sigmoid"
    seed: int = 0
    reset: str = "sequence"
    frozen: bool = False
    last_weight: float | None = None
    clip_norm: float | None = None
    input_bias: float = 0.0
    beta_1: float = 0.9
    beta_2: float = 0.999
    output_bias: float = 0.0

    def __post_init__(self):
        one_of("cell", self.cell, CELLS)
        one_of("output", self.output, OUTPUTS)
        one_of("reset", self.reset, RESETS)
        for name in ("shuffle", "frozen"):
            object.__setattr__(self, name, true_or_false(name, getattr(self, name)))
        for name, (check, low, high, *none) in NUMBERS.items():
            value = getattr(self, name)
            more = f", or None: {none[0]}" if none else ""
            if value is not None or not none:
                object.__setattr__(self, name, check(name, value, low, high, more))
        if self.reset != "sequence" and (self.shuffle or self.batch_size != 1):
            expected = '"sequence", unless batch_size is 1 and shuffle is False'
            raise InputError("reset", expected, self.reset)


# Settings with which all of 1,000 initialisations remember the tutorial's task within 100
# epochs, by the test of Hochreiter & Schmidhuber (1997); notebook 04 finds and tests them.
REMEMBERING = Settings(bptt_steps=None, learning_rate=0.03, forget_bias=3.0, epochs=100)
