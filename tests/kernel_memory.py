"""A pytest plugin: how much memory each notebook's kernel takes, and that one fits on Binder.

Binder gives 2 GB to JupyterLab and all open notebooks together; each may take 1 GB.
"""

import psutil
import pytest
from nbval.plugin import IPyNbCell

LIMIT = 10**9  # bytes
TAKEN = "memory of the notebook's kernel"
_peaks = {}  # bytes by notebook


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item):
    result = yield
    if isinstance(item, IPyNbCell):
        memory = _memory(item.parent.kernel.km.provisioner.pid)
        item.user_properties.append((TAKEN, memory))  # so that other processes tell it to this one
        assert memory < LIMIT, f"the kernel takes {memory / 1e6:.0f} MB"
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
    kernel = psutil.Process(pid)
    return sum(process.memory_info().rss for process in [kernel, *kernel.children(recursive=True)])
