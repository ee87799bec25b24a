"""Training written plainly in Keras 3, against which the package is proved."""

import keras
import numpy as np
import tensorflow as tf

from lstm_memory import encode, to_lstm_dataset


def tutorial_loop(task, settings):
    """The tutorial's own loop of `model.fit`: returns losses (epochs, sequences) and weights."""
    keras.utils.set_random_seed(settings.seed)
    n = len(task.alphabet)
    model = keras.Sequential(
        [
            keras.Input(batch_shape=(1, 1, n)),
            keras.layers.LSTM(settings.neurons, stateful=True),
            keras.layers.Dense(n, activation="sigmoid"),
        ]
    )
    model.compile(loss="binary_crossentropy", optimizer="adam")
    losses = []
    for _ in range(settings.epochs):
        epoch = []
        for sequence in task.sequences:
            X, y = to_lstm_dataset(sequence, n)
            fit = model.fit(X, y, epochs=1, batch_size=1, verbose=0, shuffle=False)
            epoch.append(fit.history["loss"][0])
            model.layers[0].reset_state()
        losses.append(epoch)
    return np.array(losses), model.get_weights()


def any_settings_loop(task, settings, orders=None):
    """Any settings, with Keras's layers, losses and Adam, one update after another."""
    keras.utils.set_random_seed(settings.seed)
    hidden, output, weights = _layers(task, settings)
    betas = settings.beta_1, settings.beta_2
    optimizer = keras.optimizers.Adam(
        settings.learning_rate, *betas, global_clipnorm=settings.clip_norm
    )
    count = len(task.sequences)
    batch = settings.batch_size or count
    window = settings.bptt_steps or max(task.steps)
    losses, state = np.zeros((settings.epochs, count)), None
    learning = weights[-2:] if settings.frozen else weights
    for epoch in range(settings.epochs):
        order = list(range(count)) if orders is None else list(orders[epoch])
        state = None if settings.reset == "epoch" else state
        for start in range(0, count, batch):
            group = order[start : start + batch]
            state = None if settings.reset == "sequence" else state
            for first in range(0, max(task.steps[k] for k in group), window):
                seen, state, gradients = _window(
                    task, settings, group, first, window, state, hidden, output, weights
                )
                optimizer.apply(gradients[-len(learning) :], learning)
                for k, loss in zip(group, seen, strict=True):
                    losses[epoch, k] += loss / max(_asked(task, settings, k).sum(), 1)
    return losses, [w.numpy() for w in weights]


def _layers(task, settings):
    n = len(task.alphabet)
    if settings.cell == "dense":
        hidden = keras.layers.Dense(settings.neurons, activation="tanh")
    else:
        names = {"lstm": "LSTM", "gru": "GRU", "simple_rnn": "SimpleRNN"}
        make = getattr(keras.layers, names[settings.cell])
        hidden = make(settings.neurons, return_sequences=True, return_state=True)
    output = keras.layers.Dense(len(task.outputs), activation=settings.output)
    hidden.build((1, 1, n))
    output.build((1, 1, settings.neurons))
    weights = hidden.trainable_weights + output.trainable_weights
    if settings.cell == "lstm":
        bias = weights[2].numpy()
        bias[: settings.neurons] = settings.input_bias
        bias[settings.neurons : 2 * settings.neurons] = settings.forget_bias
        weights[2].assign(bias)
    weights[-1].assign(np.full(len(task.outputs), settings.output_bias, "float32"))
    return hidden, output, weights


def _window(task, settings, group, first, window, state, hidden, output, weights):
    """Losses of the sequences in this window, the state after it, and the gradients."""
    n = len(task.alphabet)
    lines = [task.indices[k][first : first + window + 1] for k in group]
    steps = [max(len(line) - 1, 0) for line in lines]
    X, y = np.zeros((2, len(group), max(steps), n), "float32")
    asked = np.zeros((len(group), max(steps)), "float32")
    for k, line in enumerate(lines):
        if steps[k]:
            encoded = np.array(encode(line, n))
            X[k, : steps[k]], y[k, : steps[k]] = encoded[:-1], encoded[1:]
            asked[k, : steps[k]] = _asked(task, settings, group[k])[first : first + steps[k]]
    y = y[..., [task.alphabet.index(symbol) for symbol in task.outputs]]
    asked = tf.constant(asked)
    kind = "binary" if settings.output == "sigmoid" else "categorical"
    with tf.GradientTape() as tape:
        if settings.cell == "dense":
            h = hidden(X)
        else:
            h, *state = hidden(X, initial_state=state)
        losses = getattr(keras.losses, f"{kind}_crossentropy")(y, output(h)) * asked
        loss = tf.reduce_sum(losses * _weights(task, settings, group, first, steps, asked))
    return tf.reduce_sum(losses, axis=1).numpy(), state, tape.gradient(loss, weights)


def _asked(task, settings, k):
    """Which steps of a sequence carry a loss."""
    asked = np.array([symbol in task.outputs for symbol in task.sequences[k][1:]])
    if settings.last_weight == 1:
        asked[:-1] = False
    return asked


def _weights(task, settings, group, first, steps, asked):
    """The weight of each step of a window, (sequences, steps), with sum 1, or 0 for all."""
    exists = asked.numpy()
    if settings.last_weight is None:
        return exists / max(exists.sum(), 1)
    last = np.zeros(exists.shape, "float32")
    for row, (k, here) in enumerate(zip(group, steps, strict=True)):
        if here and first + here == task.steps[k]:
            last[row, here - 1] = exists[row, here - 1]
    others, a = exists - last, settings.last_weight
    if not last.any() or not others.any():
        return exists / max(exists.sum(), 1)
    return a * last / last.sum() + (1 - a) * others / others.sum()
