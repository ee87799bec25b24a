"""The door of every public picture: what it is given is checked, by the name of the argument."""

from functools import partial

import numpy as np
import pandas as pd

from .. import errors
from ..counting import Count
from ..errors import (
    InputError,
    a_list,
    instance,
    real_number,
    true_or_false,
    whole_number,
)
from ..memory import Trace, Trained
from ..tasks import MAX_LENGTH, Task, symbols_in

NUMBERS = "an array of numbers"
CURVES = "1 to 8 curves, {name: {epoch: Count}}, none of them empty"
MOMENTS = "{name: numbers of shape (networks, 2)}, at least one"
LIMITS = "two numbers, the lower one first"


def _check_fit(
    run=None, task=None, trace=None, held=None, sequence=0, unit=None, order=None, **others
):
    """Whether what was held belongs to the task, and a sequence and units are there."""
    task, held = run.task if run else task, held or trace
    shape = task and (len(task.steps), max(task.steps))
    if task and held and held.h.shape[:2] != shape:
        raise InputError("task", "the task of which the trace is", held.h.shape)
    if run and held and held.h.shape[2] != run.settings.neurons:
        raise InputError("held", "a trace of this run", held.h.shape)
    whole_number("sequence", sequence, 0, shape[0] - 1 if shape else 0)
    neurons = run.settings.neurons if run else held and held.h.shape[2]
    if unit is not None:
        whole_number("unit", unit, 0, neurons - 1)
    for one in order or ():
        whole_number("order", one, 0, neurons - 1)


def text(argument, value):
    """Return `value` if it is a text of a usual length."""
    if not isinstance(value, str) or len(value) > 1_000:
        raise InputError(argument, "a text of at most 1,000 characters", value)
    return value


def array(argument, value):
    """Return `value` as an array of finite numbers."""
    try:
        numbers = np.asarray(a_list(argument, value, NUMBERS), float)
    except Exception:  # whatever an object answers that is no array of numbers
        raise InputError(argument, NUMBERS, value) from None
    if not np.isfinite(numbers).all():
        raise InputError(argument, NUMBERS, value)
    return numbers


def table(argument, value):
    """Return `value` if it is a DataFrame that is not too large to be drawn."""
    instance(argument, value, pd.DataFrame, "a DataFrame")
    if not 1 <= value.size <= 100_000:
        raise InputError(argument, "a table of 1 to 100,000 entries", value.shape)
    return value


def numbers_in(argument, value):
    """As `table`, with numbers only; NaN where there is none."""
    try:
        table(argument, value).to_numpy(float)
    except (TypeError, ValueError):
        raise InputError(argument, "a DataFrame of numbers, with at least one", value) from None
    return value


def limits(argument, value):
    """Return `value` if it is a lower and a higher number."""
    value = list(a_list(argument, value, LIMITS))
    if len(value) != 2:
        raise InputError(argument, LIMITS, value)
    low, high = (real_number(argument, end, -1e9, 1e9) for end in value)
    if not low < high:
        raise InputError(argument, LIMITS, value)
    return low, high


def curves(argument, value):
    """Return `value` if it is {name: {epoch: Count}}."""
    instance(argument, value, dict, CURVES)
    if not 1 <= len(value) <= 8:
        raise InputError(argument, CURVES, list(value))
    for name, curve in value.items():
        if not isinstance(name, str) or not isinstance(curve, dict) or not curve:
            raise InputError(argument, CURVES, {name: curve})
        for epoch, count in curve.items():
            whole_number(argument, epoch, 0, 10**9)
            instance(argument, count, Count, CURVES)
    return value


def moments(argument, value):
    """Return `value` if it is {name: numbers (networks, 2)}."""
    instance(argument, value, dict, MOMENTS)
    arrays = {text(argument, name): array(argument, both) for name, both in value.items()}
    right = [both.ndim == 2 and both.shape[1] == 2 and len(both) for both in arrays.values()]
    if not right or not all(right):
        raise InputError(argument, MOMENTS, list(value))
    return arrays


def _units(argument, value):
    units = [whole_number(argument, unit, 0, 511) for unit in a_list(argument, value, "units")]
    if not units:
        raise InputError(argument, "at least one unit", units)
    return units


_run = partial(instance, kinds=Trained, expected="a Run, or Runs")
_trace = partial(instance, kinds=Trace, expected="a Trace, as lm.trace gives it")
_place = partial(whole_number, low=0, high=MAX_LENGTH)
CHECKS = {
    "run": _run,
    "runs": _run,
    "trace": _trace,
    "held": _trace,
    "task": partial(instance, kinds=Task, expected="a Task"),
    "width": partial(whole_number, low=300, high=10_000),
    "step": _place,
    "epoch": partial(whole_number, low=0, high=100_000),
    "shown": partial(whole_number, low=1, high=64),
    "decimals": partial(whole_number, low=0, high=12),
    "order": _units,
    "weights": true_or_false,
    "log": true_or_false,
    "which": text,
    "title": text,
    "below": text,
    "beside": text,
    "share": text,
    "limits": limits,
    "table": table,
    "numbers": numbers_in,
    "matrix": array,
    "left": array,
    "values": array,
    "edges": array,
    "symbols": symbols_in,
    "curves": curves,
    "moments": moments,
}

checked = partial(errors.checked, checks=CHECKS, together=_check_fit)
