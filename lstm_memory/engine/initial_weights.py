"""Initial weights: the numbers that Keras draws on TensorFlow, without loading either."""

import random

import numpy as np

from .layout import Cell, Matrices, shapes, to_rows

# Philox4x32-10, Salmon et al. 2011: the random generator of TensorFlow's stateless functions.
MULTIPLIERS = np.array([0xD2511F53, 0xCD9E8D57], "uint64")
WEYL = np.array([0x9E3779B9, 0xBB67AE85], "uint32")
SCRAMBLE = np.array([0x3EC8F720, 0x02461E29], "uint32")  # TensorFlow's key to make keys with


def initial_weights(settings, sizes, seeds):
    """Draw the weights that a Keras model has after `keras.utils.set_random_seed(seed)`.

    Returns rows of numbers, float32 (seeds, numbers), whose order layout.py tells. Keras draws a
    seed for each initializer from Python's generator as the layers are made: input kernel (Glorot
    & Bengio 2010, uniform), recurrent kernel (Saxe et al. 2014, orthogonal), one for dropout
    (which comes first in the simple RNN), then the output layer's kernel.
    """
    cell, each = Cell.of(settings), shapes(settings, sizes)
    generators = [random.Random(seed) for seed in seeds]  # noqa: S311 - no secrets
    drawn = np.array([[g.randint(1, 10**9) for _ in range(4)] for g in generators], "uint32")
    late = cell is Cell.SIMPLE_RNN
    drawn = drawn[:, [0 + late, 1 + late, 3]] if cell.recurrent else drawn[:, [0, 2, 1]]
    kinds = [each.kernel, (settings.neurons, each.recurrent[1]), each.out_kernel]
    numbers = [inputs * outputs + inputs * outputs % 2 for inputs, outputs in kinds]  # in pairs
    kernel, recurrent, output = _random_bits(drawn, numbers)
    zeros = Matrices(*(np.zeros((len(seeds), *shape), "float32") for shape in each))
    zeros.out_bias[:] = settings.output_bias
    if cell is Cell.LSTM:
        input_gates, forget_gates, *_ = np.split(zeros.bias, cell.blocks, axis=2)  # no copies
        input_gates[:], forget_gates[:] = settings.input_bias, settings.forget_bias
    made = zeros._replace(
        kernel=_glorot_uniform(kernel, each.kernel),
        recurrent=_orthogonal(recurrent, each.recurrent) if cell.recurrent else zeros.recurrent,
        out_kernel=_glorot_uniform(output, each.out_kernel),
    )
    return to_rows(made)


def _glorot_uniform(bits, shape):
    limit = np.float32(np.sqrt(6 / sum(shape)))
    return _shaped(_uniform(bits), shape) * (2 * limit) - limit


def _orthogonal(bits, shape):
    """Rows (or columns, if fewer) at right angles to each other and of length 1."""
    tall = (max(shape), min(shape))
    q, r = np.linalg.qr(_shaped(_normal(bits), tall).astype("float64"))
    q = (q * np.sign(np.diagonal(r, axis1=1, axis2=2))[:, None]).astype("float32")
    return q if tall == shape else q.transpose(0, 2, 1)


def _uniform(bits):
    """`tf.random.stateless_uniform` of these random bits: float32, from 0 to 1."""
    ones = (bits & np.uint32(0x7FFFFF)) | np.uint32(0x3F800000)  # as floats, from 1 to 2
    return ones.view("float32") - np.float32(1)


def _normal(bits):
    """`tf.random.stateless_normal` of these random bits, by the method of Box & Muller 1958."""
    pairs = _uniform(bits).astype("float64")
    radius = np.sqrt(-2 * np.log(np.maximum(pairs[:, ::2], 1e-7)))
    angle = 2 * np.pi * pairs[:, 1::2]
    drawn = np.stack([np.sin(angle) * radius, np.cos(angle) * radius], axis=2)
    return drawn.reshape(len(bits), -1).astype("float32")


def _shaped(numbers, shape):
    """The first of each row's numbers as a matrix."""
    return numbers[:, : int(np.prod(shape))].reshape(-1, *shape)


def _random_bits(seeds, sizes):
    """The first numbers that generators begin with: uint32 arrays (S, size), one for each size.

    `seeds`: uint32 (S, number of sizes), TensorFlow's seeds (seed, 0).
    """
    zero = np.zeros_like(seeds)
    key = np.broadcast_to(SCRAMBLE[:, None, None], (2, *seeds.shape))
    mixed = _philox(np.stack([seeds, zero, zero, zero]), key)
    blocks = [-(-size // 4) for size in sizes]
    number = np.concatenate([np.arange(count, dtype="uint32") for count in blocks])
    mixed = np.repeat(mixed, blocks, axis=2)  # one for each block of four numbers
    number = np.broadcast_to(number, mixed.shape[1:])
    bits = _philox(np.stack([number, np.zeros_like(number), *mixed[2:]]), mixed[:2])
    parts = np.split(np.moveaxis(bits, 0, -1), np.cumsum(blocks)[:-1], axis=1)
    return [part.reshape(len(seeds), -1)[:, :size] for part, size in zip(parts, sizes, strict=True)]


def _philox(counter, key):
    """Four random numbers for each counter (4, ...) and key (2, ...), all uint32."""
    (c0, c1, c2, c3), (k0, k1) = counter, key
    half = np.uint64(32)
    for _ in range(10):
        first, second = c0 * MULTIPLIERS[0], c2 * MULTIPLIERS[1]  # 64 bits
        c0, c1 = (second >> half).astype("uint32") ^ c1 ^ k0, second.astype("uint32")
        c2, c3 = (first >> half).astype("uint32") ^ c3 ^ k1, first.astype("uint32")
        k0, k1 = k0 + WEYL[0], k1 + WEYL[1]
    return np.stack([c0, c1, c2, c3])
