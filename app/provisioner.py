"""How the app starts a kernel: what it needs is loaded once, and each kernel is a copy of that.

To load Python, NumPy, Numba and the Explorer takes longer than all that a visitor does then. On
Linux the fork server of Python's standard library loads them and makes each kernel by a fork,
which shares their memory, too. Elsewhere each kernel is a program of its own, as in Jupyter.
"""

import asyncio
import multiprocessing
import os
import sys
import threading
from importlib.metadata import EntryPoint

from jupyter_client.provisioning import KernelProvisionerFactory, LocalProvisioner

FORKS = multiprocessing.get_context("forkserver" if sys.platform == "linux" else "spawn")


class Forked(LocalProvisioner):
    """Starts a kernel by a fork; ends it, and looks at it, as Jupyter does with its own."""

    async def launch_kernel(self, cmd, **kwargs):
        if sys.platform != "linux":
            return await super().launch_kernel(cmd, **kwargs)
        FORKS.set_forkserver_preload(["app.kernel", __name__])
        self.process = _Fork(cmd[2:], kwargs["env"], kwargs.get("cwd", "."))
        await asyncio.to_thread(self.process.start)  # the first one waits until all is loaded
        self.pid = self.process.pid
        return self.connection_info


def _end_with_the_app():
    """However that ends: its kernels keep the fork server alive, so this would not tell them."""
    multiprocessing.parent_process().join()
    os._exit(1)


class _Fork(FORKS.Process):
    """A kernel, with the methods that Jupyter calls of a process.

    As a daemon it ends with the server, which else would wait for it.
    """

    stdin = stdout = stderr = None

    def __init__(self, arguments, environment, folder):
        super().__init__(daemon=True)
        self._arguments, self._folder = arguments, folder
        # As bytes: Voila's names are of a class of its own, which would be loaded with them.
        self._environment = {os.fsencode(k): os.fsencode(v) for k, v in environment.items()}

    def run(self):
        from . import kernel  # not into the server

        os.setsid()  # Ctrl+C ends the server, and that its kernels
        os.chdir(self._folder)
        os.environb.update(self._environment)
        threading.Thread(target=_end_with_the_app, daemon=True).start()
        kernel.run([*self._arguments, f"--IPKernelApp.parent_handle={os.getppid()}"])

    def poll(self):
        return self.exitcode

    def wait(self):
        self.join()
        return self.exitcode

    def send_signal(self, number):
        if self.exitcode is None:
            os.kill(self.pid, number)


KernelProvisionerFactory.provisioners["forked"] = EntryPoint(
    "forked", f"{__name__}:{Forked.__name__}", KernelProvisionerFactory.GROUP_NAME
)
