"""The tutorial's loop in Keras 3: `fit` for each sequence, or `train_on_batch` for each update."""

import os
import sys

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "0")  # as the package does

import keras
import numpy as np
import tensorflow as tf

from . import worker


def make_model(row):
    model = keras.Sequential(
        [
            keras.Input(batch_shape=(1, row["reach"] or len(row["lines"][0]) - 1, row["symbols"])),
            keras.layers.LSTM(row["neurons"], stateful=True, return_sequences=row["reach"] is None),
            keras.layers.Dense(row["symbols"], activation="sigmoid"),
        ]
    )
    optimizer = keras.optimizers.Adam(row["learning_rate"])
    model.compile(loss="binary_crossentropy", optimizer=optimizer)
    optimizer.build(model.trainable_variables)
    return model


def start_again(model, weights):
    """As new, without a new model, whose graph would have to be traced again."""
    model.set_weights([w[0] for w in weights])
    for variable in model.optimizer.variables[2:]:  # Adam's moments
        variable.assign(np.zeros(variable.shape))
    model.optimizer.iterations.assign(0)


def by_fit(model, X, y):
    return model.fit(X, y, epochs=1, batch_size=1, verbose=0, shuffle=False).history["loss"][0]


def by_batch(model, X, y):
    return np.mean([model.train_on_batch(X[k : k + 1], y[k : k + 1]) for k in range(len(X))])


def prepare(row, weights):
    model, one_hot = make_model(row), np.eye(row["symbols"], dtype="float32")
    lines = np.array(row["lines"])
    T = row["reach"] or lines.shape[1] - 1
    shape = (len(lines), -1, T, row["symbols"])
    X, y = one_hot[lines[:, :-1]].reshape(shape), one_hot[lines[:, 1:]].reshape(shape)
    if T == 1:
        y = y[:, :, 0]
    learn = {"fit": by_fit, "train_on_batch": by_batch}[sys.argv[1]]

    def train():
        start_again(model, weights)
        losses = np.zeros((1, row["epochs"], len(lines)))
        for epoch in range(row["epochs"]):
            for k in range(len(lines)):
                losses[0, epoch, k] = learn(model, X[k], y[k])
                model.layers[0].reset_state()
        return losses

    return train


if __name__ == "__main__":
    worker.serve(prepare, {"keras": keras.__version__, "tensorflow": tf.__version__})
