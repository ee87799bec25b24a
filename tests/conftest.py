"""Fixtures for more than one file of tests."""

import os
import sys

import pytest
from playwright.sync_api import expect, sync_playwright

import lstm_memory as lm
from lstm_memory.engine.loading import engine

from .browser import FLAGS, ROOT, App, Lab, find_chromium, new_page
from .explorer_tools import finish
from .screen import Screen

# Here, and not in its thread, which would import while pytest goes through all loggers.
engine()

LATER = "a long test: CI=true make test runs it too"


def pytest_collection_modifyitems(items):
    if not os.environ.get("CI"):
        for item in items:
            if item.get_closest_marker("long"):
                item.add_marker(pytest.mark.skip(reason=LATER))


@pytest.hookimpl(trylast=True)
def pytest_terminal_summary(terminalreporter):
    skipped = terminalreporter.stats.get("skipped", [])
    count = sum(LATER in str(report.longrepr) for report in skipped)
    if count:
        terminalreporter.write_line(
            f"Long tests left out: {count}. CI=true make test runs them too."
        )


@pytest.fixture
def explorer():
    explorer = lm.Explorer(epochs=5)
    yield explorer
    explorer.stop()
    finish(explorer)


@pytest.fixture(scope="session")
def class_python():
    """The Python of `make class`. Without it the test is skipped, where CI is set it fails."""
    if sys.platform != "linux":
        pytest.skip("the server of a class is for Linux")
    python = ROOT / ".venv-class" / "bin" / "python"
    if not (ROOT / ".venv-class" / "installed").exists():
        (pytest.fail if os.environ.get("CI") else pytest.skip)("make class has not been called")
    return str(python)


@pytest.fixture(scope="module")
def browser():
    """A Chromium. Without one the test is skipped, but where CI is set that is a failure."""
    with sync_playwright() as playwright:
        executable = find_chromium(playwright)
        if executable is None:
            (pytest.fail if os.environ.get("CI") else pytest.skip)("no Chromium on this machine")
        expect.set_options(timeout=30_000)
        browser = playwright.chromium.launch(executable_path=executable, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def lab(browser, tmp_path_factory):
    with Lab(tmp_path_factory.mktemp("lab")).running() as lab:
        yield lab


@pytest.fixture(scope="module")
def app(browser, tmp_path_factory):
    with App(tmp_path_factory.mktemp("app")).running() as app:
        yield app


@pytest.fixture(scope="module", params=["lab", "app"])
def dark(request, browser, tmp_path_factory):
    """Each of the two places in a dark theme."""
    folder = tmp_path_factory.mktemp(f"dark_{request.param}")
    host = Lab(folder) if request.param == "lab" else App(folder, "--theme=dark")
    if request.param == "lab":
        host.darken()
    with host.running():
        yield host


@pytest.fixture(scope="module", params=["lab", "app"])
def host(request):
    """Each of the two places that show the Explorer."""
    return request.getfixturevalue(request.param)


@pytest.fixture
def screenshots():
    folder = ROOT / "test-results"
    folder.mkdir(exist_ok=True)
    return folder


@pytest.fixture
def page(browser, screenshots, request):
    """A page on which, at the end of the test, nothing has gone wrong."""
    with new_page(browser) as (page, problems):
        yield page
        page.screenshot(path=screenshots / f"{request.node.name}.png")
    assert problems == []


@pytest.fixture
def screen(host, page):
    """The Explorer on such a page; its server and its kernel report no error either."""
    before = len(host.errors())
    yield Screen(page, host.explorer(page), host)
    assert host.errors()[before:] == []
