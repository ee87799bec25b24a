"""Small pieces of a page: widgets, and HTML in which everything a learner typed is escaped.

Buttons that are HTML work through script.js, which knows them by their classes.
"""

import base64
import html
from pathlib import Path

import ipywidgets as widgets
from traitlets import default

from ..pictures.drawing import width_of
from ..pictures.words import sequence_name

STYLE = Path(__file__).with_name("style.css").read_text(encoding="utf-8")
LETTERS = 13  # pixels, of a control
WHOLE = "calc(100% - 4px)"  # the width that there is, without the margins of a control
MAX_ROWS = 60  # of a table of predictions
MARK = "\N{BLACK LEFT-POINTING TRIANGLE}"  # beside the step that is looked at
MAX_FILE_BYTES = 5_000_000  # of one file inside the page
TABLE_CELL = (
    'style="padding: 0 6px 0 3px; text-align: left; overflow-wrap: anywhere; min-width: 2em"'
)

# --- widgets -----------------------------------------------------------------------------

_SHARED = {}  # what `shared` has made, by its kind and values


def shared(kind, **values):
    """A style or a layout of a `kind`, the same for all widgets that never change theirs.

    A page is told of each one: with one for each widget there would be 170 more to tell.
    """
    key = kind, *values.items()
    if key not in _SHARED or _SHARED[key].comm is None:  # somebody has closed it
        _SHARED[key] = kind(**values)
    return _SHARED[key]


class HTML(widgets.HTML):
    """A text on a page, which never changes its style or layout unless given its own."""

    @default("style")
    def _style(self):
        return shared(widgets.HTML.style.klass)

    @default("layout")
    def _layout(self):
        return shared(widgets.Layout)


def button(words, tooltip, do, icon="", **own):
    """A button with words on it; `do` is called without arguments when it is pressed.

    `own`: its style or layout, if they are to change.
    """
    layout, style = shared(widgets.Layout, width="auto"), shared(widgets.ButtonStyle)
    look = {"layout": layout, "style": style} | own
    made = widgets.Button(description=words, tooltip=tooltip, icon=icon, **look)
    made.on_click(lambda _: do())
    return made


def control(kind, words, tooltip, label=105, width="auto", **more):
    """A control of a `kind`, with `words` before it for which `label` pixels are kept."""
    style = shared(kind.style.klass, description_width=f"{label}px")
    layout = {"width": width}
    return kind(description=words, tooltip=tooltip, style=style, layout=layout, **more)


def offer_sequences(choice, task):
    """Let a Dropdown offer the sequences of a task, and have room for the longest name."""
    names = tuple((sequence_name(task, k), k) for k in range(len(task.steps)))
    if choice.options == names:
        return
    choice.options = names
    label = int(choice.style.description_width.removesuffix("px"))
    longest = max(width_of(name, LETTERS) for name, _ in names)
    choice.layout.width, choice.layout.max_width = f"{label + 40 + longest:.0f}px", WHOLE


def row(*children, **layout):
    """Widgets side by side, and below each other where there is no room."""
    return widgets.Box(children, layout={"flex_flow": "row wrap"} | layout)


def picture(words="", **layout):
    """A place for a drawing, or at first for words; it scrolls where the drawing has no room."""
    made = HTML(words, layout={"margin": "0", "min_width": "0"} | layout)
    made.add_class("lstm-memory-picture")
    return made


# --- HTML --------------------------------------------------------------------------------


def style():
    """HTML: how the panels look, for the page that one of them stands on."""
    return f"<style>{STYLE}</style>"


def status(words, style="line-height: 1.4", title=""):
    """Words that a screen reader reads out when they change, after a bold title."""
    title = title and f"<b>{html.escape(title, quote=False)}</b> "
    return f'<div role="status" style="{style}">{title}{html.escape(words, quote=False)}</div>'


def in_the_way(words):
    """Words on what is not possible, read out at once; nothing if there are none."""
    return words and (
        '<div role="alert" style="line-height: 1.4; border-left: 3px solid; padding-left: 6px;'
        f' overflow-wrap: anywhere"><b>Not possible.</b> {html.escape(words)}</div>'
    )


def table(head, rows, caption, height=260):
    """A table that scrolls, or with no `height` is whole; `head` and `rows` hold texts."""
    scrolls = f"max-height: {height}px; overflow: auto; " if height else "overflow-x: auto; "
    names = "".join(f'<th scope="col" {TABLE_CELL}>{html.escape(name)}</th>' for name in head)
    body = "".join(
        "<tr>"
        + "".join(f"<td {TABLE_CELL}><bdi>{html.escape(str(v))}</bdi></td>" for v in row)
        + "</tr>"
        for row in rows
    )
    return (
        f'<div tabindex="0" role="region" aria-label="{html.escape(caption, quote=True)}"'
        f' style="{scrolls}font-size: 12px; line-height: 1.5">'
        f'<table style="border-collapse: collapse"><thead><tr>{names}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>"
    )


def predictions(run, place=None):
    """The predictions of a run, a row a step; `place` (sequence, step) is marked."""
    rows = run.predictions
    head = ("sequence", "step", "input", "right", "predicted", "probability of the right one")
    marks = {place: f" {MARK}"}
    texts = [
        (
            r.sequence,
            f"{r.step}{marks.get((r.sequence, r.step), '')}",
            *(r.input, r.target, r.predicted, f"{r.probability:.3f}"),
        )
        for r in rows.head(MAX_ROWS).itertuples()
    ]
    rest = len(rows) - MAX_ROWS
    note = f"<p>{rest:,} more rows: explorer.run.predictions</p>" if rest > 0 else ""
    return table(head, texts, "Predictions, and probability of the right one") + note


def to_copy(title, text, rows=3, action="copy"):
    """HTML: a text, and a button that copies it, or does another `action` of the script."""
    title, text = html.escape(title, quote=True), html.escape(text, quote=False)
    return (
        f'<div><textarea readonly rows="{rows}" aria-label="{title}" spellcheck="false"'
        ' style="width: 100%; box-sizing: border-box; font-family: monospace; font-size: 12px">'
        f"\n{text}</textarea>{script_button(action, 'Copy', f'Copy: {title}')}</div>"
    )


def script_button(action, words, name):
    """HTML: a button for the script, and a place for what it says."""
    look = f'type="button" class="jupyter-widgets jupyter-button lstm-memory-{action}"'
    return f'<button {look} aria-label="{name}">{words}</button> <span role="status"></span>'


def link(name, kind, data, more=""):
    """HTML: a link under which the bytes are saved as a file of that name, and `more`."""
    if len(data) > MAX_FILE_BYTES:
        return f"<li>{name}: {len(data) / 1e6:.0f} MB, too large for this page.</li>"
    href = f"data:{kind};base64,{base64.b64encode(data).decode('ascii')}"
    return f'<li><a download="{name}" href="{href}">{name}</a>{more}</li>'
