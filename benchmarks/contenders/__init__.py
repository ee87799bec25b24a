"""The ways to train the same networks, each at work in a process of its own."""

from typing import NamedTuple


class Contender(NamedTuple):
    """A way to train: the function `prepare` of a module here; see worker.py."""

    name: str
    module: str
    prepare: str = "prepare"
    guest: bool = False  # lives in .venv-bench
    epochs: int | None = None  # so slow that only so many epochs are measured, and scaled
    one_core: bool = False


FIT = Contender("Keras, model.fit", "keras_loops", "by_fit", epochs=25)
BATCH = Contender("Keras, train_on_batch", "keras_loops", "by_batch", epochs=25)
EAGER = Contender("PyTorch, eager", "torch_loops", "eager", guest=True)
COMPILED = Contender("PyTorch, torch.compile", "torch_loops", "compiled", guest=True)
JAX = Contender("JAX, lax.scan and jit", "jax_scan", guest=True)
FLOOR = Contender("C, one core: the floor", "floor")
PACKAGE = Contender("this package", "package")
ONE_CORE = Contender("this package, one core", "package", one_core=True)
JAX_ONE_CORE = JAX._replace(name="JAX, one core", one_core=True)
JAX_KEPT = JAX._replace(name="JAX, programs kept on disk")
