"""JAX: a whole training as one `lax.scan` under jit, and vmap for many networks."""

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from ..rows import windows

VERSIONS = {"jax": jax.__version__}


def loss_of(weights, state, x, y):
    """Mean cross-entropy of one window, x and y (T, F), and the state after it."""
    kernel, recurrent, bias, out_kernel, out_bias = weights

    def step(state, x):
        h, c = state
        i, f, g, o = jnp.split(x @ kernel + h @ recurrent + bias, 4)
        c = jax.nn.sigmoid(f) * c + jax.nn.sigmoid(i) * jnp.tanh(g)
        h = jax.nn.sigmoid(o) * jnp.tanh(c)
        return (h, c), h

    state, h = lax.scan(step, state, x)
    logits = h @ out_kernel + out_bias
    return jnp.mean(jnp.logaddexp(0, logits) - y * logits), state


def adam(weights, m, v, gradients, t, rate):
    """One step of Adam, as Keras computes it."""
    alpha = rate * jnp.sqrt(1 - 0.999**t) / (1 - 0.9**t)
    m = jax.tree.map(lambda a, g: a + (g - a) * 0.1, m, gradients)
    v = jax.tree.map(lambda a, g: a + (g * g - a) * 0.001, v, gradients)
    change = jax.tree.map(lambda a, b: alpha * a / (jnp.sqrt(b) + 1e-7), m, v)
    return jax.tree.map(jnp.subtract, weights, change), m, v


def train_one(weights, rate, inputs, targets, carry):
    """Train one network with updates of one-hot windows (updates, T, F); return the losses."""

    def update(training, batch):
        weights, m, v, t, state = training
        x, y, keep = batch
        state = jax.tree.map(lambda s: s * keep, state)
        (loss, state), gradients = jax.value_and_grad(loss_of, has_aux=True)(weights, state, x, y)
        weights, m, v = adam(weights, m, v, gradients, t + 1, rate)
        return (weights, m, v, t + 1, state), loss

    zeros = jax.tree.map(jnp.zeros_like, weights)
    nothing = jnp.zeros(weights[1].shape[0])
    start = (weights, zeros, zeros, jnp.float32(0), (nothing, nothing))
    return lax.scan(update, start, (inputs, targets, carry))[1]


train_single = jax.jit(train_one)
train_stack = jax.jit(jax.vmap(train_one, in_axes=(0, None, None, None, None)))


def prepare(row, weights):
    inputs, targets, carry = windows(row)
    one_hot = np.eye(row["symbols"], dtype="float32")
    epochs = row["epochs"]
    data = (
        np.float32(row["learning_rate"]),
        np.tile(one_hot[inputs], (epochs, 1, 1)),
        np.tile(one_hot[targets], (epochs, 1, 1)),
        np.tile(carry, epochs),
    )

    def train():
        if row["models"] == 1:
            return np.asarray(train_single([w[0] for w in weights], *data))
        return np.asarray(train_stack(weights, *data))

    return train
