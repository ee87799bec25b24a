"""A pytest plugin: how much memory each notebook's kernel takes, and that one fits on Binder.

Binder gives 2 GB to JupyterLab and all open notebooks together; each may take 1 GB. Of these,
400 MB are for the pages of files that a kernel has in sight, mostly TensorFlow's libraries. How
many of them are counted depends on the machine's page cache and not on the notebook (390 and
504 MB were seen for the same kernel), and the system takes them back where memory is short. So
the limit is for what the kernel has for itself alone.
"""

from contextlib import suppress

import psutil
import pytest
from nbval.plugin import IPyNbCell

LIMIT = 600 * 10**6  # bytes
TAKEN = "memory of the notebook's kernel"
_peaks = {}  # bytes by notebook


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item):
    result = yield
    if isinstance(item, IPyNbCell):
        memory, own = _memory(item.parent.kernel.km.provisioner.pid)
        item.user_properties.append((TAKEN, memory))  # so that other processes tell it to this one
        assert own < LIMIT, (
            f"the kernel takes {own / 1e6:.0f} MB for itself, {memory / 1e6:.0f} in all"
        )
    return result


def pytest_runtest_logreport(report):
    if report.when == "call":
        memory = dict(report.user_properties).get(TAKEN, 0)
        notebook = report.location[0]
        if memory:
            _peaks[notebook] = max(memory, _peaks.get(notebook, 0))


def pytest_terminal_summary(terminalreporter):
    if _peaks:
        terminalreporter.section("memory of the notebooks' kernels")
        for notebook, memory in sorted(_peaks.items()):
            terminalreporter.write_line(f"{notebook}: {memory / 1e6:.0f} MB")


def _memory(pid):
    """What a kernel takes in all, and without the pages of files, where the system tells them."""
    kernel = psutil.Process(pid)
    found = [kernel.memory_info()]
    for child in kernel.children(recursive=True):
        with suppress(psutil.NoSuchProcess):  # it has just ended
            found.append(child.memory_info())
    memory = sum(info.rss for info in found)
    return memory, memory - sum(getattr(info, "shared", 0) for info in found)
