"""`make app`: one kernel a visitor, as many as there is room for, and none without a visitor."""

import asyncio
import json
import re
import time
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor

import psutil
import pytest
from playwright.sync_api import expect

from app import visitors
from app.visitors import MEMORY, Visitors
from benchmarks import visitors as measured

from .browser import App, new_page
from .screen import Screen


def visit(app, url=None):
    """The status and the text of the page that a program gets, which then opens nothing more."""
    try:
        with urllib.request.urlopen(url or app.url(), timeout=60) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def leave(app, page):
    """What a page does when it is closed."""
    kernel = re.search(r'"kernelId": "([\w-]+)"', page)[1]
    urllib.request.urlopen(app.url(f"/voila/api/shutdown/{kernel}"), b"", timeout=30).close()


def await_kernels(app, number, seconds=60):
    """Wait until the app has so many kernels."""
    end = time.monotonic() + seconds
    while len(app.kernels()) != number and time.monotonic() < end:
        time.sleep(0.1)
    assert len(app.kernels()) == number


@pytest.fixture
def serve(tmp_path):
    """Starts an app with arguments; the kernels end with it."""

    def server(*arguments):
        return App(tmp_path, *arguments).running()

    return server


def test_only_the_explorer(app, page):
    """A title, a language, one heading, no code, and nothing that comes from elsewhere."""
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    app.explorer(page)
    assert page.title() == "The Explorer: how an LSTM remembers"
    assert page.locator("html").get_attribute("lang") == "en"
    expect(page.get_by_role("main").get_by_role("heading", level=1)).to_have_text(page.title())
    expect(page.get_by_text("import lstm_memory")).to_have_count(0)
    ours = (f"http://127.0.0.1:{app.port}/", "data:", "blob:")
    assert [url for url in asked if not url.startswith(ours)] == []


def test_a_dead_kernel_is_told(app, browser, screenshots):
    """And the settings are one click away."""
    with new_page(browser) as (page, _):
        screen = Screen(page, app.explorer(page), app)
        screen.type_over("neurons", "9")
        expect(screen.root.get_by_label("Settings to copy", exact=True)).to_have_value(
            re.compile("neurons=9&")
        )
        told = page.get_by_role("alert").filter(has_text="This page has lost its session")
        expect(told).to_have_count(0)
        for kernel in app.kernels():
            kernel.kill()
        expect(told).to_be_visible(timeout=60_000)
        page.screenshot(path=screenshots / "lost_session.png")
        told.get_by_role("link", name="Begin anew with the same settings").click()
        expect(screen.field("neurons")).to_have_value("9", timeout=60_000)


def test_one_visitor_too_many(serve):
    """Of five at once, two get in; the others are told in words, and later there is room."""
    with serve("--visitors=2", "--spares=1", "--Visitors.pause=0") as app:
        await_kernels(app, 1)
        with ThreadPoolExecutor(5) as pool:
            answers = list(pool.map(lambda _: visit(app), range(5)))
        assert sorted(status for status, _ in answers) == [200, 200, 503, 503, 503]
        assert len(app.kernels()) == 2
        words = next(text for status, text in answers if status == 503)
        assert "The app is full" in words
        assert "2 visitors are using it" in words
        assert "Try again in a few minutes" in words
        assert "Traceback" not in words
        leave(app, next(text for status, text in answers if status == 200))
        assert [visit(app)[0], visit(app)[0]] == [200, 503]
        left = app.kernels()
    assert not any(map(psutil.Process.is_running, left))


def libraries(process):
    """The shared libraries that a process has loaded."""
    return {part.path for part in process.memory_maps() if part.path.endswith(".so")}


@pytest.mark.skipif(not psutil.LINUX, reason="elsewhere each kernel is a program of its own")
def test_kernels_are_copies(serve):
    """A visitor's kernel has loaded nothing by itself, and nothing outlives the server."""
    with serve("--visitors=2", "--spares=1") as app:
        await_kernels(app, 1)
        visit(app)
        await_kernels(app, 2)
        copier = app.kernels()[0].parent()
        for kernel in app.kernels():
            assert libraries(kernel) == libraries(copier)
        everything = [copier, *app.kernels()]
        app.process.kill()  # as the system does for want of memory
    assert psutil.wait_procs(everything, timeout=30)[1] == []  # of those that still run


def test_a_spare_that_has_died_is_not_given_away(serve):
    """Nor counted: there is another for the next visitor."""
    with serve("--visitors=3", "--spares=1", "--Visitors.pause=0") as app:
        await_kernels(app, 1)
        (spare,) = app.kernels()
        spare.kill()
        status, page = visit(app)
        assert status == 200
        await_kernels(app, 2)
        assert spare not in app.kernels()
        leave(app, page)


def test_a_closed_page_ends_its_kernel(app, browser):
    with new_page(browser) as (page, _):
        app.explorer(page)
        config = page.locator("#jupyter-config-data").inner_text()
        kernel = app.url(f"/api/kernels/{json.loads(config)['kernelId']}")
        assert json.loads(visit(app, kernel)[1])["connections"] == 1
        page.close(run_before_unload=True)
        end = time.monotonic() + 60
        while (status := visit(app, kernel)[0]) == 200 and time.monotonic() < end:
            time.sleep(0.1)
        assert status == 404


@pytest.mark.long
def test_a_visit_is_measured(serve, monkeypatch):
    """As `make bench` does with ten visitors."""
    monkeypatch.setattr(measured, "VISITORS", 1)
    with serve("--visitors=1") as app, ThreadPoolExecutor(1) as pool:
        found = pool.submit(asyncio.run, measured.visit_all(app)).result()
    (opened,), (seen,), (memory,) = found
    assert 0 < opened <= seen
    assert 10 < memory < 2_000


def test_a_page_that_was_never_there(serve):
    """A visitor who is gone before the page is there leaves no kernel behind.

    Between the two looks the page is made, so they are further apart than that takes.
    """
    with serve("--spares=0", "--Visitors.cull_interval=10") as app:
        assert visit(app)[0] == 200
        await_kernels(app, 0)


def test_a_connected_kernel_stays():
    """Others end at the second look; not at the first, for a network may come back."""

    async def look_four_times():
        kernels = Visitors(spares=0)
        one, other = [await kernels.start_kernel() for _ in range(2)]
        kernels.notify_connect(one)
        there = []
        for _ in range(4):
            await kernels.cull_kernels()
            there.append((one in kernels, other in kernels))
            if len(there) == 2:
                kernels.notify_disconnect(one)
        return there

    with ThreadPoolExecutor(1) as pool:  # here Playwright has the event loop
        there = pool.submit(asyncio.run, look_four_times()).result()
    assert there == [(True, True), (True, False), (True, False), (False, False)]


def test_a_token_is_asked_for(app):
    before = len(app.kernels())
    status, text = visit(app, app.url().split("?")[0])
    assert status == 200
    assert "password" in text.lower()
    assert "lstm-memory" not in text
    assert len(app.kernels()) <= max(before, 1)


@pytest.mark.parametrize(("free", "expected"), [(10.5, 10), (3.5, 3), (0, 1)])
def test_as_many_as_the_memory_holds(monkeypatch, free, expected):
    """Memory in multiples of what one visitor takes."""
    monkeypatch.setattr(visitors, "left", lambda: free * MEMORY)
    assert visitors.places() == expected
