"""A pytest plugin: how much memory each notebook's kernel takes, and that one fits on Binder.

Binder gives 2 GB to JupyterLab and all open notebooks together; each may take 1 GB.
"""

import psutil
import pytest
from nbval.plugin import IPyNbCell

LIMIT = 10**9  # bytes
_peaks = {}  # bytes by notebook


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item):
    result = yield
    if isinstance(item, IPyNbCell):
        name = item.parent.path.name
        memory = _memory(item.parent.kernel.km.provisioner.pid)
        _peaks[name] = max(memory, _peaks.get(name, 0))
        assert memory < LIMIT, f"the kernel takes {memory / 1e6:.0f} MB"
    return result


def pytest_terminal_summary(terminalreporter):
    if _peaks:
        terminalreporter.section("memory of the notebooks' kernels")
        for name, memory in _peaks.items():
            terminalreporter.write_line(f"{name}: {memory / 1e6:.0f} MB")


def _memory(pid):
    kernel = psutil.Process(pid)
    return sum(process.memory_info().rss for process in [kernel, *kernel.children(recursive=True)])
