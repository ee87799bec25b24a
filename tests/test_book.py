"""The book: every notebook as a page that can be read from a folder, without a server."""

import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from playwright.sync_api import expect

from .browser import new_page
from .notebook_tools import ROOT

pytestmark = pytest.mark.long
PHONE = {"width": 360, "height": 740}
READ = ("03_learning_with_an_lstm", "06_explorer", "07_hochreiter_1997", "glossary")


class Page(HTMLParser):
    """The names, links and pictures of a page."""

    def __init__(self, path):
        super().__init__()
        self.names, self.links, self.loaded, self.undescribed = set(), [], [], 0
        self.feed(path.read_text())

    def handle_starttag(self, tag, attributes):
        found = dict(attributes)
        self.names.add(found.get("id"))
        if tag == "a" and "href" in found:
            self.links.append(found["href"])
        if "src" in found or tag == "link":
            self.loaded.append(found.get("src") or found.get("href", ""))
        self.undescribed += tag == "img" and not found.get("alt")


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    """The folder of the book, made without a warning: a link that leads nowhere is one."""
    folder = tmp_path_factory.mktemp("book")
    command = "-m", "sphinx", "--quiet", "--fail-on-warning", "--conf-dir", "docs/book", "."
    done = subprocess.run(
        [sys.executable, *command, folder], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture(scope="module")
def pages(book):
    return {path: Page(path) for path in book.rglob("*.html")}


def test_every_notebook_is_a_page(book):
    for path in (ROOT / "notebooks").rglob("*.ipynb"):
        if ".ipynb_checkpoints" not in path.parts:
            page = (book / path.relative_to(ROOT)).with_suffix(".html")
            assert page.exists(), f"{path.name} is missing in docs/book/index.md"


def test_every_link_leads_somewhere(pages):
    for path, page in pages.items():
        for link in page.links:
            url = urlsplit(link)
            if url.scheme or link in ("", "#"):
                continue
            target = Path(path.parent, unquote(url.path)).resolve() if url.path else path
            assert target.exists(), f"{path.name}: {link}"
            if url.fragment and target in pages:
                assert unquote(url.fragment) in pages[target].names, f"{path.name}: {link}"


def test_nothing_comes_from_elsewhere_and_every_picture_has_words(pages):
    for path, page in pages.items():
        away = [address for address in page.loaded if urlsplit(address).netloc]
        assert away == [], path.name
        assert page.undescribed == 0, path.name


def test_formulas_are_shown(book):
    text = (book / "notebooks" / "01_sequence_problem.html").read_text()
    assert "<mfrac>" in text
    assert "$$" not in text


def test_a_quiz_folds_its_answers(book):
    text = (book / "notebooks" / "01_sequence_problem.html").read_text()
    assert text.count("<details><summary>Answers</summary>") == 4


def test_a_widget_has_left_a_picture(book):
    text = (book / "notebooks" / "06_explorer.html").read_text()
    assert "Explorer()" not in text.replace("lm.Explorer()", "")
    assert "<b>Here stands the Explorer</b>" in text
    assert '<img alt="Step 3 of sequence 1' in text


def test_a_page_can_be_run_and_be_dark(book, browser):
    """On Binder, from the repository that the README names; and as the reader has it."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    place = re.search(r"https://mybinder\.org/v2/gh/[^?]+", readme)[0]
    with new_page(browser, color_scheme="dark") as (page, problems):
        page.goto((book / "notebooks" / "03_learning_with_an_lstm.html").as_uri())
        run = page.locator("a[href*='notebooks/03_learning_with_an_lstm.ipynb']")
        expect(run.filter(has_text="Binder")).to_have_attribute(
            "href", re.compile(re.escape(place))
        )
        expect(page.locator("button.theme-switch-button").first).to_be_attached()
        background = page.evaluate("getComputedStyle(document.body).backgroundColor")
        assert max(map(int, re.findall(r"\d+", background)[:3])) < 60
    assert problems == []


def test_it_is_read_on_a_telephone_without_a_server(book, browser):
    with new_page(browser) as (page, problems):
        page.set_viewport_size(PHONE)
        for name in READ:
            page.goto((book / "notebooks" / f"{name}.html").as_uri())
            expect(page.get_by_role("heading", level=1)).to_be_visible()
            assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], name
        page.goto((book / "search.html").as_uri() + "?q=gradient")
        expect(page.get_by_text("Search finished")).to_be_visible()
        expect(page.get_by_role("link", name="Glossary").first).to_be_attached()
    assert problems == []
