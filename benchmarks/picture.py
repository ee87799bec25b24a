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
    names = [name for name in (rows.FIRST, *rows.WARM) if (name, PACKAGE.name) in found]
    figure = Figure((10, 4.6), layout="constrained")
    left, right = figure.subplots(1, 2, width_ratios=(3, 2))
    for contender, (mark, colour, style) in LOOKS.items():
        here = {name: found[name, who] for name, who in found if who == contender.name}
        bars = [(k, here[name]) for k, name in enumerate(names) if name in here]
        middles = [record["median"] for _, record in bars]
        ends = [[abs(r[end] - r["median"]) for _, r in bars] for end in ("min", "max")]
        looks = {"color": colour, "markersize": 9, "label": contender.name}
        left.errorbar(middles, [k for k, _ in bars], xerr=ends, fmt=mark, **looks)
        lags = [lag for lag in rows.LAGS if rows.lag_name(lag) in here]
        times = [here[rows.lag_name(lag)]["median"] for lag in lags]
        right.plot(lags, times, marker=mark, color=colour, ls=style)
    left.set_yticks(range(len(names)), names)
    left.set_ylim(len(names) - 0.5, -0.5)
    left.set(xscale="log", xlabel="seconds: median, and lowest to highest", title="One training")
    left.grid(axis="x", color="0.85")
    right.set(xscale="log", yscale="log", xlabel="lag", ylabel="seconds")
    right.set_title("One update, over the whole sequence", fontsize=11)
    right.grid(color="0.85")
    figure.legend(*left.get_legend_handles_labels(), loc="outside lower center", ncols=4)
    machine = results["machine"]
    figure.suptitle(f"{machine['cpu']}, {machine['cores']} cores", fontsize=10)
    figure.savefig(path, dpi=90, metadata={"Software": None})
