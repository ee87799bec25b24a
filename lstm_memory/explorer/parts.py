"""Small pieces of HTML, in which everything a learner typed is escaped."""

import html

MAX_ROWS = 60  # of a table of predictions
TABLE_CELL = (
    'style="padding: 0 6px 0 3px; text-align: left; overflow-wrap: anywhere; min-width: 2em"'
)


def status(words, style="line-height: 1.4"):
    """Words that a screen reader reads out when they change."""
    return f'<div role="status" style="{style}">{html.escape(words)}</div>'


def in_the_way(words):
    """Words on what is not possible, read out at once; nothing if there are none."""
    return words and (
        '<div role="alert" style="line-height: 1.4; border-left: 3px solid; padding-left: 6px;'
        f' overflow-wrap: anywhere"><b>Not possible.</b> {html.escape(words)}</div>'
    )


def table(head, rows, caption, height=260):
    """A table that scrolls; `head` and `rows` hold texts, symbols among them."""
    names = "".join(f'<th scope="col" {TABLE_CELL}>{html.escape(name)}</th>' for name in head)
    body = "".join(
        "<tr>"
        + "".join(f"<td {TABLE_CELL}><bdi>{html.escape(str(v))}</bdi></td>" for v in row)
        + "</tr>"
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
    texts = [
        (r.sequence, r.step, r.input, r.target, r.predicted, f"{r.probability:.3f}")
        for r in rows.head(MAX_ROWS).itertuples()
    ]
    rest = len(rows) - MAX_ROWS
    note = f"<p>{rest:,} more rows: explorer.run.predictions</p>" if rest > 0 else ""
    return table(head, texts, "Predictions, and probability of the right one") + note
