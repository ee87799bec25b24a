"""What the Explorer shows of a result: each function takes an `Experiment` that has one.

They return HTML in which everything a learner typed is escaped.
"""

import html

from . import plots

WIDTH = 5.4  # of a picture, in inches
ROWS = 60  # of the table
CELL = 'style="padding: 0 3px; text-align: left; overflow-wrap: anywhere; min-width: 2em"'


def loss(experiment):
    return plots.loss_curve(experiment.run, WIDTH).html()


def chances(experiment):
    return plots.predictions(experiment.run, WIDTH).html()


def hidden_state(experiment):
    return plots.states(experiment.trace, experiment.run.task, "h", WIDTH).html()


def cell_state(experiment):
    return plots.states(experiment.trace, experiment.run.task, "c", WIDTH).html()


def predictions(experiment):
    """A table of the predictions, a row a step."""
    table = experiment.run.predictions
    names = ("sequence", "step", "input", "right", "predicted", "probability")
    head = "".join(
        f'<th scope="col" {CELL}><span style="white-space: nowrap">{name}</span></th>'
        for name in names
    )
    rows = "".join(map(_row, table.head(ROWS).itertuples()))
    rest = len(table) - ROWS
    note = f"<p>{rest:,} more rows: explorer.run.predictions</p>" if rest > 0 else ""
    return (
        '<div tabindex="0" role="region" aria-label="Predictions, and probability of the right one"'
        ' style="max-height: 260px; overflow: auto; font-size: 12px; line-height: 1.4">'
        f'<table style="border-collapse: collapse"><thead style="font-size: 11px"><tr>{head}</tr>'
        f"</thead><tbody>{rows}</tbody></table>{note}</div>"
    )


def _row(row):
    symbols = (row.input, row.target, row.predicted)
    cells = [
        row.sequence,
        row.step,
        *(f"<bdi>{html.escape(str(symbol))}</bdi>" for symbol in symbols),
        f"{row.probability:.3f}",
    ]
    return "<tr>" + "".join(f"<td {CELL}>{cell}</td>" for cell in cells) + "</tr>"
