"""Drawings as SVG, written directly: about a millisecond each, the same bytes of the same numbers.

Lengths are pixels, from the top left corner, with one decimal. Everything written is escaped.
Colours are ones that colour-blind readers can tell apart (Okabe & Ito, 2008); dashes, marks and
stripes say the same again, for print.
"""

import base64
import html
import io
import math
import re
import unicodedata
from functools import cache
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from PIL import Image

from .words import printable

SIZE = 11.5  # of letters
SMALL = 10
FONT = "DejaVu Sans, Verdana, Arial, sans-serif"
GREY = "#555"  # of axes and of what is beside the point; dark enough to read
MINUS = "\N{MINUS SIGN}"
ROW = 15  # height of a row of a legend
FEW = 40  # points or bars, so many can be told apart
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7")
BOLD = ' font-weight="bold"'
HALO = ' paint-order="stroke" stroke="#fff" stroke-width="3"'  # over lines
FILLS = ("#56B4E9", "#E69F00")
MARKS = {
    "square": "m-3-3h6v6h-6z",
    "circle": "m-3.2 0a3.2 3.2 0 1 0 6.4 0a3.2 3.2 0 1 0-6.4 0z",
    "triangle": "m0-4l4 7h-8z",
    "diamond": "m0-4.2l4.2 4.2l-4.2 4.2l-4.2-4.2z",
}
TITLED = re.compile(r"><title>[^<]*</title></\w+>")


class Look(NamedTuple):
    """How a line looks: its colour, dashes, thickness, and the mark on each point, if any."""

    colour: str
    dash: str = ""
    thick: float = 1.6
    mark: str = ""
    hollow: bool = False

    def of(self, points):
        """The look of a line of so many points: where there are many, they have no marks."""
        return self if points <= FEW else self._replace(mark="")


class Bar(NamedTuple):
    """How a bar looks."""

    fill: str
    striped: bool = False


class Scale(NamedTuple):
    """Numbers as colours: those at its ends, and its colours at even distances, in between."""

    low: float
    high: float
    anchors: tuple


PLAIN, STRIPED = Bar(FILLS[0]), Bar(FILLS[1], striped=True)
LOOKS = tuple(map(Look, COLOURS, ("", "7 4", "8 3 2 3", "2 3"), (1.8, 1.8, 1.8, 2.4), MARKS))
SIGNED = Scale(-1, 1, ((8, 48, 107), (66, 146, 198), (247, 247, 247), (224, 108, 78), (110, 8, 28)))
SHADES = Scale(0, 1, ((255, 255, 255), (128, 128, 128), (0, 0, 0)))
BLUES = Scale(0, 1, ((247, 251, 255), (107, 174, 214), (8, 48, 107)))


