"""Records of what was measured, as they are in results.json."""

import sys
from statistics import median

from . import table
from .contenders import PACKAGE


def record(row, contender, values, unit="s", note="", **more):
    """A record of `values`, a list of numbers in `unit`, "s" or "MB"; and one line as a sign."""
    note = note or "measured once" * (len(values) == 1)
    ends = {"median": median(values), "min": min(values), "max": max(values)}
    print(f"{row}, {contender}: {table.amount(ends['median'], unit)}", file=sys.stderr)
    found = {"row": row, "contender": contender, "unit": unit, "values": list(values)}
    return found | ends | more | {"note": note}


def ours(row, values, unit="s", **more):
    """A record of this package."""
    return record(row, PACKAGE.name, values, unit, **more)
