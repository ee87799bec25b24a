"""A contender's side of the talk with `run.py`: `worker <module> <prepare> <file descriptor>`.

A module has `VERSIONS`, {package: version}, and functions `prepare(row, weights)` that return
a function without arguments, which does the training from its beginning and returns the
losses as an array whose order is: models, updates or sequences. `weights`: Keras's arrays,
each with a leading axis for the models.
"""

import sys
from contextlib import suppress
from importlib import import_module
from multiprocessing.connection import Connection
from time import perf_counter


def main(module, prepare, descriptor):
    """Send the versions; then prepare what comes, (row, weights), or train where it is None."""
    contender, pipe = import_module(f"benchmarks.contenders.{module}"), Connection(int(descriptor))
    pipe.send(contender.VERSIONS)
    with suppress(EOFError):  # the other side has closed
        while True:
            question = pipe.recv()
            if question:
                train = getattr(contender, prepare)(*question)
                pipe.send(None)
            else:
                began = perf_counter()
                losses = train()
                pipe.send((perf_counter() - began, losses))


if __name__ == "__main__":
    main(*sys.argv[1:])