class Drawing:
    """A drawing that can say in words what it shows, `alt`."""

    def __init__(self, width, height=0, alt=""):
        self.width, self.height, self.alt, self.parts = width, height, alt, []

    def add(self, tag, look, title=""):
        """Draw an element; pointing at it shows its title, and one without is not in the way."""
        inside = f"><title>{_escaped(title)}</title></{tag}>" if title else "/>"
        self.parts.append(f"<{tag} {look}" + ("" if title else ' pointer-events="none"') + inside)

    def text(self, x, y, words, size=SIZE, anchor="start", colour="#000", turned=0, more=""):
        """Write words whose baseline begins (or has its middle or end) at x, y."""
        if not words:
            return
        look = f'font-size="{size:g}" text-anchor="{anchor}" fill="{colour}" pointer-events="none"'
        look += f' transform="rotate({turned} {px(x)} {px(y)})"' if turned else ""
        self.parts.append(f'<text x="{px(x)}" y="{px(y)}" {look}{more}>{_escaped(words)}</text>')

    def title(self, words):
        """Write the title of the whole, as much of it as there is room for."""
        self.text(self.width / 2, 18, fitted(words, self.width - 16, SIZE), SIZE, "middle")

    def path(self, steps, colour, width=1.5, dash="", fill="none", title=""):
        """Draw along the commands of an SVG path."""
        look = f'd="{steps}" stroke="{colour}" stroke-width="{width:g}" fill="{fill}"'
        self.add("path", look + (f' stroke-dasharray="{dash}"' if dash else ""), title)

    def rectangle(self, box, fill, stroke="none", title=""):
        self.add("rect", f'{_sides(box)} fill="{fill}" stroke="{stroke}"', title)

    def bar(self, box, bar, title=""):
        """A bar; stripes tell it from others without colour."""
        left, top, width, height = box
        self.rectangle(box, bar.fill, "#000", title)
        rows = range(int(top) + 5, int(top + height), 5) if bar.striped else ()
        if rows:
            self.path("".join(f"M{px(left)} {row}h{px(width)}" for row in rows), "#000", 0.8)

    def mark(self, x, y, look, title=""):
        """The mark of a look on a point."""
        fill = "#fff" if look.hollow else look.colour
        self.path(f"M{px(x)} {px(y)}{MARKS[look.mark]}", look.colour, 1, "", fill, title)

    def image(self, box, pixels):
        """Stretch `pixels`, (rows, columns, 3) of bytes, over a box."""
        file = io.BytesIO()
        Image.fromarray(pixels).save(file, "png", compress_level=1)
        data = base64.b64encode(file.getvalue()).decode("ascii")
        look = 'preserveAspectRatio="none" style="image-rendering: pixelated"'
        self.add("image", f'{_sides(box)} {look} href="data:image/png;base64,{data}"')

    def legend(self, left, top, width, entries):
        """Samples of lines and bars with their names, (name, Look or Bar), in rows of `ROW`."""
        columns = _columns(entries, width)
        for k, (name, look) in enumerate(entries):
            x, y = left + width / columns * (k % columns), top + ROW * (k // columns) + 7
            if isinstance(look, Bar):
                self.bar((x, y - 5, 24, 11), look)
            else:
                self.path(f"M{px(x)} {px(y)}h26", look.colour, look.thick, look.dash)
                if look.mark:
                    self.mark(x + 13, y, look)
            self.text(x + 31, y + 4, fitted(name, width / columns - 34, SMALL), SMALL)

    def svg(self):
        """The drawing as an SVG file."""
        return self._element(f'width="{px(self.width)}" height="{px(self.height)}"')

    def inline(self):
        """The drawing as a part of a page: pointing at a mark shows its value."""
        style = f"width: 100%; max-width: {px(1.5 * self.width)}px; display: block"
        return self._element(f'style="{style}"')

    def html(self):
        """An `<img>` that holds it: JupyterLab shows only that of a notebook it does not trust."""
        data = base64.b64encode(TITLED.sub("/>", self.svg()).encode()).decode("ascii")
        alt, source = _escaped(self.alt, quote=True), f"data:image/svg+xml;base64,{data}"
        return f'<img alt="{alt}" src="{source}" style="max-width: 100%">'

    def _repr_mimebundle_(self, include=None, exclude=None):
        return {"text/html": self.html(), "text/plain": self.alt}

    def _element(self, size):
        box = f'viewBox="0 0 {px(self.width)} {px(self.height)}"'
        words = f'role="img" aria-label="{_escaped(self.alt, quote=True)}"'
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" {size} {box} {words} direction="ltr"'
            f' font-family="{FONT}"><rect width="100%" height="100%" fill="#fff"/>'
            f"{''.join(self.parts)}</svg>"
        )


