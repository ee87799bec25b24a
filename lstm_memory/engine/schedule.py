"""Which steps of which sequences each update sees: the order of training as tables."""

import numpy as np

from ..tasks import padded


class Schedule:
    """The updates of a training, as rows; an epoch has `per_epoch` of them.

    An epoch takes the sequences in batches of B and cuts each batch into windows of T time
    steps; a row is one window. The state is carried from window to window and reset with
    each new batch (or as `settings.reset` says). Steps that do not exist (past the end of a
    sequence) have weight 0, the others share the weight 1, so that an update minimises the
    mean over the steps it sees; with `settings.last_weight`, last steps have that share.
    A step whose next symbol has no output is not asked and has weight 0, too.
    """

    def __init__(self, task, settings, seeds):
        self.sequences, self.seeds = len(task.steps), seeds
        self.epochs, self.steps = settings.epochs, np.array(task.steps)
        self.reset, self.last_weight = settings.reset, settings.last_weight
        self._form, self._output_of = task.renewed, task.output_of
        longest = self._form.longest - 1 if self._form else max(task.steps)
        self.B = min(settings.batch_size or self.sequences, self.sequences)
        self.T = min(settings.bptt_steps or longest, longest)
        self.windows, batches = -(-longest // self.T), -(-self.sequences // self.B)
        self.empty = batches * self.B - self.sequences  # places left over in the last batch
        self.varies = settings.shuffle or self._form is not None  # from epoch to epoch
        self.orders = self._orders(settings.shuffle)
        self._in_use, self.per_epoch = slice(None), batches * self.windows
        if self._form:
            shape = (len(seeds), max(1, self.epochs), self.sequences)
            self.asked = np.zeros(shape, "int16")
        else:
            parts = self._cut(padded(task.indices)[None, None], self.steps[None, None])
            self._fixed, self.asked = parts, self._count(parts)
        if not self.varies:  # a short sequence needs fewer windows
            needed = self._windows_of(self.orders[:, :1])[0, 0]
            self._in_use = (np.arange(self.windows) < needed[:, None]).ravel()
            self.per_epoch = int(self._in_use.sum())

    def _cut(self, lines, steps):
        """Cut sequences into windows; one more, empty sequence is there to fill up batches.

        `lines`: one-hot indices (seeds, epochs, sequences, symbols), and `steps`, how many
        predictions each asks for. Returns inputs, targets (outputs), and whether a step exists,
        is asked, and is the last one: int32 arrays (seeds, epochs, sequences + 1, windows, T).
        """
        size = self.windows * self.T
        axes = [(0, 0)] * 2 + [(0, 1)]
        lines = np.pad(lines, [*axes, (0, size + 1 - lines.shape[3])])
        steps, place = np.pad(steps, axes)[..., None], np.arange(size)
        exists = place < steps
        targets, is_last = self._output_of[lines[..., 1:]], place == steps - 1
        asked = exists & (targets >= 0)
        if self.last_weight == 1:
            asked &= is_last
        parts = lines[..., :-1] * exists, targets * asked, exists, asked, is_last & asked
        shape = (*exists.shape[:3], self.windows, self.T)
        return [part.reshape(shape).astype("int32") for part in parts]

    def _drawn(self, first, last, models):
        """The sequences of a task that is renewed, cut; notes how many steps are asked.

        They depend on the seed and the epoch only, so those of a seed are always the same.
        """
        lines, lengths = [], []
        for seed in self.seeds[models]:
            for epoch in range(first, last):
                generator = np.random.default_rng([seed, epoch, 1])
                drawn, steps = self._form.draw(self.sequences, generator)
                lines.append(np.pad(drawn, ((0, 0), (0, self._form.longest - drawn.shape[1]))))
                lengths.append(steps)
        lines, lengths = np.stack(lines), np.stack(lengths)
        shape = (-1, last - first)
        parts = self._cut(
            lines.reshape(*shape, *lines.shape[1:]), lengths.reshape(*shape, self.sequences)
        )
        self.asked[models, first:last] = self._count(parts)
        return parts

    def _count(self, parts):
        """How many steps of each sequence are asked, int16 (seeds, epochs, sequences)."""
        return parts[3][:, :, : self.sequences].sum(axis=(3, 4)).astype("int16")

    def _orders(self, shuffled):
        """Which sequence stands where in every epoch, (seeds, epochs, sequences).

        The axis of the seeds has length 1 when all have the same order.
        """
        order = np.tile(np.arange(self.sequences, dtype="uint8"), (max(1, self.epochs), 1))
        if not shuffled:
            return order[None]
        return np.stack([np.random.default_rng(s).permuted(order, axis=1) for s in self.seeds])

    def updates(self, epochs):
        """How many updates each network has had after so many epochs: (seeds,), or (1,)."""
        return self._windows_of(self.orders[:, :epochs]).sum(axis=(1, 2))

    def _windows_of(self, order):
        """How many windows each batch needs in orders (seeds, epochs, sequences)."""
        steps = np.pad(self.steps[order], ((0, 0), (0, 0), (0, self.empty)))
        batches = steps.shape[2] // self.B
        longest = steps.reshape(*steps.shape[:2], batches, self.B).max(axis=3)
        return -(-longest // self.T)

    def rows(self, first, last, models=slice(None)):
        """The rows of epochs `first` to `last` - 1, for the seeds in the slice `models`.

        inputs, targets  int32 (rows, seeds, T, B): one-hot indices, numbers of outputs
        shares           float32 (rows, seeds, T, B): of the loss; 0 where nothing is asked
        lines            int32 (rows, seeds, B): which sequence; their number if none
        lengths          int32 (rows, seeds): how many time steps the row really has
        carry            float32 (rows,): 1 to keep the state, 0 to reset it first
        The axis of the seeds has length 1 when all have the same order.
        """
        order = self.orders[models if len(self.orders) > 1 else slice(1), first:last]
        empty = ((0, 0), (0, 0), (0, self.empty))  # places in the last batch
        order = np.pad(order, empty, constant_values=self.sequences)
        parts = self._drawn(first, last, models) if self._form else self._fixed
        B, W = self.B, self.windows
        S, E, G = max(len(order), len(parts[0])), last - first, order.shape[2] // B

        def windowed(values):
            values = np.take_along_axis(values, order[..., None, None], axis=2)
            values = values.reshape(S, E, G, B, W, self.T).transpose(1, 2, 4, 0, 5, 3)
            return self._select(values.reshape(E, G * W, S, self.T, B))

        inputs, targets, exists, asked, is_last = map(windowed, parts)
        lines = np.broadcast_to(order.reshape(len(order), E, G, B), (S, E, G, B))
        lines = np.repeat(lines.transpose(1, 2, 0, 3), W, axis=1)
        return {
            "inputs": inputs,
            "targets": targets,
            "shares": self._shares(asked, is_last),
            "lines": self._select(lines).astype("int32"),
            "lengths": exists.any(axis=3).sum(axis=2).astype("int32"),
            "carry": self._select(self._carry(E, G)).astype("float32"),
        }

    def _carry(self, epochs, batches):
        """Whether each row keeps the state, bool (epochs, rows of an epoch)."""
        carry = np.tile(np.arange(self.windows) > 0, (epochs, batches))
        if self.reset != "sequence":
            carry[:] = True
        if self.reset == "epoch":
            carry[:, 0] = False
        return carry

    def _shares(self, asked, is_last):
        """Shares of the steps in the loss of each row, whose sum is 1, or 0 in an empty row."""

        def shared(steps):
            return steps / np.maximum(steps.sum(axis=(2, 3), keepdims=True), 1)

        if self.last_weight is None:
            return shared(asked).astype("float32")
        others = asked - is_last
        weights = self.last_weight * shared(is_last) + (1 - self.last_weight) * shared(others)
        total = weights.sum(axis=(2, 3), keepdims=True)
        return (weights / np.where(total > 0, total, 1)).astype("float32")

    def _select(self, values):
        """Leave out the rows of an epoch that hold nothing, and join the epochs."""
        values = values[:, self._in_use]
        return values.reshape(-1, *values.shape[2:])
