"""How Sphinx makes the slides: a deck for each notebook, with its stored outputs.

`make slides` writes them. Formulas, as in the book, are MathML, and reveal.js comes with the
package sphinx-revealjs, so that a deck needs no network.
"""

import json

from docs.book.conf import author, copyright, show_formula  # noqa: F401 Sphinx reads them
from docs.slides.deck import deck

project = "How an LSTM remembers"
extensions = ["myst_nb", "sphinx_revealjs"]
root_doc = "00_start_here"
include_patterns = ["**.ipynb"]
exclude_patterns = ["**/.ipynb_checkpoints", "glossary.ipynb"]
nb_execution_mode = "off"  # the outputs are those that are committed
nb_ipywidgets_js = {}  # which would be fetched from elsewhere
nb_mime_priority_overrides = [("revealjs", "text/html", 0), ("revealjs", "text/plain", 1)]
myst_enable_extensions = ["dollarmath"]
html_math_renderer = "mathml"
html_copy_source = html_show_sourcelink = False
suppress_warnings = ["mystnb.unknown_mime_type", "toc.not_included"]

revealjs_static_path = ["static"]
revealjs_css_files = ["slides.css"]
revealjs_style_theme = "white"
revealjs_script_conf = {
    "width": 1280,
    "height": 720,
    "margin": 0,
    "center": False,
    "hash": True,
    "slideNumber": True,
    "transition": "none",
}
revealjs_script_plugins = [
    {"name": "RevealNotes", "src": "revealjs/plugin/notes/notes.js"},
    {"name": "RevealHighlight", "src": "revealjs/plugin/highlight/highlight.js"},
]


def prepare(app, docname, source):
    """Put the slides of a notebook in the place of its cells, as it is read."""
    source[0] = json.dumps(deck(json.loads(source[0])))


def setup(app):
    app.add_html_math_renderer("mathml", (show_formula, None), (show_formula, None))
    app.connect("source-read", prepare)
