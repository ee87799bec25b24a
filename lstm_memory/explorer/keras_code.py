"""A training as a program in plain Keras that runs alone."""

from dataclasses import asdict

PROGRAM = '''\
"""The training that the Explorer showed, in plain Keras 3: pip install keras tensorflow

It prints the loss of each sequence after each epoch.
"""

import os

os.environ["KERAS_BACKEND"] = "tensorflow"
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "0")  # the same digits on every processor

import keras
import numpy as np
import tensorflow as tf

sequences = {sequences}
symbols = {symbols}  # a symbol's place is its one-hot index
neurons, epochs, learning_rate, seed = {neurons}, {epochs}, {learning_rate}, {seed}
reach = {bptt_steps}  # how many steps one update sees; None: the whole sequence
batch_size = {batch_size}  # sequences per update; None: all
shuffle = {shuffle}
last_weight = {last_weight}  # share of the loss that falls on last steps; None: as the others

# --- the network ---

keras.utils.set_random_seed(seed)
n = len(symbols)
hidden = keras.layers.{layer}
output = keras.layers.Dense(n, activation="{output}")
hidden.build((1, 1, n))
output.build((1, 1, neurons))
weights = hidden.trainable_weights + output.trainable_weights
{bias}cross_entropy = keras.losses.{kind}_crossentropy
optimizer = keras.optimizers.Adam(learning_rate{clip})
optimizer.build(weights)


@tf.function
def update(x, y, exists, share, state):
    """One update; x, y: (sequences, steps, n); exists: 1 at a step that there is, else 0.

    share: how much of the loss falls on each step, with sum 1.
    """
    with tf.GradientTape() as tape:
        {forward}
        losses = cross_entropy(y, output(h)) * exists
        loss = tf.reduce_sum(losses * share)
    optimizer.apply(tape.gradient(loss, weights), weights)
    return tf.reduce_sum(losses, axis=1), state


# --- the data ---

lines = [[symbols.index(symbol) for symbol in sequence] for sequence in sequences]
steps = np.array([len(line) - 1 for line in lines])
longest = steps.max()
X, Y = np.zeros((2, len(lines), longest, n), "float32")
for k, line in enumerate(lines):
    X[k, : steps[k]] = np.eye(n)[line[:-1]]
    Y[k, : steps[k]] = np.eye(n)[line[1:]]
exists = (np.arange(longest) < steps[:, None]).astype("float32")
last = (np.arange(longest) == steps[:, None] - 1).astype("float32")


def shares(exists, last):
    """How much of an update's loss falls on each of its steps."""
    others = exists - last
    if last_weight is None or not last.any() or not others.any():
        return exists / exists.sum()
    return last_weight * last / last.sum() + (1 - last_weight) * others / others.sum()


# --- training ---

reach = min(reach or longest, longest)
batch_size = batch_size or len(lines)
order = np.tile(np.arange(len(lines), dtype="uint8"), (max(1, epochs), 1))
if shuffle:
    order = np.random.default_rng(seed).permuted(order, axis=1)
print("epoch", *(f"sequence {{k}}" for k in range(len(lines))), sep=",")
for epoch in range(epochs):
    losses = np.zeros(len(lines))
    for start in range(0, len(lines), batch_size):
        chosen = order[epoch, start : start + batch_size]
        state = [tf.zeros((len(chosen), neurons))] * {states}
        for first in range(0, steps[chosen].max(), reach):
            part = np.s_[chosen, first : first + reach]
            share = shares(exists[part], last[part])
            seen, state = update(X[part], Y[part], exists[part], share, state)
            losses[chosen] += seen
    print(epoch + 1, *(f"{{loss:.7f}}" for loss in losses / steps), sep=",")
'''
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
    return PROGRAM.format(
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
