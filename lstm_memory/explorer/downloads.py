"""Results as files to download and texts to copy, in HTML: made when asked for, then dropped."""

import base64
import html

import pandas as pd

from ..pictures import curves, insides, plots

MAX_BYTES = 5_000_000  # of one file inside the page
COPY = (
    "const text = this.parentNode.querySelector('textarea'); text.focus(); text.select();"
    " this.nextElementSibling.textContent = document.execCommand('copy')"
    " ? 'Copied.' : 'Press Ctrl+C to copy.'"
)


def to_copy(title, text, rows=3):
    """HTML: a text, and a button that copies it."""
    title, text = html.escape(title, quote=True), html.escape(text, quote=False)
    return (
        f'<div><textarea readonly rows="{rows}" aria-label="{title}" spellcheck="false"'
        ' style="width: 100%; box-sizing: border-box; font-family: monospace; font-size: 12px">'
        f"\n{text}</textarea>"
        f'<button type="button" class="jupyter-widgets jupyter-button" onclick="{COPY}"'
        f' aria-label="Copy: {title}">Copy</button> <span role="status"></span></div>'
    )


def link(name, kind, data):
    """HTML: a link under which the bytes are saved as a file of that name."""
    if len(data) > MAX_BYTES:
        return f"<li>{name}: {len(data) / 1e6:.0f} MB, too large for this page.</li>"
    href = f"data:{kind};base64,{base64.b64encode(data).decode('ascii')}"
    return f'<li><a download="{name}" href="{href}">{name}</a></li>'


def files(runs, counts, moment, unit):
    """Links to the losses and predictions as CSV, and to the pictures as SVG."""
    links = [link(name, "text/csv", data) for name, data in csv_files(runs, moment).items()]
    for name, picture in pictures(runs, counts, moment, unit).items():
        links.append(link(f"{name}.svg", "image/svg+xml", picture.svg().encode()))
    return f"<ul>{''.join(links)}</ul>"


def csv_files(runs, moment):
    """{file name: bytes}: of the first network, and of all if there are several."""
    tables = {
        "losses.csv": runs.run(runs.seeds[0]).losses.rename(columns=lambda k: f"sequence {k}"),
        "predictions.csv": moment.run.predictions.set_index("sequence"),
    }
    if len(runs.seeds) > 1:
        every = {"seed": runs.seeds, "largest_error": runs.max_errors, "remembers": runs.remembers}
        tables["networks.csv"] = pd.DataFrame(every).set_index("seed")
    return {name: table.to_csv().encode() for name, table in tables.items()}


def pictures(runs, counts, moment, unit):
    """{name: Drawing}: what the Explorer shows."""
    task, many = moment.run.task, len(runs.seeds) > 1
    drawn = {
        "loss": plots.loss_curve(runs if many else runs.run(runs.seeds[0])),
        "probabilities": plots.predictions(moment.run),
        "states": insides.heatmaps(moment.trace, task),
        f"unit_{unit}": insides.unit_lines(moment.trace, task, unit),
    }
    if many:
        drawn["success_rate"] = curves.success({f"{len(runs.seeds)} networks": counts})
    return drawn
