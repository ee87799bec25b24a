"""This package: one call of `lm.train`, with all that belongs to it."""

import numba

import lstm_memory as lm

VERSIONS = {"lstm_memory": lm.__version__, "numba": numba.__version__}


def prepare(row, weights):
    """It draws the weights by itself, from the seeds 0, 1, 2, ...; they have to be equal."""
    task = lm.Task(row["lines"], alphabet=range(row["symbols"]))
    settings = lm.Settings(
        neurons=row["neurons"],
        epochs=row["epochs"],
        learning_rate=row["learning_rate"],
        bptt_steps=row["reach"],
    )
    if row["models"] == 1:
        return lambda: lm.train(task, settings).losses.to_numpy()
    return lambda: lm.train_many(task, settings, seeds=row["models"]).losses
