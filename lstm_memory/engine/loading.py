"""The compiled engine: found again where it was kept, compiled where it was not.

Numba keeps what it compiled beside the source, in `__pycache__`, or in the user's cache
directory, and finds it again for the same source, version of Numba and processor. That takes
half a second; compiling takes half a minute of one core, once on a computer (`make env` has it
done). Both happen here, in one place, so that nobody forks a process in the middle of it.
"""

import contextlib
import importlib
import os
import threading
from concurrent.futures import ThreadPoolExecutor, wait
from pathlib import Path

PATIENCE = 0.05  # seconds in which a stop is noticed while the engine is compiled

_LOCK = threading.RLock()
_engine = []  # the module `advance`, once its functions can be called at once

if hasattr(os, "register_at_fork"):
    # A child would wait for ever for the locks of a thread that it does not have, so forking
    # waits until the engine is there.
    os.register_at_fork(
        before=_LOCK.acquire, after_in_parent=_LOCK.release, after_in_child=_LOCK.release
    )


def engine():
    """The module `advance`, its functions ready to be called; waits until they are."""
    with _LOCK:
        if not _engine:
            module = importlib.import_module(".advance", __package__)
            try:
                module.warm_up()
            except Exception:  # perhaps a file that Numba kept is damaged
                _delete_kept(module)
                module.warm_up()
            _engine.append(module)
        return _engine[0]


def load_ahead():
    """Begin to load the engine, in a thread, so that the first training need not wait for it.

    What goes wrong here is not told: the training itself will meet it again, and say so.
    """

    def load():
        with contextlib.suppress(Exception):
            engine()

    if not _engine:
        threading.Thread(target=load, name="lstm_memory loading", daemon=True).start()


def is_ready():
    """Whether `engine` answers at once."""
    return bool(_engine)


def engine_unless(stop):
    """The engine, or None if the event `stop` was set before the engine was there.

    Compiling can't be stopped, so then it goes on in its thread, for the next training.
    """
    if is_ready():
        return engine()
    pool = ThreadPoolExecutor(1, "lstm_memory loading")
    making = pool.submit(engine)
    pool.shutdown(wait=False)
    while not (making.done() or stop.is_set()):
        wait([making], timeout=PATIENCE)
    return making.result() if making.done() else None


def _delete_kept(module):
    """Delete what Numba kept of the engine, some of which is broken."""
    for function in (module.advance, module.look):
        for path in Path(function.stats.cache_path or ".").glob("advance.*.nb[ci]"):
            path.unlink(missing_ok=True)
