"""Ten visitors at once in the app: how long each waits, and how much memory each takes.

Each is a page in one Chromium on the same machine, so the browser takes its share of the
processor. Memory is that of a visitor's kernel after the training of the network that opens
the page, a page of memory that several kernels share being divided among them (PSS, on
Linux). Prints the records as JSON.
"""

import asyncio
import json
import tempfile
import time
from pathlib import Path

from playwright.async_api import async_playwright

from benchmarks.records import record
from tests.browser import FLAGS, PROJECTOR, App, find_chromium

VISITORS = 10
SECONDS = 180  # that nobody waits for longer
ROWS = {"seconds to the page": "s", "seconds to the first picture": "s", "memory of each": "MB"}


async def visit(browser, address):
    """Open the page: seconds to the button that trains, and to the picture of a network."""
    page = await browser.new_page(viewport=PROJECTOR)
    page.set_default_timeout(SECONDS * 1000)
    start = time.perf_counter()
    answer = await page.goto(address)
    if not answer.ok:
        raise RuntimeError(await page.inner_text("body"))
    explorer = page.locator(".lstm-memory-explorer")
    await explorer.locator("button.lstm-memory-train").wait_for()
    opened = time.perf_counter() - start
    await explorer.locator(".lstm-memory-network svg").wait_for()
    return opened, time.perf_counter() - start


async def visit_all(app):
    """All at once: seconds to the page, seconds to the first picture, MB, ten of each."""
    async with async_playwright() as playwright:
        chromium = find_chromium(playwright)
        browser = await playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        await (await browser.new_page()).goto("about:blank")
        visits = await asyncio.gather(*(visit(browser, app.url()) for _ in range(VISITORS)))
        memory = [kernel.memory_full_info() for kernel in app.kernels()]
        await browser.close()
        return *zip(*visits, strict=True), [getattr(m, "pss", m.rss) / 2**20 for m in memory]


def await_rest(app):
    """Wait until the kernels that wait for a visitor take next to none of the processor."""
    before, used = -9.0, -1.0
    while used - before >= 0.1 * max(1, len(app.kernels())):
        time.sleep(2)
        before, used = used, sum(sum(kernel.cpu_times()[:2]) for kernel in app.kernels())


def main():
    found = []
    for spares, name in ((1, "1 kernel waiting"), (VISITORS, f"{VISITORS} kernels waiting")):
        arguments = (f"--visitors={VISITORS}", f"--spares={spares}")
        with (
            tempfile.TemporaryDirectory() as folder,
            App(Path(folder), *arguments).running() as app,
        ):
            time.sleep(3)
            await_rest(app)
            measured = asyncio.run(visit_all(app))
        for (what, unit), values in zip(ROWS.items(), measured, strict=True):
            found.append(record(f"{VISITORS} visitors at once: {what}", name, values, unit))
    print(json.dumps(found))


if __name__ == "__main__":
    main()
