"""Drawing for what has to be quick: charts as SVG, written directly, about a millisecond each.

The pictures of `plots`, for notebooks, are matplotlib's, which takes some 100 ms for each.
Lengths are pixels, from the top left corner. Everything written is escaped.
"""

import base64
import html
import io
import math

import numpy as np
from PIL import Image

SIZE = 11.5  # of letters
FONT = "DejaVu Sans, Verdana, Arial, sans-serif"
LETTER = 0.6  # width of a letter, by its height
GREY = "#555"  # of axes and of what is beside the point; dark enough to read

# Anchors of the colours from -1 to 1 (blue, white, red) and from 0 to 1 (white, black).
DIVERGING = ((8, 48, 107), (66, 146, 198), (247, 247, 247), (224, 108, 78), (110, 8, 28))
SHADES = ((255, 255, 255), (128, 128, 128), (0, 0, 0))


class Chart:
    """A drawing that can say in words what it shows, `alt`."""

    def __init__(self, width, height, alt=""):
        self.width, self.height, self.alt, self.parts = width, height, alt, []

    def text(self, x, y, words, size=SIZE, anchor="start", colour="#000", turned=0, bold=False):
        """Write words whose baseline begins (or has its middle or end) at x, y."""
        look = f'font-size="{size:g}" text-anchor="{anchor}" fill="{colour}"'
        look += f' transform="rotate({turned} {x:.1f} {y:.1f})"' if turned else ""
        look += ' font-weight="bold"' if bold else ""
        words = html.escape(words, quote=False)
        self.parts.append(f'<text x="{x:.1f}" y="{y:.1f}" {look}>{words}</text>')

    def path(self, steps, colour, width=1.5, dash="", fill="none"):
        """Draw along the commands of an SVG path."""
        look = f'stroke="{colour}" stroke-width="{width:g}" fill="{fill}"'
        look += f' stroke-dasharray="{dash}"' if dash else ""
        self.parts.append(f'<path d="{steps}" {look}/>')

    def rectangle(self, x, y, width, height, fill, stroke="none"):
        size = f'x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}"'
        self.parts.append(f'<rect {size} fill="{fill}" stroke="{stroke}"/>')

    def image(self, x, y, width, height, pixels):
        """Stretch `pixels`, (rows, columns, 3) of bytes, over a rectangle."""
        file = io.BytesIO()
        Image.fromarray(pixels).save(file, "png", compress_level=1)
        data = base64.b64encode(file.getvalue()).decode("ascii")
        size = f'x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}"'
        look = 'preserveAspectRatio="none" style="image-rendering: pixelated"'
        self.parts.append(f'<image {size} {look} href="data:image/png;base64,{data}"/>')

    def legend(self, x, y, entries, width=0, columns=1):
        """Samples of lines with their names: (name, colour, dash, line width)."""
        for k, (name, colour, dash, thick) in enumerate(entries):
            left, line = x + width * (k % columns), y + 15 * (k // columns)
            self.path(f"M{left:.1f} {line:.1f}h24", colour, thick, dash)
            self.text(left + 29, line + 4, name, 10.5)

    def svg(self):
        """The drawing as an SVG file."""
        size = f'width="{self.width}" height="{self.height}"'
        box = f'viewBox="0 0 {self.width} {self.height}"'
        parts = "".join(self.parts)
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" {size} {box} font-family="{FONT}">'
            f'<rect width="100%" height="100%" fill="#fff"/>{parts}</svg>'
        )

    def html(self):
        """An `<img>` tag that holds the drawing, and its alternative text, escaped."""
        data = base64.b64encode(self.svg().encode()).decode("ascii")
        alt = html.escape(self.alt, quote=True)
        style = f"width: 100%; max-width: {1.5 * self.width:.0f}px; display: block"
        return f'<img alt="{alt}" src="data:image/svg+xml;base64,{data}" style="{style}">'


