"""What there is to know of a kind of cell, and the order and the shapes of a network's weights.

Keras's `get_weights()` gives the order: input kernel, recurrent kernel (not in a layer without
memory), bias, output kernel, output bias. Everything that reads or writes weights asks here.
"""

from enum import IntEnum
from math import prod
from typing import NamedTuple

import numpy as np


class Choice(IntEnum):
    """A setting that is a choice of a few, as the engine knows it: each has a number."""

    @classmethod
    def of(cls, settings):
        """What some `Settings` have chosen."""
        return cls[getattr(settings, cls.__name__.lower()).upper()]


class Cell(Choice):
    """A kind of hidden layer."""

    LSTM = 0
    GRU = 1
    SIMPLE_RNN = 2
    DENSE = 3

    @property
    def gates(self):
        """The names of its gates, in Keras's order: letters, as in a `Trace`."""
        return {Cell.LSTM: "ifgo", Cell.GRU: "zrg"}.get(self, "")

    @property
    def blocks(self):
        """How many blocks of `neurons` columns its kernels have: one a gate, at least one."""
        return len(self.gates) or 1

    @property
    def states(self):
        """The names of what it carries from step to step, letters, as in a `Trace`."""
        return "hc" if self is Cell.LSTM else "h"

    @property
    def recurrent(self):
        """Whether its last hidden state is one of its inputs."""
        return self is not Cell.DENSE


class Output(Choice):
    """The activation of the output layer, which decides about the loss too."""

    SIGMOID = 0
    SOFTMAX = 1


class Matrices(NamedTuple):
    """The weights of a network (or gradients, or the shapes of either), each two-dimensional.

    With N symbols, F outputs, U units and J columns (U for each gate): `kernel` (N, J),
    `recurrent` (U, J; without memory 0, J), `bias` (1, J; GRU: 2, J), `out_kernel` (U, F),
    `out_bias` (1, F).
    """

    kernel: object
    recurrent: object
    bias: object
    out_kernel: object
    out_bias: object


def shapes(settings, sizes):
    """The shapes of a network's `Matrices`, whose numbers lie in this order, in one row.

    `sizes`, here and below: how many symbols it reads and how many outputs it has, `Task.sizes`.
    """
    cell, units = Cell.of(settings), settings.neurons
    (symbols, outputs), columns = sizes, cell.blocks * units
    return Matrices(
        kernel=(symbols, columns),
        recurrent=(units if cell.recurrent else 0, columns),
        bias=(2 if cell is Cell.GRU else 1, columns),  # one for each of its two inputs
        out_kernel=(units, outputs),
        out_bias=(1, outputs),
    )


def number_of_weights(settings, sizes):
    """How many numbers one network learns."""
    return sum(map(prod, shapes(settings, sizes)))


def number_of_frozen(settings, sizes):
    """How many of them, the first ones, do not learn: the hidden layer's, if it is frozen."""
    return sum(map(prod, shapes(settings, sizes)[:3])) if settings.frozen else 0


def keras_shapes(settings, sizes):
    """The shapes of Keras's `get_weights()`: a single bias is a vector, and nothing is empty."""
    cell, every = Cell.of(settings), shapes(settings, sizes)
    bias = every.bias if cell is Cell.GRU else every.bias[1:]
    hidden = [every.kernel, every.recurrent, bias] if cell.recurrent else [every.kernel, bias]
    return [*hidden, every.out_kernel, every.out_bias[1:]]


def to_keras(rows, settings, sizes):
    """Rows of numbers (..., numbers) as Keras's arrays, without a copy; leading axes stay."""
    wanted = keras_shapes(settings, sizes)
    parts = np.split(rows, np.cumsum([prod(shape) for shape in wanted])[:-1], axis=-1)
    return [
        part.reshape(*part.shape[:-1], *shape) for part, shape in zip(parts, wanted, strict=True)
    ]


def to_rows(weights):
    """Keras's arrays, each with a leading axis for the networks, as rows (networks, numbers)."""
    return np.concatenate([array.reshape(len(array), -1) for array in weights], axis=1)
