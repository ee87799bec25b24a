"""First passes live: networks that learn side by side, until each passes the test."""

from concurrent.futures import ThreadPoolExecutor, as_completed
from threading import Event

from ..training import cores
from .trials import LOOK, passes


def first_pass(network, most, stop):
    """Show a network sequences until it passes the test, tried every ten; whether it did.

    `most`: presentations that are allowed. `stop`: a `threading.Event`; once it is set, the
    network is shown no more.
    """
    passed = False
    while not passed and network.presented < most and not stop.is_set():
        network.go_to(network.presented + LOOK)
        passed = passes(network)
    return passed


def first_passes(networks, most, progress=None):
    """Take networks to their first pass in threads, one a core; whether each got there.

    `progress(done, total)` is called as they end. An interrupt ends all of them within a few
    seconds.
    """
    stop, pool = Event(), ThreadPoolExecutor(cores())
    try:
        ends = [pool.submit(first_pass, network, most, stop) for network in networks]
        for done, _ in enumerate(as_completed(ends), 1):
            if progress:
                progress(done, len(ends))
        return [end.result() for end in ends]
    finally:
        stop.set()
        pool.shutdown(cancel_futures=True)
