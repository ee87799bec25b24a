"""From a click on Train to the new picture, in a real browser.

`python -m benchmarks.clicks` opens the Explorer in JupyterLab, in Chromium, sets the controls
as a learner does, and clicks. The time ends when the new picture of the loss is on the page.
Its shares: training; results (the network at each kept epoch); drawing; and the rest, which
is transport: messages between browser and kernel, and what the browser needs to show it.
Each row has a kernel of its own, whose engine has loaded before the first click. Between
the last setting and the first click the learner takes `READING` seconds. Prints JSON: {row:
[clicks on the first training, on another seed, on the same again]}.
"""

import json
import tempfile
from pathlib import Path
from urllib.parse import urlencode

from playwright.sync_api import sync_playwright

from tests.browser import FLAGS, Lab, find_chromium, new_page, write_notebook

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


SEEDS = iter([1, 2, 3, 4, 5, 6, 5, 4, 3, 2, 1])


class TimedExplorer(lm.Explorer):
    seconds = None

    def __init__(self):
        super().__init__()
        self.times = widgets.HTML()
        self.times.add_class("times")
        self.children = [*self.children, self.times]
        self.observe(self.report, "state")
        loading = [t for t in threading.enumerate() if t.name == "lstm_memory loading"]
        threading.Thread(target=lambda: (*[t.join() for t in loading], self.tell("loaded"))).start()

    def tell(self, words):
        self.times.value = f"<pre>{words}</pre>"

    def train(self, wait=False):
        self.seed = next(SEEDS)  # so that every picture is a new one
        self.seconds = {"training": 0, "results": 0, "drawing": 0}
        super().train(wait)

    def _accept(self, result):
        began = time.perf_counter()
        super()._accept(result)
        self.seconds["results"] = time.perf_counter() - began

    def show_moment(self, change=None):
        began = time.perf_counter()
        super().show_moment(change)
        self.seconds["drawing"] = time.perf_counter() - began

    def report(self, change):
        if self.state == "idle":
            self.tell(json.dumps(self.seconds))


def timed_training(*arguments, train_many=trainer.train_many):
    began = time.perf_counter()
    runs = train_many(*arguments)
    explorer.seconds["training"] = time.perf_counter() - began
    return runs


trainer.train_many = timed_training
explorer = TimedExplorer()
explorer
"""
CLICK = """async root => {
    const loss = () => root.querySelector('svg[aria-label^="Loss"]');
    const old = loss()?.outerHTML;
    const train = [...root.querySelectorAll('button')].find(b => b.textContent.trim() == 'Train');
    root.querySelector('.times pre').textContent = '';
    const began = performance.now();
    train.click();
    while (!(loss() && loss().outerHTML != old && loss().clientWidth)) {
        await new Promise(requestAnimationFrame);
    }
    return (performance.now() - began) / 1000;
}"""


def click(root):
    """Click on Train; {share: seconds} until the new picture, and in all."""
    total = root.evaluate(CLICK)
    times = root.locator(".times pre").filter(has_text="training")
    times.wait_for()
    shares = json.loads(times.inner_text())
    shares["results"] -= shares["drawing"]
    return shares | {"total": total, "transport": max(0.0, total - sum(shares.values()))}


def measure(lab, page, settings):
    """The first click, those on another seed, and those on settings that were used before."""
    write_notebook(lab.notebooks / "clicks.ipynb", CELL)
    lab.run_all(page, "clicks.ipynb")
    root = page.locator(".lstm-memory-explorer")
    root.locator(".times").get_by_text("loaded").wait_for()
    if settings:
        words = {n: "whole" if value is None else value for n, value in settings.items()}
        root.get_by_role("tab", name="Share and save").click()
        root.get_by_label("pasted text").fill(urlencode(words))
        root.get_by_role("button", name="Restore").click()
        root.get_by_text("Settings restored").wait_for()
        root.get_by_role("tab", name="States and gates").click()
    page.wait_for_timeout(1000 * READING)
    return [click(root)], *([click(root) for _ in range(AGAIN)] for _ in range(2))


def main():
    found = {}
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as folder:
        chromium = find_chromium(playwright)
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        with Lab(Path(folder)).running() as lab:
            for name, settings in ROWS.items():
                with new_page(browser) as (page, _):
                    page.set_default_timeout(180_000)
                    found[name] = measure(lab, page, settings)
                    page.request.delete(lab.url("/api/kernels"))
        browser.close()
    print(json.dumps(found))


if __name__ == "__main__":
    main()
