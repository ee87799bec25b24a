"""What is to be reached, as ratios within one run, and whether this run reached it."""

from typing import NamedTuple

from . import rows
from .clicks import FIRST_SCREEN, WHEN
from .clicks import ROWS as CLICKED
from .contenders import EAGER, FIT, FLOOR, JAX, JAX_KEPT, ONE_CORE, PACKAGE


class Goal(NamedTuple):
    """A number to reach. `value`: what this run gave, None if it did not measure it."""

    what: str
    limit: float
    value: float | None
    unit: str = "times"
    least: bool = False  # whether `limit` is the lowest that will do, not the highest

    @property
    def verdict(self):
        if self.value is None:
            return "not measured"
        reached = self.value >= self.limit if self.least else self.value <= self.limit
        return "reached" if reached else f"not reached: {self.value:.3g} {self.unit}"

    @property
    def wanted(self):
        return f"at {'least' if self.least else 'most'} {self.limit:g} {self.unit}"

    def told(self):
        """The goal as it is in results.json."""
        return self._asdict() | {"wanted": self.wanted, "verdict": self.verdict}


def goals(medians):
    """The goals in order; `medians`: {(row, contender's name): median}."""

    def of(row, contender=PACKAGE):
        return medians.get((row, contender.name))

    def compared(what, limit, value, other, **more):
        return Goal(what, limit, value / other if value and other else None, **more)

    tutorial, first, many = of(rows.TUTORIAL), of(rows.FIRST), of(rows.MANY)
    fit, eager, jax, floor = (of(rows.TUTORIAL, c) for c in (FIT, EAGER, JAX, FLOOR))
    jax_first, jax_kept = of(rows.FIRST, JAX), of(rows.FIRST, JAX_KEPT)
    on_disk = "first call: compared with JAX's when it finds programs on disk"
    yield compared("tutorial: faster than model.fit", 500, fit, tutorial, least=True)
    yield compared("tutorial: faster than PyTorch, eager", 20, eager, tutorial, least=True)
    yield compared("tutorial: slower than JAX", 1.5, tutorial, jax)
    yield compared("tutorial: slower than the floor in C", 6, tutorial, floor)
    yield compared("first call: compared with JAX's", 1, first, jax_first)
    yield compared("first call: the aim", 0.5, first, jax_first)
    yield compared(on_disk, 1, first, jax_kept)
    for name in (*rows.OTHERS, rows.LONGER):
        again = of(rows.again_name(name))
        yield compared(f"{name}: compared with the first call", 0.25, of(name), first)
        yield compared(f"{name}: compared with the same again", 1.5, of(name), again)
    yield compared("100 initialisations: compared with one", 25, many, tutorial)
    yield compared("100 initialisations: compared with JAX vmap", 1.2, many, of(rows.MANY, JAX))
    for none, kept in rows.KEEPING.values():
        yield compared(f"{kept}: compared with nothing kept", 1.1, of(kept), of(none))
    lag_100, lag_1000 = (of(rows.lag_name(lag)) for lag in (100, 1000))
    yield compared("an update at lag 1,000, compared with lag 100", 11, lag_1000, lag_100)
    yield Goal("drawing all figures again", 0.15, of(rows.DRAW_AGAIN), "s")
    yield Goal("import lstm_memory", 1, medians.get((rows.IMPORT, "lstm_memory")), "s")
    yield Goal("memory left by 200 trainings", 50, of(rows.GROWTH), "MB")
    for what, limit in FIRST_SCREEN.items():
        yield Goal(what, limit, of(what), "s")
    for name in CLICKED:
        for when, limit in WHEN.items():
            yield Goal(when.format(name), limit, of(when.format(name)), "s")


def costs_of_one_core(medians):
    """{row: how many times as long the package takes on one core as on all of them}."""
    return {
        row: seconds / medians[row, PACKAGE.name]
        for (row, contender), seconds in medians.items()
        if contender == ONE_CORE.name and (row, PACKAGE.name) in medians
    }
