"""Results as files to download and texts to copy, in HTML: made when asked for, then dropped.

Buttons of this HTML work through script.js, which knows them by their classes.
"""

import base64
import html

import pandas as pd

from ..pictures import curves, insides, plots

MAX_FILE_BYTES = 5_000_000  # of one file inside the page


def to_copy(title, text, rows=3):
    """HTML: a text, and a button that copies it."""
    title, text = html.escape(title, quote=True), html.escape(text, quote=False)
    return (
        f'<div><textarea readonly rows="{rows}" aria-label="{title}" spellcheck="false"'
        ' style="width: 100%; box-sizing: border-box; font-family: monospace; font-size: 12px">'
        f"\n{text}</textarea>{_button('copy', 'Copy', f'Copy: {title}')}</div>"
    )


def _button(action, words, name):
    """HTML: a button for the script, and a place for what it says."""
    look = f'type="button" class="jupyter-widgets jupyter-button lstm-memory-{action}"'
    return f'<button {look} aria-label="{name}">{words}</button> <span role="status"></span>'


def link(name, kind, data, more=""):
    """HTML: a link under which the bytes are saved as a file of that name, and `more`."""
    if len(data) > MAX_FILE_BYTES:
        return f"<li>{name}: {len(data) / 1e6:.0f} MB, too large for this page.</li>"
    href = f"data:{kind};base64,{base64.b64encode(data).decode('ascii')}"
    return f'<li><a download="{name}" href="{href}">{name}</a>{more}</li>'


def files(experiment, unit):
    """Links to the losses and predictions as CSV, and to the pictures as SVG and PNG.

    A PNG file is made by the browser, of the SVG file beside it.
    """
    links = [link(name, "text/csv", data) for name, data in csv_files(experiment).items()]
    for name, picture in pictures(experiment, unit).items():
        png = _button("png", f"{name}.png", f"Save {name}.png")
        links.append(link(f"{name}.svg", "image/svg+xml", picture.svg().encode(), f" {png}"))
    return f"<ul>{''.join(links)}</ul>"


def csv_files(experiment):
    """{file name: bytes}: of the first network, and of all if there are several."""
    runs = experiment.runs
    tables = {
        "losses.csv": experiment.run.losses.rename(columns=lambda k: f"sequence {k}"),
        "predictions.csv": experiment.moment.run.predictions.set_index("sequence"),
    }
    if len(runs.seeds) > 1:
        every = {"seed": runs.seeds, "largest_error": runs.max_errors, "remembers": runs.remembers}
        tables["networks.csv"] = pd.DataFrame(every).set_index("seed")
    return {name: table.to_csv().encode() for name, table in tables.items()}


def pictures(experiment, unit):
    """{name: Drawing}: what the Explorer shows, and one of the units, or the last."""
    moment, networks = experiment.moment, len(experiment.runs.seeds)
    task, unit = moment.run.task, min(unit, moment.run.settings.neurons - 1)
    drawn = {
        "loss": plots.loss_curve(experiment.trained),
        "probabilities": plots.predictions(moment.run),
        "states": insides.heatmaps(moment.trace, task),
        f"unit_{unit}": insides.unit_lines(moment.trace, task, unit),
    }
    if networks > 1:
        drawn["success_rate"] = curves.success({f"{networks} networks": experiment.counts})
    return drawn
