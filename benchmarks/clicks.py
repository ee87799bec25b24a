"""The Explorer in a real browser: until it is there, from a click to the new picture, its films.

`python -m benchmarks.clicks` opens the Explorer in JupyterLab, in Chromium. First come the time
from running its cell to the network on the page, that from a click on Step on to the new
picture of the network, and that from picture to picture of the film through the epochs, at its
usual ten pictures a second.

Then it sets the controls as a learner does, and clicks on Train. The time ends when the training
is over and the new picture of the loss on the page.
Its shares: training; results (the network at each kept epoch); drawing; and the rest, which
is transport: messages between browser and kernel, and what the browser needs to show it.
Each row has a kernel of its own, whose engine has loaded before the first click. Between
the last setting and the first click the learner takes `READING` seconds. Prints
records: of the first click, of those on another seed, of those on the same again.
"""

import json
import tempfile
import time
from pathlib import Path
from statistics import median
from urllib.parse import urlencode

from playwright.sync_api import sync_playwright

from benchmarks.records import ours
from tests.browser import FLAGS, Lab, find_chromium, menu, new_page, write_notebook

WHEN = {  # when it is clicked: seconds to reach
    "click to picture, first: {}": 1.0,
    "click to picture, another seed: {}": 0.3,
    "click to picture, the same again: {}": 0.3,
}
READY = "page ready: the network is drawn"
STEP = "step to picture"
FILM = "film: from picture to picture"
FIRST_SCREEN = {READY: 4.0, STEP: 0.1, FILM: 0.12}  # seconds to reach
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
    const over = () => document.querySelector('.times pre').textContent;
    while (!(over() && loss() && loss().outerHTML != old && loss().clientWidth)) {
        await new Promise(requestAnimationFrame);
    }
    return (performance.now() - began) / 1000;
}"""


STEPS = """async (names) => {
    const drawn = () => document.querySelector('.lstm-memory-network svg').outerHTML;
    const buttons = [...document.querySelectorAll('.lstm-memory-explorer button')];
    const seconds = [];
    for (const name of names) {
        const old = drawn(), began = performance.now();
        buttons.find(button => button.textContent.trim() == name).click();
        while (drawn() == old) await new Promise(requestAnimationFrame);
        seconds.push((performance.now() - began) / 1000);
        await new Promise(done => setTimeout(done, 200));
    }
    return seconds;
}"""
PICTURES = """async () => {
    const times = [], place = document.querySelector('.lstm-memory-network');
    new MutationObserver(() => times.push(performance.now()))
        .observe(place, {childList: true, subtree: true});
    const buttons = [...document.querySelectorAll('.lstm-memory-explorer button')];
    buttons.find(button => button.textContent.trim() == 'Play').click();
    await new Promise(done => setTimeout(done, 4000));
    return times.slice(1).map((time, k) => (time - times[k]) / 1000);
}"""


def first_screen(lab, page):
    """Records of the page until it is there, of steps, and of the film."""
    write_notebook(lab.notebooks / "first.ipynb", "import lstm_memory as lm\nlm.Explorer()")
    page.goto(lab.url("/lab/tree/first.ipynb") + "&reset")
    page.get_by_text("| Idle").wait_for()
    began = time.perf_counter()
    menu(page, "Run", "Run All Cells")
    page.locator(".lstm-memory-network svg").wait_for()
    ready = time.perf_counter() - began
    page.wait_for_timeout(1000 * READING)
    steps = page.evaluate(STEPS, ["Step on", "Step on", "Step on", "Step back", "Step back"])
    film = page.evaluate(PICTURES)
    note = f"{1 / median(film):.1f} pictures a second"
    return [ours(READY, [ready]), ours(STEP, steps), ours(FILM, film, note=note)]


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
        page.get_by_role("tab", name="The network").click()
    page.wait_for_timeout(1000 * READING)
    return [click(page)], *([click(page) for _ in range(AGAIN)] for _ in range(2))


def main():
    found = []
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as folder:
        browser = playwright.chromium.launch(executable_path=find_chromium(playwright), args=FLAGS)
        with Lab(Path(folder)).running() as lab:
            with new_page(browser) as (page, _):
                found += first_screen(lab, page)
                page.request.delete(lab.url("/api/kernels"))
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
