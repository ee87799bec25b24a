"""How an LSTM remembers: tasks, training of many networks at once, and a look inside.

Importing this package loads neither TensorFlow nor Keras, and training does not need them:
they load when a Keras model is asked for. The two lines on TensorFlow below keep it quiet, and
its numbers the same on every CPU (its oneDNN kernels change the last digits).
"""

import importlib
import os
import sys

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "0")
os.environ.setdefault("KERAS_BACKEND", "tensorflow")

from .counting import Count, count
from .encoding import encode, to_lstm_dataset, to_xy_pairs
from .engine.loading import load_ahead
from .errors import InputError
from .free_memory import ask_before_tensorflow
from .memory import Trace, intervene, trace
from .runs import Run, Runs, load
from .settings import REMEMBERING, Settings
from .tasks import TUTORIAL, Recall, Task
from .training import train, train_many

ask_before_tensorflow()
if "ipykernel" in sys.modules:  # in a notebook the engine loads while the first cells are read
    load_ahead()

# loaded when first asked for, since they bring matplotlib and ipywidgets with them
_LATER = {
    "Explorer": "explorer.explorer",
    "ProgressBar": "progress",
    "Quiz": "explorer.quiz",
    "SuccessRate": "explorer.success_rate",
    "TryOut": "explorer.try_out",
    "catch_up": "notebook",
    "curves": "pictures.curves",
    "insides": "pictures.insides",
    "plots": "pictures.plots",
    "read_sweep": "sweeps",
    "sweep": "sweeps",
}

__all__ = [
    *_LATER,
    "REMEMBERING",
    "TUTORIAL",
    "Count",
    "InputError",
    "Recall",
    "Run",
    "Runs",
    "Settings",
    "Task",
    "Trace",
    "count",
    "encode",
    "intervene",
    "load",
    "to_lstm_dataset",
    "to_xy_pairs",
    "trace",
    "train",
    "train_many",
]
__version__ = "0.1.0"


def __getattr__(name):
    if name not in _LATER:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module = importlib.import_module(f".{_LATER[name]}", __name__)
    return module if module.__name__.endswith(f".{name}") else getattr(module, name)


def __dir__():
    return sorted(__all__)
