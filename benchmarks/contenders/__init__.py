"""The ways to train the same networks, one a file, each a worker process of its own."""

from typing import NamedTuple


class Contender(NamedTuple):
    """How to start a worker: `python -m benchmarks.contenders.<module> <argument>`."""

    name: str
    module: str
    argument: str = ""
    guest: bool = False  # lives in .venv-bench
    epochs: int | None = None  # so slow that only so many epochs are measured, and scaled
    one_core: bool = False


FIT = Contender("Keras, model.fit", "keras_loops", "fit", epochs=25)
BATCH = Contender("Keras, train_on_batch", "keras_loops", "train_on_batch", epochs=25)
EAGER = Contender("PyTorch, eager", "torch_loops", "eager", guest=True)
COMPILED = Contender("PyTorch, torch.compile", "torch_loops", "compile", guest=True)
JAX = Contender("JAX, lax.scan and jit", "jax_scan", guest=True)
FLOOR = Contender("C, one core: the floor", "floor")
PACKAGE = Contender("this package", "package")
ONE_CORE = Contender("this package, one core", "package", one_core=True)
JAX_ONE_CORE = JAX._replace(name="JAX, one core", one_core=True)
JAX_KEPT = JAX._replace(name="JAX, programs kept on disk")
