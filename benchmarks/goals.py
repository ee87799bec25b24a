"""What is to be reached, as ratios within one run, and whether this run reached it."""

from typing import NamedTuple

from . import rows
from .clicks import ROWS as CLICKED
from .contenders import EAGER, FIT, FLOOR, JAX, JAX_KEPT, ONE_CORE, PACKAGE

DRAW_AGAIN = "all figures of the Explorer, again"
DRAW_FIRST = "all figures of the Explorer, first time"
GROWTH = "memory left by 200 trainings of different sizes"
KERNEL = "memory of the process after a first training"
IMPORT = "import"
KEEPING = {  # networks: rows without and with snapshots
    networks: (f"{name}, nothing kept on the way", f"{name}, weights kept at 26 epochs")
    for networks, name in ((1, "one network"), (100, "100 networks"))
}
CLICKS = tuple(  # rows of clicks.py
    f"click to picture, {when}: {{}}" for when in ("first", "another seed", "the same again")
)
CLICK_GOALS = (1.0, 0.3, 0.3)  # seconds


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


def goals(medians):
    """The goals in order; `medians`: {(row, contender's name): median}."""

    def of(row, contender=PACKAGE):
        return medians.get((row, contender.name))

    def ratio(a, b):
        return None if a is None or b is None else a / b

    tutorial, first = of(rows.TUTORIAL), of(rows.FIRST)
    lag_100, lag_1000 = (of(rows.lag_name(lag)) for lag in (100, 1000))
    ours = medians.get((IMPORT, "lstm_memory"))
    news = [
        goal
        for name in (*rows.OTHERS, rows.LONGER)
        for goal in (
            Goal(f"{name}: compared with the first call", 0.25, ratio(of(name), first)),
            Goal(
                f"{name}: compared with the same again",
                1.5,
                ratio(of(name), of(rows.again_name(name))),
            ),
        )
    ]
    clicks = [
        Goal(when.format(name), limit, of(when.format(name)), "s")
        for name in CLICKED
        for when, limit in zip(CLICKS, CLICK_GOALS, strict=True)
    ]
    fit, eager = of(rows.TUTORIAL, FIT), of(rows.TUTORIAL, EAGER)
    jax, floor = of(rows.TUTORIAL, JAX), of(rows.TUTORIAL, FLOOR)
    first_of_jax = of(rows.FIRST, JAX)
    many, many_of_jax = of(rows.MANY), of(rows.MANY, JAX)
    keeping = [
        Goal(f"{kept}: compared with nothing kept", 1.1, ratio(of(kept), of(none)))
        for none, kept in KEEPING.values()
    ]
    return [
        Goal("tutorial: faster than model.fit", 500, ratio(fit, tutorial), least=True),
        Goal("tutorial: faster than PyTorch, eager", 20, ratio(eager, tutorial), least=True),
        Goal("tutorial: slower than JAX", 1.5, ratio(tutorial, jax)),
        Goal("tutorial: slower than the floor in C", 6, ratio(tutorial, floor)),
        Goal("first call: compared with JAX's", 1, ratio(first, first_of_jax)),
        Goal("first call: the aim", 0.5, ratio(first, first_of_jax)),
        Goal(
            "first call: compared with JAX's when it finds programs on disk",
            1,
            ratio(first, of(rows.FIRST, JAX_KEPT)),
        ),
        *news,
        Goal("100 initialisations: compared with one", 25, ratio(many, tutorial)),
        Goal("100 initialisations: compared with JAX vmap", 1.2, ratio(many, many_of_jax)),
        *keeping,
        Goal("an update at lag 1,000, compared with lag 100", 11, ratio(lag_1000, lag_100)),
        Goal("drawing all figures again", 0.15, of(DRAW_AGAIN), "s"),
        Goal("import lstm_memory", 1, ours, "s"),
        Goal("memory left by 200 trainings", 50, of(GROWTH), "MB"),
        *clicks,
    ]


def costs_of_one_core(medians):
    """{row: how many times as long the package takes on one core as on all of them}."""
    return {
        row: seconds / medians[row, PACKAGE.name]
        for (row, contender), seconds in medians.items()
        if contender == ONE_CORE.name and (row, PACKAGE.name) in medians
    }
