"""From a click on Train to the new picture, in a real browser.

`python -m benchmarks.clicks` opens the Explorer in JupyterLab, in Chromium, sets the controls
as a learner does, and clicks. The time ends when the new picture of the loss is on the page.
Its shares: training; results (the network at each kept epoch); drawing; and the rest, which
is transport: messages between browser and kernel, and what the browser needs to show it.
Each row has a kernel of its own, whose engine has loaded before the first click. Between
the last setting and the first click the learner takes `READING` seconds. Prints
records: of the first click, of those on another seed, of those on the same again.
"""

import json
import tempfile
from pathlib import Path
from statistics import median
from urllib.parse import urlencode

from playwright.sync_api import sync_playwright

from benchmarks.records import ours
from tests.browser import FLAGS, Lab, find_chromium, new_page, write_notebook

WHEN = {  # when it is clicked: seconds to reach
    "click to picture, first: {}": 1.0,
    "click to picture, another seed: {}": 0.3,
    "click to picture, the same again: {}": 0.3,
}
SHARES = ("training", "results", "drawing", "transport")
AGAIN = 5
READING = 2.0
TWENTY = "\n".join(" ".join(str((7 * k + 3 * j) % 10) for j in range(10)) for k in range(20))
WIDE = {"neurons": 64, "sequences": TWENTY}
ROWS = {  # settings other than the tutorial's, which is what the page begins with
    "the tutorial": {},
    "64 neurons": {"neurons": 64},
    "whole sequence": {"bptt_steps": None, "learning_rate": 0.03, "forget_bias": 3.0},
    "100 initialisations": {"initialisations": 100},
    "64 neurons, 20 sequences of 10": WIDE,
    "the same, whole sequence": WIDE | {"bptt_steps": None},
}
CELL = """
import json
import threading
import time

import ipywidgets as widgets
import lstm_memory as lm
from lstm_memory.explorer import trainer

SECONDS, SEEDS = {}, iter([1, 2, 3, 4, 5, 6, 5, 4, 3, 2, 1])


def timed(owner, name, share):
    work = getattr(owner, name)

    def work_by_the_clock(*arguments):
        began = time.perf_counter()
        found = work(*arguments)
        SECONDS[share] = time.perf_counter() - began
        return found

    setattr(owner, name, work_by_the_clock)


class Timed(lm.Explorer):
    def train(self, wait=False):
        self.seed = next(SEEDS)  # so that every picture is a new one
        SECONDS.update(training=0, results=0, drawing=0)
        super().train(wait)


def tell(change):
    if explorer.state == "idle":
        times.value = f"<pre>{json.dumps(SECONDS)}</pre>"


timed(trainer, "train_many", "training")
timed(Timed, "_accept", "results")
timed(Timed, "show_moment", "drawing")
explorer, times = Timed(), widgets.HTML("<pre></pre>").add_class("times")
explorer.observe(tell, "state")
for thread in threading.enumerate():
    if thread.name == "lstm_memory loading":
        thread.join()
widgets.VBox([explorer, times])
"""
CLICK = """async () => {
    const loss = () => document.querySelector('svg[aria-label^="Loss"]');
    const old = loss()?.outerHTML;
    const buttons = [...document.querySelectorAll('.lstm-memory-explorer button')];
    document.querySelector('.times pre').textContent = '';
    const began = performance.now();
    buttons.find(button => button.textContent.trim() == 'Train').click();
    while (!(loss() && loss().outerHTML != old && loss().clientWidth)) {
        await new Promise(requestAnimationFrame);
    }
    return (performance.now() - began) / 1000;
}"""


def click(page):
    """Click on Train; {share: seconds} until the new picture, and in all."""
    total = page.evaluate(CLICK)
    times = page.locator(".times pre").filter(has_text="training")
    shares = json.loads(times.inner_text())
    shares["results"] -= shares["drawing"]
    return shares | {"total": total, "transport": max(0.0, total - sum(shares.values()))}


def told(row, clicks):
    """The record of some clicks."""
    shares = [f"{name} {median(c[name] for c in clicks):.2f}" for name in SHARES]
    note = "measured once; " * (len(clicks) == 1) + ", ".join(shares)
    return ours(row, [c["total"] for c in clicks], note=note)


def measure(lab, page, settings):
    """The first click, those on another seed, and those on settings that were used before."""
    write_notebook(lab.notebooks / "clicks.ipynb", CELL)
    lab.run_all(page, "clicks.ipynb")
    page.locator(".times pre").wait_for(state="attached")
    if settings:
        words = {n: "whole" if value is None else value for n, value in settings.items()}
        page.get_by_role("tab", name="Share and save").click()
        page.get_by_label("pasted text").fill(urlencode(words))
        page.get_by_role("button", name="Restore").click()
        page.get_by_text("Settings restored").wait_for()
        page.get_by_role("tab", name="States and gates").click()
    page.wait_for_timeout(1000 * READING)
    return [click(page)], *([click(page) for _ in range(AGAIN)] for _ in range(2))


def main():
    found = []
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as folder:
        browser = playwright.chromium.launch(executable_path=find_chromium(playwright), args=FLAGS)
        with Lab(Path(folder)).running() as lab:
            for name, settings in ROWS.items():
                with new_page(browser) as (page, _):
                    page.set_default_timeout(180_000)
                    for when, clicks in zip(WHEN, measure(lab, page, settings), strict=True):
                        found.append(told(when.format(name), clicks))
                    page.request.delete(lab.url("/api/kernels"))
        browser.close()
    print(json.dumps(found))


if __name__ == "__main__":
    main()