class Axes:
    """A box of a drawing with a scale along each of its sides."""

    def __init__(self, drawing, box, x, y):
        """`box`: left, top, width, height. `x`, `y`: the numbers at the ends of the scales."""
        self.drawing, self.box, self.limits = drawing, box, (x, y)

    def at(self, xs, ys):
        """Numbers as pixels."""
        left, top, width, height = self.box
        (x0, x1), (y0, y1) = self.limits
        across = left + (np.asarray(xs, float) - x0) * (width / (x1 - x0))
        down = top + height - (np.asarray(ys, float) - y0) * (height / (y1 - y0))
        return across, np.clip(down, top - 2, top + height + 2)

    def x_axis(self, places, names, label="", turned=False):
        """Ticks below, each with a name."""
        left, top, width, height = self.box
        floor, xs = top + height, self.at(places, 0)[0]
        ticks = "".join(f"M{px(x)} {px(floor)}v3" for x in xs)
        self.drawing.path(f"M{px(left)} {px(floor)}h{px(width)}{ticks}", GREY, 1)
        for x, name in zip(xs, names, strict=True):
            if turned:
                self.drawing.text(x + 4, floor + 6, name, SMALL, "end", turned=-90)
            else:
                self.drawing.text(x, floor + 14, name, SMALL, "middle")
        if label:
            self.drawing.text(left + width / 2, floor + 28, label, SMALL, "middle", GREY)

    def y_axis(self, places, names, label="", grid=False):
        """Ticks on the left, each with a name."""
        left, top, width, height = self.box
        ys = self.at(0, places)[1]
        if grid:
            lines = "".join(f"M{px(left)} {px(y)}h{px(width)}" for y in ys)
            self.drawing.path(lines, "#ddd", 1)
        ticks = "".join(f"M{px(left)} {px(y)}h-3" for y in ys)
        self.drawing.path(f"M{px(left)} {px(top)}v{px(height)}{ticks}", GREY, 1)
        for y, name in zip(ys, names, strict=True):
            self.drawing.text(left - 6, y + 4, name, SMALL, "end")
        if label:
            x, y = left - 36, top + height / 2
            self.drawing.text(x, y, label, SMALL, "middle", GREY, turned=-90)

    def line(self, xs, ys, look, name, titles=()):
        """A line through points that has a name; left out is what is no number.

        Where points have marks, pointing at them shows their `titles`.
        """
        look = look.of(len(ys))
        chosen = chosen_points(np.asarray(ys, float), self.box[2])
        points = self._points(xs, ys, chosen)
        if len(points) > 1:
            self.drawing.path(_through(points), look.colour, look.thick, look.dash, title=name)
        elif points:
            look = look._replace(mark=look.mark or "square")
        if look.mark:
            titles = list(titles) or [name] * len(ys)
            for (x, y), k in zip(points, chosen, strict=True):
                self.drawing.mark(x, y, look, titles[k])

    def band(self, xs, low, high, fill, opacity=1):
        """What lies between two lines."""
        sides = [np.asarray(side, float) for side in (low, high)]
        below, above = (self._points(xs, y, chosen_points(y, self.box[2])) for y in sides)
        if len(below) > 1:
            steps = _through([*below, *above[::-1]])
            self.drawing.add("path", f'd="{steps}Z" fill="{fill}" fill-opacity="{opacity}"')

    def across(self, y, look):
        """A level line."""
        left, _, length, _ = self.box
        steps = f"M{px(left)} {px(self.at(0, y)[1])}h{px(length)}"
        self.drawing.path(steps, look.colour, look.thick, look.dash)

    def upright(self, x):
        """A line from top to bottom."""
        _, top, _, height = self.box
        self.drawing.path(f"M{px(self.at(x, 0)[0])} {px(top)}v{px(height)}", GREY, 1, "2 3")

    def bars(self, xs, heights, share, bar, titles):
        """Bars from 0 up, each `share` wide on the scale."""
        width = share * self.box[2] / (self.limits[0][1] - self.limits[0][0])
        floor = self.at(0, 0)[1]
        for x, y, title in zip(*self.at(xs, heights), titles, strict=True):
            if np.isfinite(y):
                self.drawing.bar((x - width / 2, y, width, floor - y), bar, title)

    def cells(self, values, scale, titles=None):
        """Numbers (rows, columns) as colours: pixels, or cells that have `titles`, row by row."""
        colours = coloured(values, scale)
        if titles is None:
            self.drawing.image(self.box, colours)
        else:
            cells = self._cells(colours, _escaped_all(titles))
            self.drawing.parts += ['<g shape-rendering="crispEdges">', *cells, "</g>"]
        self.drawing.rectangle(self.box, "none", GREY)

    def _cells(self, colours, titles):
        """The cells of a grid as SVG; there are many, so this is written for speed."""
        left, top, width, height = self.box
        rows, columns, _ = colours.shape
        xs = [px(left + width * k / columns) for k in range(columns + 1)]
        ys = [px(top + height * k / rows) for k in range(rows + 1)]
        places = [(x, end, y, floor) for y, floor in pairwise(ys) for x, end in pairwise(xs)]
        codes = colours.tobytes().hex()
        for k, ((x, end, y, floor), title) in enumerate(zip(places, titles, strict=True)):
            look = f'd="M{x} {y}H{end}V{floor}H{x}z" fill="#{codes[6 * k : 6 * k + 6]}"'
            yield f"<path {look}><title>{title}</title></path>"

    def minus_signs(self, values):
        """A small bar on each cell that is clearly below zero, where there is room."""
        high, wide = self.box[3] / len(values), self.box[2] / values.shape[1]
        for chosen, ink in ((values < -0.6, "#fff"), ((values < -0.25) & (values >= -0.6), "#000")):
            rows, columns = np.nonzero(chosen)
            points = zip(*self.at(columns - 0.2, rows), strict=True)
            steps = "".join(f"M{px(x)} {px(y)}h{px(0.4 * wide)}" for x, y in points)
            if steps and high >= 4 and wide >= 3:
                self.drawing.path(steps, ink, 1)

    def _points(self, xs, ys, chosen):
        """The chosen points as pixels, [(across, down)]."""
        return list(zip(*self.at(np.asarray(xs)[chosen], np.asarray(ys)[chosen]), strict=True))


