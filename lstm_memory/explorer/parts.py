"""Tables of the Explorer, as HTML in which everything a learner typed is escaped."""

import html

ROWS = 60  # of a table of predictions
CELL = 'style="padding: 0 6px 0 3px; text-align: left; overflow-wrap: anywhere; min-width: 2em"'


def table(head, rows, caption, height=260):
    """A table that scrolls; `head` and `rows` hold texts, symbols among them."""
    names = "".join(f'<th scope="col" {CELL}>{html.escape(name)}</th>' for name in head)
    body = "".join(
        "<tr>" + "".join(f"<td {CELL}><bdi>{html.escape(str(v))}</bdi></td>" for v in row) + "</tr>"
        for row in rows
    )
    return (
        f'<div tabindex="0" role="region" aria-label="{html.escape(caption, quote=True)}"'
        f' style="max-height: {height}px; overflow: auto; font-size: 12px; line-height: 1.5">'
        f'<table style="border-collapse: collapse"><thead><tr>{names}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>"
    )


def predictions(run):
    """The predictions of a run, a row a step."""
    rows = run.predictions
    head = ("sequence", "step", "input", "right", "predicted", "probability of the right one")
    shown = [
        (r.sequence, r.step, r.input, r.target, r.predicted, f"{r.probability:.3f}")
        for r in rows.head(ROWS).itertuples()
    ]
    rest = len(rows) - ROWS
    note = f"<p>{rest:,} more rows: explorer.run.predictions</p>" if rest > 0 else ""
    return table(head, shown, "Predictions, and probability of the right one") + note
