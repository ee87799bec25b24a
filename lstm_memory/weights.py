"""Initial weights: those that Keras draws, without making its models."""

import random

import numpy as np
import tensorflow as tf

from .cells import CELLS

PHILOX = 1  # TensorFlow's number for the random generator it uses on a CPU


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
    return _draws(tf.raw_ops.StatelessRandomUniformV2, seeds, shape) * (2 * limit) - limit


def _orthogonal(seeds, shape):
    """Rows (or columns, if fewer) at right angles to each other and of length 1."""
    tall = (max(shape), min(shape))
    q, r = tf.linalg.qr(_draws(tf.raw_ops.StatelessRandomNormalV2, seeds, tall))
    q = q.numpy() * np.sign(np.diagonal(r, axis1=1, axis2=2))[:, None]
    return q if tall == shape else q.transpose(0, 2, 1)


def _draws(operation, seeds, shape):
    """What `tf.random.stateless_*` draws for each seed, without its cost for each call."""
    draws, shape = [], tf.constant(shape)
    pairs = np.pad(np.asarray(seeds, "int64")[:, None], [(0, 0), (0, 1)])
    for seed in tf.unstack(tf.constant(pairs)):  # quicker than a list for each
        key = tf.raw_ops.StatelessRandomGetKeyCounter(seed=seed)
        draw = operation(shape=shape, key=key.key, counter=key.counter, alg=PHILOX)
        draws.append(draw.numpy())
    return np.stack(draws)
