"""The results as a picture, readable without colour: marks and line styles tell all apart."""

from matplotlib.figure import Figure

from . import rows
from .contenders import BATCH, COMPILED, EAGER, FIT, FLOOR, JAX, PACKAGE

LOOKS = {  # mark, colour (Okabe & Ito 2008), line style
    FIT: ("s", "0.5", ":"),
    BATCH: ("D", "0.5", ":"),
    EAGER: ("^", "#D55E00", "--"),
    COMPILED: ("v", "#D55E00", "--"),
    JAX: ("x", "#009E73", "-."),
    FLOOR: ("|", "black", ":"),
    PACKAGE: ("o", "#0072B2", "-"),
}


def draw(results, path):
    """Draw the trainings of `results`, as in results.json, into the PNG file `path`."""
    found = {(record["row"], record["contender"]): record for record in results["rows"]}
    figure = Figure((10, 4.6), layout="constrained")
    left, right = figure.subplots(1, 2, width_ratios=(3, 2))
    _draw_trainings(left, found)
    _draw_lags(right, found)
    figure.legend(*left.get_legend_handles_labels(), loc="outside lower center", ncols=4)
    machine = results["machine"]
    figure.suptitle(f"{machine['cpu']}, {machine['cores']} cores", fontsize=10)
    figure.savefig(path, dpi=90, metadata={"Software": None})


def _draw_trainings(axes, found):
    names = [name for name in (rows.FIRST, *rows.WARM) if (name, PACKAGE.name) in found]
    for contender, (mark, colour, _) in LOOKS.items():
        records = [(k, found.get((name, contender.name))) for k, name in enumerate(names)]
        records = [(k, record) for k, record in records if record]
        places, middles = [k for k, _ in records], [r["median"] for _, r in records]
        ends = [[r["median"] - r["min"] for _, r in records]]
        ends.append([r["max"] - r["median"] for _, r in records])
        axes.errorbar(
            middles, places, xerr=ends, fmt=mark, color=colour, markersize=9, label=contender.name
        )
    axes.set_yticks(range(len(names)), names)
    axes.set_ylim(len(names) - 0.5, -0.5)
    axes.set(xscale="log", xlabel="seconds: median, and lowest to highest", title="One training")
    axes.grid(axis="x", color="0.85")


def _draw_lags(axes, found):
    for contender, (mark, colour, style) in LOOKS.items():
        times = {lag: found.get((rows.lag_name(lag), contender.name)) for lag in rows.LAGS}
        times = {lag: record["median"] for lag, record in times.items() if record}
        if times:
            axes.plot(*zip(*times.items(), strict=True), marker=mark, color=colour, ls=style)
    axes.set(xscale="log", yscale="log", xlabel="lag", ylabel="seconds")
    axes.set_title("One update, over the whole sequence", fontsize=11)
    axes.grid(color="0.85")
