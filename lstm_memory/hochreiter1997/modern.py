"""Today's LSTM on the tasks of 1997: the package's own training, and one recipe for each task."""

from dataclasses import replace
from math import log

import numpy as np

from ..errors import InputError, instance, whole_number
from ..memory import forward
from ..runs import errors
from ..settings import MAX_SEED, Settings
from ..training import train_many
from .network import FORMS, presentations
from .tasks import Experiment

LOOK = 10  # presentations between two sets of weights that are kept
AHEAD = 500  # presentations of a first training; each further one is four times as long
BATCHES = (1, 2, 5, 10)
AT_A_TIME = 50  # sequences that a network reads side by side

_BASE = Settings(bptt_steps=None, output="softmax", clip_norm=1.0, epochs=0)


def recipe(form):
    """`Settings` for one of the paper's tasks; the biases of the gates follow from its lag.

    The forget gate begins open, with a bias of ln(lag) + 1 (Tallec & Ollivier 2018 draw it
    from a range that ends at ln(lag)). In 2b and 2c the input gate begins shut, with
    -ln(lag): what as many random symbols then add to a cell stays of the order of 1. There
    the network learns from the end only; in 2a half of the loss is on the other steps.
    """
    instance("form", form, Experiment, FORMS)
    lag = log(form.q if form.outputs else form.p)
    end_only = {"last_weight": 1.0, "learning_rate": 0.03, "input_bias": -lag}
    if form.outputs:  # 2c
        special = end_only | {"neurons": 8}
    elif form.every_step:  # 2a
        special = {"last_weight": 0.5, "learning_rate": 0.01, "input_bias": -2.0, "beta_2": 0.9}
    else:  # 2b
        special = end_only | {"beta_2": 0.99}
    return replace(_BASE, forget_bias=lag + 1, **special)


class Modern:
    """Today's network on one of the paper's tasks.

    `form`: the task. `seed`: of its weights, and of what it is shown. `settings`: by default
    those of `recipe`, with one sequence an update; a `batch_size` divides ten, since networks
    are tested every ten presentations, or else it raises `InputError`.
    """

    def __init__(self, form, seed=0, settings=None):
        self.form = instance("form", form, Experiment, FORMS)
        self.seed = whole_number("seed", seed, 0, MAX_SEED)
        settings = recipe(form) if settings is None else settings
        self.settings = instance("settings", settings, Settings, "Settings")
        self.batch = self.settings.batch_size
        if self.batch not in BATCHES:
            raise InputError("batch_size", "one of 1, 2, 5, 10", self.batch)
        self.task = form.task(self.batch, self.seed, renewed=True)
        self.kept, self.presented, self._ends = {}, 0, 0

    def go_to(self, presented):
        """Be the network after so many presentations, a multiple of ten.

        A training can't be gone on with: where the weights are not kept, it begins anew, with the
        same seed and therefore to the same effect.
        """
        self.presented = presented = presentations("presented", presented)
        if presented not in self.kept:
            near = presented <= self._ends + LOOK
            self._ends = max(AHEAD, 4 * self._ends) if near else presented
            looks = range(presented, self._ends + 1, LOOK)
            settings = replace(self.settings, epochs=self._ends // self.batch)
            keep = [look // self.batch for look in looks]  # an epoch is one batch
            kept = train_many(self.task, settings, [self.seed], keep=keep).kept
            self.kept = {look: kept[look // self.batch] for look in looks}

    def errors(self, lines, steps, targets, limit=np.inf):
        """The largest error of each sequence over all outputs of the steps asked.

        It ends soon after the first that is not below `limit`, and leaves later ones at 0.
        """
        weights, worst = self.kept[self.presented], np.zeros(len(lines), "float32")
        for first in range(0, len(lines), AT_A_TIME):
            part = slice(first, first + AT_A_TIME)
            longest = steps[part].max()
            read = [line[: n + 1] for line, n in zip(lines[part], steps[part], strict=True)]
            said = forward(self.settings, weights, read)["outputs"]
            worst[part] = np.nanmax(errors(said, targets[part, :longest])[0], axis=1)
            if not (worst[part] < limit).all():
                break
        return worst
