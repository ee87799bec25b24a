"""First passes live: networks that learn side by side, until each passes the test."""

from concurrent.futures import ThreadPoolExecutor, as_completed
from threading import Event

from ..errors import a_function, a_list
from ..training import cores
from .network import a_network, presentations
from .trials import first_pass


def first_passes(networks, most, progress=None):
    """Take networks to their first pass in threads, one a core; whether each got there.

    `progress(done, total)` is called as they end. An interrupt ends all of them within a few
    seconds.
    """
    networks = list(a_list("networks", networks, "a list of networks"))
    for network in networks:
        a_network("networks", network)
    presentations("most", most)
    a_function("progress", progress)
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
