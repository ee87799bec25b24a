"""How Sphinx makes the book: all notebooks with their stored outputs, as pages to read.

`make book` writes it. Its source folder is the whole project, so that notebooks stay where they
are and links between them lead to pages.
"""

import json
import re
from pathlib import Path

from docutils import nodes
from docutils.utils.math.latex2mathml import tex2mathml

import lstm_memory as lm
from tests.notebook_tools import QUIZ

project = "How an LSTM remembers"
author = copyright = "the lstm_memory authors"

extensions = ["myst_nb"]
root_doc = "docs/book/index"
include_patterns = [
    "docs/book/index.md",
    "*.md",
    "docs/*.md",
    "notebooks/**.ipynb",
    "docs/images/*",
]
exclude_patterns = ["**/.ipynb_checkpoints"]
nb_execution_mode = "off"  # the outputs are those that are committed
nb_ipywidgets_js = {}  # which would be fetched from elsewhere
myst_enable_extensions = ["dollarmath"]
myst_heading_anchors = 4
myst_heading_slug_func = "docs.book.conf.slug"
html_math_renderer = "mathml"  # which browsers show by themselves, without a network
suppress_warnings = ["mystnb.unknown_mime_type"]

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
REPOSITORY, BRANCH = re.search(r"mybinder\.org/v2/gh/([^/]+/[^/]+)/([^?/]+)\?", README).groups()

html_theme = "sphinx_book_theme"
html_title = project
html_extra_path = ["top"]  # index.html, which leads to the first page
html_copy_source = html_show_sourcelink = False
html_show_search_summary = False  # it would be fetched, which needs a server
html_context = {"default_mode": "auto"}  # light or dark as the reader has it
html_theme_options = {
    "repository_url": f"https://github.com/{REPOSITORY}",
    "repository_branch": BRANCH,
    "launch_buttons": {"binderhub_url": "https://mybinder.org", "notebook_interface": "jupyterlab"},
    "use_fullscreen_button": False,
    "use_download_button": False,
    "show_toc_level": 2,
    "navbar_persistent": [],  # a second field to search
}


def prepare(app, docname, source):
    """Change a notebook's text as it is read: fold what is hidden, and the answers of a quiz.

    A picture from elsewhere, of which the README has one, becomes its words.
    """
    source[0] = re.sub(r"!\[(.*?)\]\(https://.*?\)", r"\1", source[0])
    if not docname.startswith("notebooks/"):
        return
    notebook = json.loads(source[0])
    for cell in notebook["cells"]:
        if cell["metadata"].get("jupyter", {}).get("outputs_hidden"):
            cell["metadata"].setdefault("tags", []).append("hide-output")
        asked = QUIZ.search("".join(cell["source"]))
        if asked:
            cell["outputs"][0]["data"]["text/html"] = lm.Quiz(asked[1]).as_page()
    source[0] = json.dumps(notebook)


def slug(title):
    """The name that JupyterLab gives to a heading, by which the notebooks' links ask for it."""
    return title.replace(" ", "-")


def show_formula(translator, node):
    """Write a formula as MathML; one of its own line scrolls where it has no room."""
    block = isinstance(node, nodes.math_block)
    formula = tex2mathml(node.astext(), as_block=block)
    translator.body.append(f'<div style="overflow-x: auto">{formula}</div>' if block else formula)
    raise nodes.SkipNode


def setup(app):
    app.add_html_math_renderer("mathml", (show_formula, None), (show_formula, None))
    app.connect("source-read", prepare)
