"""A class at once, at the JupyterHub of docs/hub.md and at the app: `make load`.

Each learner arrives within the first half minute. At the hub he logs in, opens notebook 03, runs
all its cells, and clicks on Train five times in its Explorer, each time with other neurons; at
the app he opens the page and does the same there. Between two clicks he thinks. He has no
browser, see learner.py: what a page asks of a browser is measured by itself, with Chromium, one
page at a time. `--learners 5 10` makes classes of these sizes. Writes load.json, what is new in
place of what was measured before; `table` makes the tables of docs/hub.md from it. A class that
does not fit into memory is not begun, and one that has used it up is sent home.
"""

import argparse
import asyncio
import json
import random
import tempfile
import time
from pathlib import Path
from statistics import median

import psutil
from playwright.async_api import async_playwright

from benchmarks.learner import Learner, Widgets
from tests.browser import FLAGS, PROJECTOR, App, Hub, find_chromium, is_kernel

RESULTS = Path(__file__).with_name("load.json")
NOTEBOOK = "notebooks/03_learning_with_an_lstm.ipynb"
CLASSES = (5, 10, 20, 30)
ARRIVING = 30.0  # seconds within which the class comes
THINKING = 5.0, 15.0  # seconds between two clicks
NEURONS = (4, 8, 12, 16, 24)
RESERVE = 1.5e9  # bytes of memory that are left alone
FIT = {"hub": 1.0e9, "app": 0.2e9}  # bytes a learner, before anything was measured


async def work(kernel, chance):
    """Train five times with time to think; the seconds from each click to its result."""
    widgets = Widgets(kernel)
    await widgets.load()
    await widgets.first_picture()
    seen, clicks = time.perf_counter(), []
    for neurons in NEURONS:
        await widgets.rest(chance.uniform(*THINKING))
        clicks.append(await widgets.train(neurons))
    return seen, clicks


async def at_the_hub(hub, number, chance):
    """A learner at the hub: seconds to the first output, and of the five clicks."""
    began, learner = time.perf_counter(), Learner(f"http://127.0.0.1:{hub.port}")
    own = await learner.log_in(f"learner-{number}", hub.word)
    cells, path = await learner.open_notebook(own, NOTEBOOK)
    async with learner.kernel(path) as kernel:
        first = None
        for cell in cells:
            now = time.perf_counter()
            _, seconds = await kernel.execute(cell)
            first = first or (seconds and now + seconds)
        _, clicks = await work(kernel, chance)
    return first - began, clicks


async def at_the_app(app, number, chance):
    """A visitor of the app: seconds to the first picture, and of the five clicks."""
    began, learner = time.perf_counter(), Learner(f"http://127.0.0.1:{app.port}")
    async with learner.kernel(await learner.open_app(app.token)) as kernel:
        seen, clicks = await work(kernel, chance)
        return seen - began, clicks


def kind(process):
    """For whom a process works: a learner's "kernel", his "server", or the "class"."""
    if is_kernel(process):
        return "kernel"
    try:
        line = " ".join(process.cmdline())
    except psutil.Error:  # it has just ended
        line = ""
    return "server" if "jupyterhub.singleuser" in line else "class"


def used(processes):
    """{kind: (seconds of the processor, bytes)} of the processes until now."""
    sums = {name: [0.0, 0.0] for name in ("kernel", "server", "class")}
    for process in processes:
        with process.oneshot():
            times, memory = process.cpu_times(), process.memory_full_info()
            sums[kind(process)][0] += times.user + times.system
            sums[kind(process)][1] += getattr(memory, "pss", memory.rss)
    return sums


def processes_of(server):
    if isinstance(server, Hub):
        return server.processes()
    main = psutil.Process(server.process.pid)
    return [main, *main.children(recursive=True)]


async def guard(learners):
    """Send the class home when memory is nearly used up."""
    while psutil.virtual_memory().available > RESERVE:
        await asyncio.sleep(0.5)
    for learner in learners:
        learner.cancel()


async def come(visit, server, number):
    """One learner, who comes at some moment: what he measured, and when he was done."""
    chance = random.Random(number)
    await asyncio.sleep(chance.uniform(0, ARRIVING))
    return await visit(server, number, chance)


async def lesson(visit, server, number):
    """A class of `number`: what each measured, an exception where it failed."""
    learners = [asyncio.ensure_future(come(visit, server, k)) for k in range(number)]
    watch = asyncio.ensure_future(guard(learners))
    found = await asyncio.gather(*learners, return_exceptions=True)
    watch.cancel()
    return found


def measure(place, number):
    """A row of the table: a class of `number` at the "hub" or the "app"."""
    visit = {"hub": at_the_hub, "app": at_the_app}[place]
    with tempfile.TemporaryDirectory() as folder:
        if place == "hub":
            server = Hub(Path(folder), CLASS_PLACES=str(number))
        else:
            server = App(Path(folder), f"--visitors={number}")
        with server.running():
            time.sleep(5)
            before = used(processes_of(server))["class"][0] if place == "hub" else 0.0
            began = psutil.Process().cpu_times()
            found = asyncio.run(lesson(visit, server, number))
            after = used(processes_of(server))
            ended = psutil.Process().cpu_times()
    done = [each for each in found if not isinstance(each, BaseException)]
    if not done:
        return {"place": place, "learners": number, "done": 0, "failed": [repr(found[0])]}
    clicks = [seconds for _, five in done for seconds in five]
    firsts = [first for first, _ in done]
    seconds = {name: total for name, (total, _) in after.items()}
    seconds["class"] -= before
    return {
        "place": place,
        "learners": number,
        "done": len(done),
        "failed": [repr(each) for each in found if isinstance(each, BaseException)],
        "first": [median(firsts), max(firsts)],
        "click": [median(clicks), max(clicks)],
        "MB": sum(memory for _, memory in after.values()) / number / 1e6,
        "cpu": {name: total / number for name, total in seconds.items()},
        "simulation": (ended.user + ended.system - began.user - began.system) / number,
    }


