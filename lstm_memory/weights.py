"""Initial weights: the numbers that Keras draws on TensorFlow, without loading either."""

import random

import numpy as np

from .cells import CELLS

# Philox4x32-10, Salmon et al. 2011: the random generator of TensorFlow's stateless functions.
MULTIPLIERS = np.array([0xD2511F53, 0xCD9E8D57], "uint64")
WEYL = np.array([0x9E3779B9, 0xBB67AE85], "uint32")
SCRAMBLE = np.array([0x3EC8F720, 0x02461E29], "uint32")  # TensorFlow's key to make keys with


def initial_weights(settings, symbols, seeds):
    """Draw the weights that a Keras model has after `keras.utils.set_random_seed(seed)`.

    Returns a list of float32 arrays, each with a leading axis for `seeds`, in the order and
    shapes of Keras's `get_weights()`. Keras draws a seed for each initializer from Python's
    generator as the layers are made: input kernel (Glorot & Bengio 2010, uniform), recurrent
    kernel (Saxe et al. 2014, orthogonal), one for dropout (which comes first in the simple
    RNN), then the output layer's kernel.
    """
    cell, n = CELLS[settings.cell], settings.neurons
    draws = [random.Random(seed) for seed in seeds]
    draws = np.array([[r.randint(1, 10**9) for _ in range(4)] for r in draws])
    late = settings.cell == "simple_rnn"
    kernel = _glorot_uniform(draws[:, 0 + late], (symbols, cell.gates * n))
    bias = np.zeros((len(seeds), cell.gates * n), "float32")
    if settings.cell == "lstm":
        bias[:, n : 2 * n] = settings.forget_bias
    if not cell.recurrent:
        hidden, last = [kernel, bias], draws[:, 1]
    else:
        recurrent, last = _orthogonal(draws[:, 1 + late], (n, cell.gates * n)), draws[:, 3]
        if cell.recurrent_bias:
            bias = np.stack([bias, bias], axis=1)
        hidden = [kernel, recurrent, bias]
    bias = np.zeros((len(seeds), symbols), "float32")
    return [*hidden, _glorot_uniform(last, (n, symbols)), bias]


def _glorot_uniform(seeds, shape):
    limit = np.float32(np.sqrt(6 / sum(shape)))
    return _uniform(seeds, shape) * (2 * limit) - limit


def _orthogonal(seeds, shape):
    """Rows (or columns, if fewer) at right angles to each other and of length 1."""
    tall = (max(shape), min(shape))
    q, r = np.linalg.qr(_normal(seeds, tall).astype("float64"))
    q = (q * np.sign(np.diagonal(r, axis1=1, axis2=2))[:, None]).astype("float32")
    return q if tall == shape else q.transpose(0, 2, 1)


def _uniform(seeds, shape):
    """`tf.random.stateless_uniform` for each seed: float32, from 0 to 1."""
    bits = _random_bits(seeds, int(np.prod(shape)))
    ones = (bits & np.uint32(0x7FFFFF)) | np.uint32(0x3F800000)  # as floats, from 1 to 2
    return ones.view("float32").reshape(-1, *shape) - np.float32(1)


def _normal(seeds, shape):
    """`tf.random.stateless_normal` for each seed, by the method of Box & Muller 1958."""
    size = int(np.prod(shape))
    pairs = _uniform(seeds, (-(-size // 2), 2)).astype("float64")
    radius = np.sqrt(-2 * np.log(np.maximum(pairs[..., 0], 1e-7)))
    angle = 2 * np.pi * pairs[..., 1]
    drawn = np.stack([np.sin(angle) * radius, np.cos(angle) * radius], axis=2)
    return drawn.reshape(len(pairs), -1)[:, :size].reshape(-1, *shape).astype("float32")


def _random_bits(seeds, size):
    """The first `size` numbers of each seed's generator, uint32 (seeds, size)."""
    zero = np.zeros(len(seeds), "uint32")
    counter = np.stack([np.asarray(seeds, "uint32"), zero, zero, zero])
    mixed = _philox(counter, np.broadcast_to(SCRAMBLE[:, None], (2, len(seeds))))
    blocks = np.arange(-(-size // 4), dtype="uint32")
    shape = (len(seeds), len(blocks))
    counter = np.stack(
        [
            np.broadcast_to(part, shape)
            for part in (blocks, np.uint32(0), mixed[2][:, None], mixed[3][:, None])
        ]
    )
    bits = _philox(counter, mixed[:2, :, None])
    return np.moveaxis(bits, 0, -1).reshape(len(seeds), -1)[:, :size]


def _philox(counter, key):
    """Four random numbers for each counter (4, ...) and key (2, ...), all uint32."""
    c0, c1, c2, c3 = counter
    for turn in range(10):
        k0, k1 = (key[k] + np.uint32(turn * int(WEYL[k]) % 2**32) for k in range(2))
        low, high = c0 * MULTIPLIERS[0], c2 * MULTIPLIERS[1]  # 64 bits
        c0, c1 = (high >> np.uint64(32)).astype("uint32") ^ c1 ^ k0, high.astype("uint32")
        c2, c3 = (low >> np.uint64(32)).astype("uint32") ^ c3 ^ k1, low.astype("uint32")
    return np.stack([c0, c1, c2, c3])
