"""The few shapes for which a program is compiled, and how networks of any size fit into them."""

from typing import NamedTuple

import numpy as np

from .cells import CELLS

FEW, MANY = 5, 13  # networks in one stack, which fit in a core's cache: 100 make 8 stacks
MAX_ROWS = 2048  # updates in one call
MAX_ENTRIES = 2**18  # symbols in the table of one call
MAX_ENDS = 32  # times that one call keeps the weights
MAX_KEPT = 2**19  # numbers kept then


SMALL = 65_536  # multiplications of one model in a matrix product that XLA may spell out


class Large(NamedTuple):
    """Which matrix products of an update are large."""

    step: bool  # of the hidden state and the recurrent matrix
    recurrent: bool  # of all hidden states of a chunk and the gradient there
    input: bool
    output: bool


class Form(NamedTuple):
    """What one graph is traced for, which then serves all sizes."""

    cell: str
    output: str
    chunk: int  # how many time steps are taken at once
    many: bool  # whether there can be more than one chunk
    large: Large
    clip: bool  # whether gradients have a longest norm


class Shape(NamedTuple):
    """What one compiled program is made for; every size is a capacity."""

    cell: str
    output: str
    models: int
    batch: int
    steps: int
    symbols: int
    units: int
    clip: bool  # whether gradients have a longest norm
    ends: int  # how many times one call can keep the weights

    @property
    def form(self):
        """The `Form` of this shape."""
        chunk = {1: 1, 64: 4}.get(self.steps, 16)
        columns, N = CELLS[self.cell].gates * self.units, chunk * self.batch
        products = (self.batch * self.units * columns, N * self.units * columns)
        products += (N * (self.symbols + 1) * columns, N * self.units * self.symbols)
        large = Large(*(product > SMALL for product in products))
        return Form(self.cell, self.output, chunk, self.steps > chunk, large, self.clip)

    @property
    def rows(self):
        """How many updates one call can make."""
        return max(1, min(MAX_ROWS, MAX_ENTRIES // (self.models * self.steps * self.batch)))


UNITS = (20, 64, 128, 256, 512)
SYMBOLS = (5, 8, 10, 16, 32)  # and then powers of two
STEPS = (1, 64, 256, 1024, 4096, 8192)


def shape_for(settings, models, batch, steps, symbols, keep):
    """Round the sizes up to one of few shapes: a program takes a second and 20 MB to make."""
    shape = Shape(
        settings.cell,
        settings.output,
        models=stack_size(models),
        batch=_at_least(batch, ()),
        steps=_at_least(steps, STEPS),
        symbols=_at_least(symbols, SYMBOLS),
        units=_at_least(settings.neurons, UNITS),
        clip=settings.clip_norm is not None,
        ends=1,
    )
    if not keep:
        return shape
    weights = sum((i + bias) * o * g for i, o, g, bias in _packed_shapes(shape))
    return shape._replace(ends=max(1, min(MAX_ENDS, MAX_KEPT // (shape.models * weights))))


def stack_size(models):
    """For how many networks a stack has room: up to ten make two stacks, one for each core."""
    return 1 if models == 1 else FEW if models <= 2 * FEW else MANY


def _at_least(size, sizes):
    """The first of `sizes` that is large enough, or else the next power of two."""
    return next((enough for enough in sizes if enough >= size), 1 << (size - 1).bit_length())


# --- packing: Keras's arrays to three padded ones, and back ------------------------------


def pack(weights, shape):
    """Stack biases under their kernels and pad with zeros up to `shape`'s capacities.

    Returns [input (S, F+1, gates*U), recurrent (S, U or U+1, gates*U), output (S, U+1, F)],
    without the recurrent one for a cell that has none.
    """
    cell, models = CELLS[shape.cell], len(weights[0])
    parts = _with_bias_rows(cell, weights)
    packed = []
    for (rows, columns, gates, bias), part in zip(_packed_shapes(shape), parts, strict=True):
        full = np.zeros((shape.models, rows + bias, gates, columns), "float32")
        part = part.reshape(models, part.shape[1], gates, -1)
        inputs, outputs = part.shape[1] - bias, part.shape[3]
        full[:models, :inputs, :, :outputs] = part[:, :inputs]
        if bias:
            full[:models, -1, :, :outputs] = part[:, -1]
        packed.append(full.reshape(shape.models, rows + bias, gates * columns))
    return packed


def unpack(packed, shape, symbols, units):
    """Undo `pack`: arrays of Keras's shapes; leading axes stay as they are."""
    cell, parts = CELLS[shape.cell], []
    sizes = [(symbols, units), (units, units), (units, symbols)]
    sizes = sizes if cell.recurrent else [sizes[0], sizes[2]]
    for full, (inputs, outputs), (rows, columns, gates, bias) in zip(
        packed, sizes, _packed_shapes(shape), strict=True
    ):
        full = np.asarray(full)
        lead = full.shape[:-2]
        full = full.reshape(*lead, rows + bias, gates, columns)[..., :outputs]
        full = full.reshape(*lead, rows + bias, gates * outputs)
        parts.append(full[..., :inputs, :])
        if bias:
            parts.append(full[..., -1, :])
    if cell.recurrent_bias:
        kernel, bias, recurrent, recurrent_bias, *output = parts
        return [kernel, recurrent, np.stack([bias, recurrent_bias], axis=-2), *output]
    if cell.recurrent:
        kernel, bias, recurrent, *output = parts
        return [kernel, recurrent, bias, *output]
    return parts


def _with_bias_rows(cell, weights):
    """Keras's arrays as [input, recurrent, output] matrices, biases as their last rows."""

    def under(kernel, bias):
        return np.concatenate([kernel, bias[:, None]], axis=1)

    if cell.recurrent_bias:
        kernel, recurrent, bias, *output = weights
        return [under(kernel, bias[:, 0]), under(recurrent, bias[:, 1]), under(*output)]
    if cell.recurrent:
        kernel, recurrent, bias, *output = weights
        return [under(kernel, bias), recurrent, under(*output)]
    kernel, bias, *output = weights
    return [under(kernel, bias), under(*output)]


def _packed_shapes(shape):
    """(inputs, outputs, gates, whether a bias is the last row) of each packed matrix."""
    cell = CELLS[shape.cell]
    shapes = [(shape.symbols, shape.units, cell.gates, True)]
    if cell.recurrent:
        shapes.append((shape.units, shape.units, cell.gates, cell.recurrent_bias))
    return [*shapes, (shape.units, shape.symbols, 1, True)]
