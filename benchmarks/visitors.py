"""Ten visitors at once in the app: how long each waits, and how much memory each takes.

Each is a page in one Chromium on the same machine, so the browser takes its share of the
processor. Memory is that of a visitor's kernel after one training, a page of memory that
several kernels share being divided among them (PSS, on Linux).
"""

import argparse
import asyncio
import json
import tempfile
import time
from pathlib import Path

from playwright.async_api import async_playwright

from tests.browser import FLAGS, PROJECTOR, App, find_chromium

VISITORS = 10
SECONDS = 180  # that nobody waits for longer
PAGE, PICTURE, MEMORY = (
    f"{VISITORS} visitors at once: {what}"
    for what in ("seconds to the page", "seconds to the first picture", "memory of each")
)


async def visit(browser, address):
    """Open the page, press Train: seconds to the button, and to the first picture."""
    page = await browser.new_page(viewport=PROJECTOR)
    page.set_default_timeout(SECONDS * 1000)
    start = time.perf_counter()
    answer = await page.goto(address)
    assert answer.ok, await page.inner_text("body")
    explorer = page.locator(".lstm-memory-explorer")
    button = explorer.get_by_role("button", name="Train")
    await button.wait_for()
    opened = time.perf_counter() - start
    await button.click()
    await explorer.get_by_role("img").first.wait_for()
    return opened, time.perf_counter() - start


async def visit_all(app):
    """All at once: (seconds to the page, seconds to the first picture) of each; MB of each."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=find_chromium(playwright), args=FLAGS
        )
        await (await browser.new_page()).goto("about:blank")
        visits = await asyncio.gather(*(visit(browser, app.url()) for _ in range(VISITORS)))
        memory = [megabytes(kernel) for kernel in app.kernels()]
        await browser.close()
        return visits, memory


def megabytes(process):
    memory = process.memory_full_info()
    return getattr(memory, "pss", memory.rss) / 2**20


def await_rest(app):
    """Wait until the kernels that wait for a visitor have done all they can beforehand."""
    used = -1.0
    while True:  # until they take less than a tenth of a second in two
        before, used = used, sum(sum(kernel.cpu_times()[:2]) for kernel in app.kernels())
        if used - before < 0.1 * max(1, len(app.kernels())):
            return
        time.sleep(2)


def measure(spares):
    """The visits and the memory, when `spares` kernels were waiting for the visitors."""
    arguments = (f"--visitors={VISITORS}", f"--spares={spares}")
    with tempfile.TemporaryDirectory() as folder, App(Path(folder), *arguments).running() as app:
        time.sleep(3)
        await_rest(app)
        return asyncio.run(visit_all(app))


def rows():
    """The rows of the benchmark: (row, contender, ten values, unit)."""
    for spares in (1, VISITORS):
        visits, memory = measure(spares)
        name = f"{spares} kernel{'' if spares == 1 else 's'} waiting"
        yield PAGE, name, [page for page, _ in visits], "s"
        yield PICTURE, name, [picture for _, picture in visits], "s"
        yield MEMORY, name, memory, "MB"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", action="store_true", help="the numbers, to be read by a program")
    machine_readable = parser.parse_args().json
    found = list(rows())
    if machine_readable:
        print(json.dumps(found))
        return
    for row, name, values, unit in found:
        numbers = " ".join(f"{value:6.{0 if unit == 'MB' else 1}f}" for value in sorted(values))
        print(f"{row:48} {name:20} {numbers} {unit}")


if __name__ == "__main__":
    main()
