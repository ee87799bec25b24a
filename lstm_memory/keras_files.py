"""A trained network as a Keras model and as a `.keras` file."""

import contextlib
import io
import json
import math
import os
import sys
import zipfile
from dataclasses import asdict

import numpy as np

from .engine.layout import keras_shapes
from .errors import InputError
from .settings import Settings
from .tasks import Recall, Task

# Members of the zip file that a .keras file is: two of our own, and one of Keras's.
ABOUT = "lstm_memory.json"
KEPT = "lstm_memory_kept.bin"  # weights of earlier epochs, a row of float32 an epoch
WEIGHTS = "model.weights.h5"
MAX_BYTES = 200_000_000  # of each, unpacked
# With jax, Keras 3.15 runs `predict` without a memory: a stateful layer begins anew at each call.
BACKENDS, WHY = ("tensorflow", "torch"), "with others, predict may not keep a layer's state"
INSTALL = (
    "a Keras model needs Keras and TensorFlow, which can't be loaded here: install them with"
    " pip install keras tensorflow"
)


def keras_model(settings, sizes, weights):
    """A compiled stateful Keras model with input (1, 1, symbols) and these weights.

    `sizes`: how many symbols it reads and how many outputs it has. Raises `ImportError` if Keras
    or TensorFlow can't be loaded, `InputError` for a backend of Keras that it would not work on.
    """
    keras = _keras()
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
    optimizer.build(model.trainable_variables)  # else Keras warns when it opens a saved model
    return model


def _keras():
    """Keras, on a backend that keeps the state of a layer from one `predict` to the next."""
    loaded = sys.modules.get("keras")
    backend = loaded.backend.backend() if loaded else os.environ["KERAS_BACKEND"]
    if backend not in BACKENDS:
        raise InputError("KERAS_BACKEND", f"{' or '.join(BACKENDS)}: {WHY}", backend)
    try:
        import keras
    except ImportError as error:
        raise ImportError(INSTALL) from error
    return keras


def save(run, path):
    """Write a run to a `.keras` file; what was there before stays until all is written.

    The weights are those that `run.model` has now. Raises `InputError`.
    """
    path, folder = _checked_path(path), os.path.dirname(path)
    if not os.path.isdir(os.path.expanduser(folder) or "."):
        raise InputError("path", "a folder that exists", folder)
    renewed = run.task.renewed
    if not isinstance(renewed, Recall | None):
        expected = "a task whose sequences stay as they are, or are drawn by a Recall"
        raise InputError("run", expected, type(renewed).__name__)
    about = {
        "sequences": run.task.sequences,
        "alphabet": run.task.alphabet,
        "outputs": run.task.outputs,
        "renewed": renewed and asdict(renewed),
        "settings": asdict(run.settings),
        "losses": run.losses.to_numpy().tolist(),
        "stopped": run.stopped,
        "reset": run.reset,
        "kept": list(run.kept),
    }
    rows = [np.concatenate([w.ravel() for w in weights]) for weights in run.kept.values()]
    members = {ABOUT: json.dumps(about), KEPT: np.array(rows, "<f4").tobytes()}
    if max(map(len, members.values())) > MAX_BYTES:
        raise InputError("run", "fewer losses, or fewer kept epochs, than a file can hold", run)
    _write(run.model, members, os.path.expanduser(path))


def _write(model, members, path):
    """Write a model and members of our own, {name: content}, into one file."""
    unfinished = path.removesuffix(".keras") + ".part.keras"
    try:
        model.save(unfinished)
        with zipfile.ZipFile(unfinished, "a") as file:
            for name, content in members.items():
                file.writestr(name, content)
        os.replace(unfinished, path)
    except (OSError, RuntimeError) as error:  # the latter of h5py
        why = getattr(error, "strerror", None) or error
        expected = f"a place that can be written to ({why}); what was there before is kept"
        raise InputError("path", expected, path) from error
    finally:
        with contextlib.suppress(OSError):  # it was never begun
            os.remove(unfinished)


def read(path):
    """What a file from `save` holds, as the arguments of a `Run`, losses as an array.

    Nothing in the file is executed: only numbers and text are read. Raises `InputError`.
    """
    path = _checked_path(path)
    try:
        with zipfile.ZipFile(os.path.expanduser(path)) as file:
            about = json.loads(_member(file, ABOUT))
            weights, kept = _member(file, WEIGHTS), _member(file, KEPT)
        renewed = about["renewed"] and Recall(**about["renewed"])
        task = Task(about["sequences"], about["alphabet"], renewed, about["outputs"])
        settings = Settings(**about["settings"])
        shapes = keras_shapes(settings, task.sizes)
        weights = _arrays(weights, shapes)
        return {
            "task": task,
            "settings": settings,
            "weights": weights,
            "losses": np.array(about["losses"], "float32").reshape(-1, len(task.steps)),
            "stopped": bool(about["stopped"]),
            "kept": dict(zip(map(int, about["kept"]), _rows(kept, shapes), strict=True)),
            "reset": bool(about["reset"]),
        }
    except FileNotFoundError:
        raise InputError("path", "a file that exists", path) from None
    except Exception as error:  # whatever zipfile, json, h5py or NumPy say of a file that is none
        raise InputError("path", "a file written by run.save()", path) from error


def _rows(data, shapes):
    """Bytes as rows of float32, and each row as the arrays of these shapes."""
    sizes = [math.prod(shape) for shape in shapes]
    rows = np.frombuffer(data, "<f4").astype("float32").reshape(-1, sum(sizes))
    for row in rows:
        parts = np.split(row, np.cumsum(sizes)[:-1])
        yield [part.reshape(shape) for part, shape in zip(parts, shapes, strict=True)]


def _checked_path(path):
    """A path as a str, as it was written."""
    name = os.fspath(path) if isinstance(path, os.PathLike) else path
    if not isinstance(name, str) or not name.endswith(".keras"):
        raise InputError("path", "a file name that ends in .keras", path)
    return name


def _member(file, name):
    if file.getinfo(name).file_size > MAX_BYTES:
        raise ValueError(f"{name} is too large")
    return file.read(name)


def _arrays(data, shapes):
    """The arrays in Keras's weights file, in the order of `get_weights()`, if they have `shapes`.

    Those whose numbers would come from elsewhere, such as another file, are refused.
    """
    import h5py

    found = {}
    with h5py.File(io.BytesIO(data)) as file:

        def note(name, item):
            if isinstance(item, h5py.Dataset):
                found[name] = item

        file["layers"].visititems(note)
        # the output layer is the last Dense layer: "dense", or "dense_1" after a hidden one
        order = sorted(found, key=lambda name: (name.startswith("dense"), name))
        arrays = [found[name] for name in order]
        if [array.shape for array in arrays] != shapes:  # before memory is taken for them
            raise ValueError("weights of other sizes")
        if any(array.external or array.is_virtual for array in arrays):
            raise ValueError("weights that are not in the file")
        return [np.asarray(array, "float32") for array in arrays]
