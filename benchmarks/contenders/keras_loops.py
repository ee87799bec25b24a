"""The tutorial's loop in Keras 3: `fit` for each sequence, or `train_on_batch` for each update."""

import os
from functools import partial

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "0")  # as the package does

import keras
import numpy as np
import tensorflow as tf

from ..rows import windows

VERSIONS = {"keras": keras.__version__, "tensorflow": tf.__version__}


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


def fit(model, X, y):
    return model.fit(X, y, epochs=1, batch_size=1, verbose=0, shuffle=False).history["loss"][0]


def train_on_batches(model, X, y):
    return np.mean([model.train_on_batch(X[k : k + 1], y[k : k + 1]) for k in range(len(X))])


def prepare_by(learn, row, weights):
    model, one_hot = make_model(row), np.eye(row["symbols"], dtype="float32")
    X, y = (np.split(one_hot[part], len(row["lines"])) for part in windows(row)[:2])
    if row["reach"]:
        y = [targets[:, 0] for targets in y]

    def train():
        start_again(model, weights)
        losses = []
        for _ in range(row["epochs"]):
            for inputs, targets in zip(X, y, strict=True):
                losses.append(learn(model, inputs, targets))
                model.layers[0].reset_state()
        return np.array(losses)

    return train


by_fit = partial(prepare_by, fit)
by_batch = partial(prepare_by, train_on_batches)