def px(length):
    """A length as it is written."""
    return f"{length:.1f}".removesuffix(".0")


def _escaped(words, quote=False):
    return html.escape(printable(words), quote)


def _escaped_all(lines):
    """As `_escaped`, of many lines at once."""
    return html.escape("\n".join(map(printable, lines)), quote=False).split("\n")


def _sides(box):
    names = ("x", "y", "width", "height")
    return " ".join(f'{n}="{px(length)}"' for n, length in zip(names, box, strict=True))


def _through(points):
    return "M" + "L".join(f"{px(x)} {px(y)}" for x, y in points)


# --- how wide words are: close enough, in every usual font ------------------------------


def width_of(words, size):
    """About how wide words are, in pixels."""
    return size * sum(map(_width_of_letter, words))


@cache
def _width_of_letter(letter):
    """By the height of letters, about as wide as it is in DejaVu Sans."""
    if unicodedata.category(letter) in ("Mn", "Me", "Cf"):
        return 0
    if unicodedata.east_asian_width(letter) in "WF":
        return 1.3
    narrow, wide = " ijl'|.,:;!I", "mwMWO…→@%#&"
    if letter in narrow + wide:
        return 0.34 if letter in narrow else 1
    return 0.41 if letter in "frtJ()[]-" else 0.79 if letter.isupper() else 0.62


def fitted(words, room, size):
    """Words, cut to about that many pixels."""
    if width_of(words, size) <= room:
        return words
    while words and width_of(words + "…", size) > room:
        words = words[:-1]
    return words + "…"


def _columns(entries, width):
    """How many columns of a legend there is room for."""
    widest = max(width_of(name, SMALL) for name, _ in entries) + 38
    return max(1, min(len(entries), int(width // widest)))


def legend_height(entries, width):
    """The height of a legend."""
    return ROW * -(-len(entries) // _columns(entries, width))


# --- numbers to draw ----------------------------------------------------------------------


def coloured(values, scale):
    """Numbers as colours, (..., 3) bytes; what is beyond the scale takes its end's colour.

    They are those of rounded numbers, so that last digits, which depend on the CPU, do not show.
    """
    anchors, rounded = np.array(scale.anchors, float), np.round(np.asarray(values, float), 2)
    share = np.clip((rounded - scale.low) / (scale.high - scale.low), 0, 1)
    share = np.nan_to_num(share, nan=0.5) * (len(anchors) - 1)
    low = np.minimum(share.astype(int), len(anchors) - 2)
    mixed = anchors[low] + (anchors[low + 1] - anchors[low]) * (share - low)[..., None]
    return mixed.round().astype("uint8")


def chosen_points(ys, width):
    """Places of points that draw the same line `width` pixels wide: of each pixel the extremes."""
    fine = np.flatnonzero(np.isfinite(ys))
    if len(fine) <= 3 * width:
        return fine
    parts = np.array_split(fine, int(width))
    ends = [sorted({p[0], p[ys[p].argmin()], p[ys[p].argmax()], p[-1]}) for p in parts]
    return np.concatenate(ends)


def ticks(low, high, most=5):
    """Round numbers from `low` to `high`, `most` or fewer, and their names."""
    rough = (high - low) / max(1, most - 1)
    unit = 10.0 ** math.floor(math.log10(rough)) if rough > 0 else 1
    step = next(unit * k for k in (1, 2, 5, 10) if unit * k >= rough * 0.999)
    places = [k * step for k in range(math.ceil(low / step), math.floor(high / step + 1e-9) + 1)]
    decimals = max(0, -math.floor(math.log10(step) + 1e-9))
    return places, [f"{place:,.{decimals}f}".replace("-", MINUS) for place in places]


def whole_ticks(low, high, most=6):
    """The same, of whole numbers."""
    return ticks(low, high, min(most, max(2, int(high - low) + 1)))
