"""A trained network as a Keras model and as a `.keras` file."""

import io
import json
import os
import zipfile
from dataclasses import asdict

import numpy as np

from .engine.layout import keras_shapes
from .errors import InputError
from .settings import Settings
from .tasks import Task

ABOUT = "lstm_memory.json"  # our own member of the zip file that a .keras file is
WEIGHTS = "model.weights.h5"  # Keras's
MAX_BYTES = 200_000_000  # of either member, unpacked


def keras_model(settings, sizes, weights):
    """A compiled stateful Keras model with input (1, 1, symbols) and these weights.

    `sizes`: how many symbols it reads and how many outputs it has.
    """
    import keras

    layers, (symbols, outputs) = keras.layers, sizes
    if settings.cell == "dense":
        hidden = [layers.Flatten(), layers.Dense(settings.neurons, activation="tanh")]
    else:
        kinds = {"lstm": layers.LSTM, "gru": layers.GRU, "simple_rnn": layers.SimpleRNN}
        hidden = [kinds[settings.cell](settings.neurons, stateful=True)]
    output = layers.Dense(outputs, activation=settings.output)
    model = keras.Sequential([keras.Input(batch_shape=(1, 1, symbols)), *hidden, output])
    kind = "binary" if settings.output == "sigmoid" else "categorical"
    optimizer = keras.optimizers.Adam(settings.learning_rate, settings.beta_1, settings.beta_2)
    model.compile(loss=f"{kind}_crossentropy", optimizer=optimizer)
    model.set_weights(weights)
    return model


def save(run, path):
    """Write a run to a `.keras` file; what was there before stays until all is written."""
    path = _checked_path(path)
    about = {
        "sequences": run.task.sequences,
        "alphabet": run.task.alphabet,
        "outputs": run.task.outputs,
        "settings": asdict(run.settings),
        "losses": run.losses.to_numpy().tolist(),
        "stopped": run.stopped,
    }
    unfinished = path.removesuffix(".keras") + ".part.keras"
    try:
        run.model.save(unfinished)
        with zipfile.ZipFile(unfinished, "a") as file:
            file.writestr(ABOUT, json.dumps(about))
        os.replace(unfinished, path)
    finally:
        if os.path.exists(unfinished):
            os.remove(unfinished)


def read(path):
    """Task, settings, weights, losses (nested lists) and `stopped` of a file from `save`.

    Nothing in the file is executed: only numbers and text are read. Raises `InputError`.
    """
    path = _checked_path(path)
    try:
        with zipfile.ZipFile(path) as file:
            about = json.loads(_member(file, ABOUT))
            weights = _arrays(_member(file, WEIGHTS))
        task = Task(about["sequences"], about["alphabet"], outputs=about.get("outputs"))
        settings = Settings(**about["settings"])
        losses = np.array(about["losses"], "float32").reshape(-1, len(task.steps))
        if [w.shape for w in weights] != keras_shapes(settings, task.sizes):
            raise ValueError("weights of other sizes")
        return task, settings, weights, losses, bool(about["stopped"])
    except FileNotFoundError:
        raise InputError("path", "a file that exists", path) from None
    except (OSError, ValueError, KeyError, TypeError, zipfile.BadZipFile) as error:
        raise InputError("path", "a file written by run.save()", path) from error


def _checked_path(path):
    if not isinstance(path, str | os.PathLike) or not os.fspath(path).endswith(".keras"):
        raise InputError("path", "a file name that ends in .keras", path)
    return os.fspath(path)


def _member(file, name):
    if file.getinfo(name).file_size > MAX_BYTES:
        raise ValueError(f"{name} is too large")
    return file.read(name)


def _arrays(data):
    """The arrays in Keras's weights file, in the order of `get_weights()`."""
    import h5py

    found = {}
    with h5py.File(io.BytesIO(data)) as file:

        def note(name, item):
            if isinstance(item, h5py.Dataset) and name.startswith("layers/"):
                found[name] = np.asarray(item, "float32")

        file.visititems(note)
    # the output layer is the last Dense layer: "dense", or "dense_1" after a hidden one
    order = sorted(found, key=lambda name: (name.startswith("layers/dense"), name))
    return [found[name] for name in order]