class Axes:
    """A rectangle of a chart with a scale along each of its sides."""

    def __init__(self, chart, box, x, y):
        """`box`: left, top, width, height. `x`, `y`: the numbers at the ends of the scales."""
        self.chart, self.box, self.limits = chart, box, (x, y)

    def at(self, xs, ys):
        """Numbers as pixels."""
        left, top, width, height = self.box
        (x0, x1), (y0, y1) = self.limits
        across = left + (np.asarray(xs, float) - x0) * (width / (x1 - x0))
        down = top + height - (np.asarray(ys, float) - y0) * (height / (y1 - y0))
        return across, np.clip(down, top - 2, top + height + 2)

    def title(self, words, size=SIZE):
        left, top, width, _ = self.box
        self.chart.text(left + width / 2, top - 6, words, size, "middle")

    def x_axis(self, places, names, label="", turned=False):
        """Ticks below, each with a name."""
        left, top, width, height = self.box
        floor = top + height
        self.chart.path(f"M{left:.1f} {floor:.1f}h{width:.1f}", GREY, 1)
        for x, name in zip(self.at(places, 0)[0], names, strict=True):
            self.chart.path(f"M{x:.1f} {floor:.1f}v3", GREY, 1)
            if turned:
                self.chart.text(x + 4, floor + 6, name, 9.5, "end", turned=-90)
            else:
                self.chart.text(x, floor + 14, name, 10, "middle")
        if label:
            self.chart.text(left + width / 2, floor + 28, label, 10.5, "middle", GREY)

    def y_axis(self, places, names, label="", grid=False):
        """Ticks on the left, each with a name."""
        left, top, width, height = self.box
        self.chart.path(f"M{left:.1f} {top:.1f}v{height:.1f}", GREY, 1)
        for y, name in zip(self.at(0, places)[1], names, strict=True):
            self.chart.path(f"M{left:.1f} {y:.1f}h-3", GREY, 1)
            if grid:
                self.chart.path(f"M{left:.1f} {y:.1f}h{width:.1f}", "#ddd", 1)
            self.chart.text(left - 6, y + 4, name, 10, "end")
        if label:
            x, y = left - 34, top + height / 2
            self.chart.text(x, y, label, 10.5, "middle", GREY, turned=-90)

    def line(self, xs, ys, colour, width=1.6, dash="", dots=False):
        """A line through points; what is not a number is left out."""
        xs, ys = thinned(np.asarray(xs, float), np.asarray(ys, float), self.box[2])
        xs, ys = self.at(xs, ys)
        if len(xs) > 1:
            self.chart.path(_through(xs, ys), colour, width, dash)
        if dots or len(xs) == 1:
            for x, y in zip(xs, ys, strict=True):
                self.chart.rectangle(x - 2.5, y - 2.5, 5, 5, colour)

    def band(self, xs, low, high, colour):
        """What lies between two lines."""
        points = [self.at(*thinned(np.asarray(xs, float), ys, self.box[2])) for ys in (low, high)]
        (x, below), (again, above) = points
        if len(x) > 1:
            steps = _through(x, below) + _through(again[::-1], above[::-1]).replace("M", "L") + "Z"
            self.chart.path(steps, "none", 0, fill=colour)

    def across(self, y, dash="6 4", colour="#000", width=1.2):
        """A level line."""
        left, _, length, _ = self.box
        self.chart.path(f"M{left:.1f} {self.at(0, y)[1]:.1f}h{length:.1f}", colour, width, dash)

    def upright(self, x, colour=GREY):
        """A line from top to bottom."""
        _, top, _, height = self.box
        self.chart.path(f"M{self.at(x, 0)[0]:.1f} {top:.1f}v{height:.1f}", colour, 1, "2 3")

    def bars(self, xs, heights, share, colour, stripes=False):
        """Bars from 0 up, each `share` wide on the scale; `stripes` for print."""
        width = share * self.box[2] / (self.limits[0][1] - self.limits[0][0])
        floor = self.at(0, 0)[1]
        for x, y in zip(*self.at(xs, heights), strict=True):
            if np.isfinite(y):
                self.chart.rectangle(x - width / 2, y, width, floor - y, colour, "#000")
                if stripes:
                    rows = range(int(y) + 5, int(floor), 5)
                    steps = "".join(f"M{x - width / 2:.1f} {row}h{width:.1f}" for row in rows)
                    self.chart.path(steps, "#000", 0.8)

    def colours(self, values, signed):
        """Numbers (rows, columns), -1 to 1 or 0 to 1, as colours."""
        self.chart.image(*self.box, coloured(values, signed))
        self.chart.rectangle(*self.box, "none", GREY)

    def heatmap(self, values, signed):
        """The same with a small bar on what is below -0.25, for print, where there is room."""
        self.colours(values, signed)
        left, top, width, height = self.box
        rows, columns = values.shape
        high, wide = height / rows, width / columns
        if not signed or values.size > 600 or min(high, wide) < 3:
            return
        for chosen, ink in ((values < -0.6, "#fff"), ((values < -0.25) & (values >= -0.6), "#000")):
            places = np.argwhere(chosen)
            points = [(left + (c + 0.3) * wide, top + (r + 0.5) * high) for r, c in places]
            steps = "".join(f"M{x:.1f} {y:.1f}h{0.4 * wide:.1f}" for x, y in points)
            if steps:
                self.chart.path(steps, ink, 1)


def coloured(values, signed):
    """Numbers as colours, (..., 3) bytes; what is beyond the scale takes its end's colour."""
    anchors = np.array(DIVERGING if signed else SHADES, float)
    share = np.clip((values + 1) / 2 if signed else values, 0, 1) * (len(anchors) - 1)
    share = np.nan_to_num(share, nan=(len(anchors) - 1) / 2)
    low = np.minimum(share.astype(int), len(anchors) - 2)
    mixed = anchors[low] + (anchors[low + 1] - anchors[low]) * (share - low)[..., None]
    return mixed.round().astype("uint8")


def thinned(xs, ys, width):
    """Points that draw the same line `width` pixels wide: of each pixel the extremes."""
    fine = np.isfinite(ys)
    xs, ys = xs[fine], ys[fine]
    if len(xs) <= 3 * width:
        return xs, ys
    parts = np.array_split(np.arange(len(xs)), int(width))
    ends = [sorted({p[0], p[ys[p].argmin()], p[ys[p].argmax()], p[-1]}) for p in parts]
    chosen = np.concatenate(ends)
    return xs[chosen], ys[chosen]


def _through(xs, ys):
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in zip(xs, ys, strict=True))


def ticks(low, high, most=5):
    """Round numbers from `low` to `high`, `most` or fewer, and their names."""
    rough = (high - low) / max(1, most - 1)
    unit = 10.0 ** math.floor(math.log10(rough)) if rough > 0 else 1
    step = next(unit * k for k in (1, 2, 5, 10) if unit * k >= rough * 0.999)
    places = [k * step for k in range(math.ceil(low / step), math.floor(high / step + 1e-9) + 1)]
    decimals = max(0, -math.floor(math.log10(step) + 1e-9))
    return places, [f"{place:,.{decimals}f}" for place in places]


def whole_ticks(low, high, most=6):
    """The same, of whole numbers."""
    return ticks(low, high, min(most, max(2, int(high - low) + 1)))
