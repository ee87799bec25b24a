"""The results as text."""

ROW = "{:39} {:25} {:>10} {:20}  {}"
GOAL = "{:62} {:20} {:13} {}"


def amount(value, unit):
    """A number with three digits and its unit: 0.0123 s is 12.3 ms."""
    if unit == "MB":
        return f"{value:.0f} MB"
    factor, name = next(((f, n) for f, n in ((1, "s"), (1e3, "ms")) if value * f >= 1), (1e6, "µs"))
    value *= factor
    return f"{value:.{2 if value < 10 else 1 if value < 100 else 0}f} {name}"


def lines(results):
    """The whole table, line by line."""
    machine, last = results["machine"], None
    yield f"{machine['cpu']}, {machine['cores']} cores, {machine['system']}"
    yield f"load average {machine['load_before']:.1f} before, {machine['load_after']:.1f} after"
    yield ", ".join(f"{name} {version}" for name, version in results["versions"].items())
    differences = [record.get("largest_difference", 0) for record in results["rows"]]
    yield f"Losses differ from the package's by {max(differences):.1g} at most."
    yield "\n" + ROW.format("what", "who", "median", "lowest to highest", "").rstrip()
    for record in results["rows"]:
        middle, low, high = (amount(record[k], record["unit"]) for k in ("median", "min", "max"))
        spread = f"{low} to {high}" if len(record["values"]) > 1 else ""
        name, gap = ("", "") if record["row"] == last else (record["row"], "\n")
        last = record["row"]
        yield gap + ROW.format(name, record["contender"], middle, spread, record["note"]).rstrip()
    yield "\n" + GOAL.format("Goal", "wanted", "this run", "").rstrip()
    for goal in results["goals"]:
        value = "-" if goal["value"] is None else f"{goal['value']:.3g} {goal['unit']}"
        yield GOAL.format(goal["what"], goal["wanted"], value, goal["verdict"])
    yield ""
    for row, cost in results["one_core"].items():
        yield f"On one core it works; {row}: {cost:.2f} times as long as on all."
    yield from results["notes"]
