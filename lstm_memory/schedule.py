"""Which steps of which sequences each update sees: the order of training as tables."""

import numpy as np


class Schedule:
    """The updates of a training, as rows; an epoch has `per_epoch` of them.

    An epoch takes the sequences in batches of B and cuts each batch into windows of T time
    steps; a row is one window. The state is carried from window to window and reset with
    each new batch (or as `settings.reset` says). Steps that do not exist (past the end of a
    sequence) have weight 0, the others share the weight 1, so that an update minimises the
    mean over the steps it sees; with `settings.last_weight`, last steps have that share.
    """

    def __init__(self, task, settings, seeds):
        self.sequences, longest = len(task.steps), max(task.steps)
        self.B = min(settings.batch_size or self.sequences, self.sequences)
        self.T = min(settings.bptt_steps or longest, longest)
        self.epochs, self.steps = settings.epochs, np.array(task.steps)
        self._cut_into_windows(task, -(-longest // self.T))
        batches = -(-self.sequences // self.B)
        self.empty = batches * self.B - self.sequences  # places left over in the last batch
        self.reset, self.orders = settings.reset, None
        self.last_weight = settings.last_weight
        self._keep = slice(None)
        if settings.shuffle:
            self.orders = np.stack([self._shuffled(seed) for seed in seeds])
        else:
            weights = self.rows(0, 1)["weights"]
            self._keep = weights.any(axis=(1, 2, 3))  # a short sequence needs fewer windows
        self.per_epoch = len(self.rows(0, 1)["carry"])

    def _cut_into_windows(self, task, windows):
        """Arrays (sequences + 1, windows, T); the last, empty sequence fills up batches."""
        shape = (self.sequences + 1, windows * self.T)
        self._inputs, self._targets, self._exists, self._is_last = (
            np.zeros(shape, "int32") for _ in range(4)
        )
        for k, (line, steps) in enumerate(zip(task.indices, task.steps, strict=True)):
            self._inputs[k, :steps] = line[:-1]
            self._targets[k, :steps] = line[1:]
            self._exists[k, :steps] = 1
            self._is_last[k, steps - 1] = 1
        windows = (self.sequences + 1, windows, self.T)
        self._inputs = self._inputs.reshape(windows)
        self._targets = self._targets.reshape(windows)
        self._exists = self._exists.reshape(windows)
        self._is_last = self._is_last.reshape(windows)

    def _shuffled(self, seed):
        """A random order of the sequences for every epoch, (epochs, sequences)."""
        order = np.tile(np.arange(self.sequences, dtype="uint8"), (max(1, self.epochs), 1))
        return np.random.default_rng(seed).permuted(order, axis=1)

    def updates(self, epochs):
        """How many updates each network has had after so many epochs: (seeds,), or (1,)."""
        if self.orders is None:
            order = np.arange(self.sequences)[None, None]
        else:
            order = self.orders[:, :epochs]
        steps = np.pad(self.steps[order], ((0, 0), (0, 0), (0, self.empty)))
        longest = steps.reshape(*steps.shape[:2], -1, self.B).max(axis=3)
        updates = (-(-longest // self.T)).sum(axis=(1, 2))  # windows of each batch
        return updates * epochs if self.orders is None else updates

    def rows(self, first, last, models=slice(None)):
        """The rows of epochs `first` to `last` - 1, for the seeds in the slice `models`.

        inputs, targets, weights  (rows, seeds, T, B): one-hot indices, and loss weights
        sequences                 (rows, seeds, B): which sequence; their number if none
        carry                     (rows,): 1 to keep the state, 0 to reset it first
        steps                     (rows,): how many time steps the row really has
        The axis of the seeds has length 1 when all have the same order.
        """
        if self.orders is None:
            order = np.tile(np.arange(self.sequences), (1, last - first, 1))
        else:
            order = self.orders[models, first:last]
        order = np.pad(order, ((0, 0), (0, 0), (0, self.empty)), constant_values=self.sequences)
        order = order.reshape(*order.shape[:2], -1, self.B)  # seeds, epochs, batches, B
        S, E, G, B = order.shape
        W = self._inputs.shape[1]

        def windowed(values):
            values = values[order].transpose(1, 2, 4, 0, 5, 3)  # E, G, W, S, T, B
            return self._select(values.reshape(E, G * W, S, self.T, B))

        exists = windowed(self._exists)
        sequences = np.repeat(order.transpose(1, 2, 0, 3), W, axis=1)
        carry = np.tile(np.arange(W) > 0, (E, G)).reshape(E, G * W)
        if self.reset != "sequence":
            carry[:] = True
        if self.reset == "epoch":
            carry[:, 0] = False
        return {
            "inputs": windowed(self._inputs),
            "targets": windowed(self._targets),
            "weights": self._weights(exists, windowed(self._is_last)),
            "sequences": self._select(sequences),
            "carry": self._select(carry).astype("float32"),
            "steps": exists.any(axis=(1, 3)).sum(axis=1).astype("int32"),
        }

    def _weights(self, exists, is_last):
        """Loss weights of the steps in each row, whose sum is 1, or 0 in an empty row."""

        def shared(steps):
            return steps / np.maximum(steps.sum(axis=(2, 3), keepdims=True), 1)

        if self.last_weight is None:
            return shared(exists).astype("float32")
        others = exists - is_last
        weights = self.last_weight * shared(is_last) + (1 - self.last_weight) * shared(others)
        total = weights.sum(axis=(2, 3), keepdims=True)
        return (weights / np.where(total > 0, total, 1)).astype("float32")

    def _select(self, values):
        """Leave out the rows of an epoch that hold nothing, and join the epochs."""
        values = values[:, self._keep]
        return values.reshape(-1, *values.shape[2:])
