"""One time step of each kind of recurrent cell, in Keras's own order of gates.

This is for looking inside (memory.py), in NumPy and for many networks at once; training has
loops of its own (engine.py). A step takes

    x       what the input says, with the bias: (..., gates * units)
    r       what the last hidden state says:    (..., gates * units)
    state   (h,), or (h, c) for the LSTM, each  (..., units)

and returns the new state and the gates by name. x and r stay apart because the GRU
multiplies r alone by its reset gate.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np


def sigmoid(z):
    return (np.tanh(z / 2) + 1) / 2  # the same as 1 / (1 + exp(-z)), without overflow


def lstm(x, r, state):
    """Hochreiter & Schmidhuber 1997 with the forget gate of Gers et al. 2000."""
    _, c = state
    i, f, g, o = np.split(x + r, 4, axis=-1)
    i, f, g, o = sigmoid(i), sigmoid(f), np.tanh(g), sigmoid(o)
    c = f * c + i * g
    return (o * np.tanh(c), c), {"i": i, "f": f, "g": g, "o": o}


def gru(x, r, state):
    """Cho et al. 2014, in Keras's form that resets after the matrix product."""
    (h,) = state
    xz, xr, xg = np.split(x, 3, axis=-1)
    rz, rr, rg = np.split(r, 3, axis=-1)
    z, reset = sigmoid(xz + rz), sigmoid(xr + rr)
    g = np.tanh(xg + reset * rg)
    return (z * h + (1 - z) * g,), {"z": z, "r": reset, "g": g}


def simple_rnn(x, r, state):
    """Elman 1990: no gates."""
    return (np.tanh(x + r),), {}


def dense(x, r, state):
    """A layer without memory: what it says depends on the current input alone."""
    return (np.tanh(x),), {}


class Cell(NamedTuple):
    """What the rest of the package needs to know of a kind of cell."""

    step: Callable
    gates: int  # blocks of `units` columns in its weight matrices
    states: int  # arrays it carries from step to step
    recurrent: bool  # whether the last hidden state is an input
    recurrent_bias: bool  # whether that input has a bias of its own


CELLS = {
    "lstm": Cell(lstm, gates=4, states=2, recurrent=True, recurrent_bias=False),
    "gru": Cell(gru, gates=3, states=1, recurrent=True, recurrent_bias=True),
    "simple_rnn": Cell(simple_rnn, gates=1, states=1, recurrent=True, recurrent_bias=False),
    "dense": Cell(dense, gates=1, states=1, recurrent=False, recurrent_bias=False),
}
