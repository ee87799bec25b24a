"""The results as text."""

WIDTHS = (39, 25, 10, 20)


def amount(value, unit):
    """A number with three digits and its unit: 0.0123 s is 12.3 ms."""
    if unit == "MB":
        return f"{value:.0f} MB"
    for factor, name in ((1, "s"), (1e3, "ms")):
        if value * factor >= 1:
            return f"{_digits(value * factor)} {name}"
    return f"{_digits(value * 1e6)} µs"


def _digits(value):
    return f"{value:.{2 if value < 10 else 1 if value < 100 else 0}f}"


def lines(results):
    """The whole table, line by line."""
    yield from _heading(results)
    last = None
    for record in results["rows"]:
        name = record["row"] if record["row"] != last else ""
        last = record["row"]
        middle, low, high = (amount(record[k], record["unit"]) for k in ("median", "min", "max"))
        spread = f"{low} to {high}" if len(record["values"]) > 1 else ""
        cells = (name, record["contender"], f"{middle:>10}", spread)
        if name:
            yield ""
        yield f"{_row(cells)}  {record['note']}".rstrip()
    yield from ["", f"{'Goal':62} {'wanted':20} this run"]
    for goal in results["goals"]:
        value = "-" if goal["value"] is None else f"{goal['value']:.3g} {goal['unit']}"
        yield f"{goal['what']:62} {goal['wanted']:20} {value:13} {goal['verdict']}"
    yield ""
    for row, cost in results["one_core"].items():
        yield f"On one core it works; {row}: {cost:.2f} times as long as on all."
    yield from results["notes"]


def _heading(results):
    machine = results["machine"]
    yield f"{machine['cpu']}, {machine['cores']} cores, {machine['system']}"
    yield f"load average {machine['load_before']:.1f} before, {machine['load_after']:.1f} after"
    yield ", ".join(f"{name} {version}" for name, version in results["versions"].items())
    differences = [record.get("largest_difference", 0) for record in results["rows"]]
    yield f"Losses differ from the package's by {max(differences):.1g} at most."
    yield ""
    yield _row(("what", "who", f"{'median':>10}", "lowest to highest")).rstrip()


def _row(cells):
    return " ".join(f"{cell:{width}}" for cell, width in zip(cells, WIDTHS, strict=True))