async def open_page(page, place, server):
    """Open the page as a person does; seconds until there is a picture, or a kernel."""
    began = time.perf_counter()
    if place == "app":
        await page.goto(server.url())
        await page.locator(".lstm-memory-network svg").first.wait_for()
    else:
        await page.goto(f"http://127.0.0.1:{server.port}/hub/login?next=/hub/user-redirect/lab")
        await page.get_by_label("Username:").fill("looking")
        await page.get_by_label("Password:").fill(server.word)
        await page.get_by_role("button", name="Sign in").click()
        await page.wait_for_url("**/user/looking/lab**")
        began = time.perf_counter()
        await page.goto(f"http://127.0.0.1:{server.port}/user/looking/lab/tree/{NOTEBOOK}?reset")
        await page.get_by_text("| Idle").wait_for()
    return time.perf_counter() - began


async def look(place, server):
    """What one page makes Chromium do: bytes over the network, seconds of script and in all."""
    async with async_playwright() as playwright:
        chromium = find_chromium(playwright)
        browser = await playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        page = await browser.new_page(viewport=PROJECTOR)
        page.set_default_timeout(180_000)
        session = await page.context.new_cdp_session(page)
        received = []
        session.on("Network.loadingFinished", lambda e: received.append(e["encodedDataLength"]))
        await session.send("Network.enable")
        await session.send("Performance.enable")
        opened = await open_page(page, place, server)
        metrics = (await session.send("Performance.getMetrics"))["metrics"]
        values = {metric["name"]: metric["value"] for metric in metrics}
        await browser.close()
    script, work = values["ScriptDuration"], values["TaskDuration"]
    megabytes = sum(received) / 1e6
    return {"place": place, "opened": opened, "MB": megabytes, "script": script, "work": work}


def page_of(place):
    """A record of `look` on a server with nothing else to do."""
    with tempfile.TemporaryDirectory() as folder:
        server = Hub(Path(folder)) if place == "hub" else App(Path(folder))
        with server.running():
            time.sleep(8)
            return asyncio.run(look(place, server))


HEAD = """| learners | done | first output, median (worst) | click to result, median (worst) \
| memory a learner | processor a learner |
|---|---|---|---|---|---|"""
PAGES = """| page | until it is there | over the network | script | work of the browser in all |
|---|---|---|---|---|"""


def line(row):
    """A line of the table of one place."""
    if "first" not in row:
        return f"| {row['learners']} | {row.get('why') or 'none'} | | | | |"
    (first, last), (click, worst) = row["first"], row["click"]
    cpu = sum(row["cpu"].values())
    return (
        f"| {row['learners']} | {row['done']} of {row['learners']} | {first:.1f} s ({last:.1f} s) "
        f"| {click:.2f} s ({worst:.2f} s) | {row['MB']:,.0f} MB | {cpu:.1f} s |"
    )


def table(results, place):
    """The table of a place, as in docs/hub.md."""
    rows = [row for row in results["classes"] if row["place"] == place]
    rows.sort(key=lambda row: row["learners"])
    return "\n".join([HEAD, *map(line, rows)])


def pages(results):
    """The table of what pages ask of a browser, as in docs/hub.md."""
    names = {"hub": "JupyterLab with notebook 03", "app": "the app"}
    return "\n".join(
        [PAGES]
        + [
            f"| {names[page['place']]} | {page['opened']:.1f} s | {page['MB']:.1f} MB "
            f"| {page['script']:.1f} s | {page['work']:.1f} s |"
            for page in results["pages"]
        ]
    )


def room(place, rows):
    """For how many learners there is memory, as far as is known from the rows."""
    known = [row["MB"] * 1e6 for row in rows if row["place"] == place and "MB" in row]
    return int(
        (psutil.virtual_memory().available - RESERVE) / (max(known) if known else FIT[place])
    )


def put(records, record):
    """Add a record of today, in the place of an older one of the same kind."""
    record["date"] = time.strftime("%Y-%m-%d")
    same = ("place", "learners")
    key = [record.get(name) for name in same]
    records[:] = [r for r in records if [r.get(name) for name in same] != key] + [record]


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition(":")[0])
    parser.add_argument("--learners", type=int, nargs="*", default=CLASSES)
    parser.add_argument("--places", nargs="*", default=["app", "hub"])
    arguments = parser.parse_args()
    kept = json.loads(RESULTS.read_text()) if RESULTS.exists() else {"classes": [], "pages": []}
    results = {"cores": psutil.cpu_count(), "GB": round(psutil.virtual_memory().total / 1e9)}
    results |= {"classes": kept["classes"], "pages": kept["pages"]}
    for place in arguments.places:
        put(results["pages"], page_of(place))
        for number in arguments.learners:
            fits = room(place, results["classes"])
            if fits < number:
                why = f"not tried: memory was there for {fits}"
                row = {"place": place, "learners": number, "why": why}
            else:
                row = measure(place, number)
            put(results["classes"], row)
            print(json.dumps(row), flush=True)
            RESULTS.write_text(json.dumps(results, indent=1) + "\n")
        print(table(results, place), pages(results), sep="\n\n")


if __name__ == "__main__":
    main()
