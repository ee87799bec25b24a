"""The kernels of the app: one a visitor, some that wait for the next, never more than fit."""

import asyncio
import os

from jupyter_server.services.kernels.kernelmanager import AsyncMappingKernelManager
from tornado.ioloop import IOLoop
from tornado.web import HTTPError
from traitlets import Float, Int, default

from lstm_memory.free_memory import left

# Bytes set aside for a visitor, whose networks may be larger than those of `make load`.
MEMORY = 0.3e9
IN_VOILA = {"SERVER_SOFTWARE": "voila"}  # as Voila itself tells its kernels


def places():
    """For how many kernels there is memory now."""
    return max(1, int(left() / MEMORY))


class Visitors(AsyncMappingKernelManager):
    """Gives each visitor a kernel of his own, and the one after the last a page that says so.

    A kernel ends when its page is closed. Where the page could not say so (a crash, a network
    that is gone), it ends after two looks in a row, `cull_interval` seconds apart, that found
    no page connected to it.
    """

    limit = Int(config=True, help="Most kernels at once; by default as many as the memory holds.")
    spares = Int(1, config=True, help="Kernels that wait for a visitor, with the engine loaded.")
    pause = Float(3, config=True, help="Seconds before a spare takes the place of a used one.")

    @default("limit")
    def _fit(self):
        return places()

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self._starting = {}  # tasks that start the kernels which don't run yet, by kernel
        self._waiting = []  # the spares
        self._deserted = set()  # kernels without a page when they were last looked at
        IOLoop.current().add_callback(self.refill)

    def full(self):
        return len({*self.list_kernel_ids(), *self._starting}) >= self.limit

    async def start_kernel(self, **kwargs):
        """The kernel of a new visitor: a spare, or a new one, or error 503 if there is no room."""
        kernel = None
        while self._waiting and kernel is None:
            spare = self._waiting.pop(0)  # at once, for another visitor may come meanwhile
            kernel = spare if await self._is_there(spare) else None
        IOLoop.current().call_later(self.pause, self.refill)
        if kernel is None:
            if self.full():
                are = "visitor is" if self.limit == 1 else "visitors are"
                raise HTTPError(503, f"{self.limit} {are} using it")
            kernel = self._begin(**kwargs)
        if kernel in self._starting:
            await self._starting[kernel]
        return kernel

    async def _is_there(self, kernel):
        """Whether a kernel starts or runs; it takes seconds until the server sees one die."""
        runs = kernel in self and await self.get_kernel(kernel).is_alive()
        return runs or kernel in self._starting

    def _begin(self, **kwargs):
        """Begin to start a kernel; return its name."""
        kernel = self.new_kernel_id()
        start = asyncio.ensure_future(super().start_kernel(kernel_id=kernel, **kwargs))
        self._starting[kernel] = start
        start.add_done_callback(lambda _: self._starting.pop(kernel))
        return kernel

    async def refill(self):
        """Start the spares that are missing, as far as there is room for them."""
        for kernel in self._waiting.copy():
            if not await self._is_there(kernel) and kernel in self._waiting:
                self._waiting.remove(kernel)
        while len(self._waiting) < self.spares and not self.full():
            self._waiting.append(self._begin(env=os.environ | IN_VOILA))

    async def shutdown_kernel(self, kernel_id, *args, **kwargs):
        await super().shutdown_kernel(kernel_id, *args, **kwargs)
        IOLoop.current().call_later(self.pause, self.refill)

    async def cull_kernel_if_idle(self, kernel_id):
        """End a kernel without a page, if it had none when it was last looked at."""
        if kernel_id in self._waiting or self._kernel_connections.get(kernel_id):
            self._deserted.discard(kernel_id)
        elif kernel_id in self._deserted:
            self._deserted.discard(kernel_id)
            await self.shutdown_kernel(kernel_id)
        else:
            self._deserted.add(kernel_id)
