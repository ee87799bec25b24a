"""PyTorch: its own layers and optimizer, eager; or one update as a function for torch.compile."""

import math
from functools import partial

import torch
from torch.nn.functional import binary_cross_entropy_with_logits as cross_entropy

from ..rows import windows

VERSIONS = {"torch": str(torch.__version__)}  # of a class of its own

torch.set_num_threads(1)  # faster for matrices so small


class Network(torch.nn.Module):
    """nn.LSTM, whose gates have the order of Keras's, and nn.Linear."""

    def __init__(self, row, weights):
        super().__init__()
        self.lstm = torch.nn.LSTM(row["symbols"], row["neurons"])
        self.out = torch.nn.Linear(row["neurons"], row["symbols"])
        kernel, recurrent, bias, out_kernel, out_bias = (torch.tensor(w[0]) for w in weights)
        with torch.no_grad():
            self.lstm.weight_ih_l0.copy_(kernel.T)
            self.lstm.weight_hh_l0.copy_(recurrent.T)
            self.lstm.bias_ih_l0.copy_(bias)
            self.lstm.bias_hh_l0.zero_().requires_grad_(False)  # Keras has one bias
            self.out.weight.copy_(out_kernel.T)
            self.out.bias.copy_(out_bias)

    def forward(self, x, state):
        h, state = self.lstm(x, state)
        return self.out(h), state


def train_eagerly(row, weights, batches):
    network = Network(row, weights)
    learning = [p for p in network.parameters() if p.requires_grad]
    adam = torch.optim.Adam(learning, row["learning_rate"], fused=True)
    losses, state = [], None
    for _ in range(row["epochs"]):
        for x, y, keep in batches:
            # Keras adds its 1e-7 where PyTorch has divided by this root already
            adam.param_groups[0]["eps"] = 1e-7 / math.sqrt(1 - 0.999 ** (len(losses) + 1))
            logits, state = network(x, state if keep else None)
            loss = cross_entropy(logits, y)
            adam.zero_grad()
            loss.backward()
            adam.step()
            state = tuple(s.detach() for s in state)
            losses.append(loss.detach())
    return torch.stack(losses)


def loss_of(weights, state, x, y):
    kernel, recurrent, bias, out_kernel, out_bias = weights
    (h, c), all_h = state, []
    for t in range(len(x)):
        i, f, g, o = (x[t] @ kernel + h @ recurrent + bias).chunk(4, dim=1)
        c = f.sigmoid() * c + i.sigmoid() * g.tanh()
        h = o.sigmoid() * c.tanh()
        all_h.append(h)
    return cross_entropy(torch.stack(all_h) @ out_kernel + out_bias, y), (h, c)


def update(weights, m, v, t, rate, state, x, y):
    """One update, with Adam as Keras computes it: (weights, m, v, t, state), loss."""
    gradients, (loss, state) = torch.func.grad_and_value(loss_of, has_aux=True)(
        weights, state, x, y
    )
    t = t + 1
    alpha = rate * torch.sqrt(1 - 0.999**t) / (1 - 0.9**t)
    m = [a + (g - a) * 0.1 for a, g in zip(m, gradients, strict=True)]
    v = [a + (g * g - a) * 0.001 for a, g in zip(v, gradients, strict=True)]
    weights = [w - alpha * a / (b.sqrt() + 1e-7) for w, a, b in zip(weights, m, v, strict=True)]
    return (weights, m, v, t, state), loss


compiled_update = torch.compile(update, dynamic=False)


def train_compiled(row, weights, batches):
    weights = [torch.tensor(w[0]) for w in weights]
    zeros = [torch.zeros_like(w) for w in weights]
    nothing = (torch.zeros(1, row["neurons"]),) * 2
    training, losses = (weights, zeros, zeros, torch.tensor(0.0), nothing), []
    rate = torch.tensor(row["learning_rate"])
    with torch.no_grad():
        for _ in range(row["epochs"]):
            for x, y, keep in batches:
                *training, state = training
                state = state if keep else nothing
                training, loss = compiled_update(*training, rate, state, x, y)
                losses.append(loss)
    return torch.stack(losses)


def prepare_by(train, row, weights):
    one_hot = torch.eye(row["symbols"])
    inputs, targets, carry = windows(row)
    X, Y = (one_hot[part.astype("int64")].unsqueeze(2) for part in (inputs, targets))
    batches = list(zip(X, Y, carry, strict=True))
    return lambda: train(row, weights, batches).numpy()


eager = partial(prepare_by, train_eagerly)
compiled = partial(prepare_by, train_compiled)
