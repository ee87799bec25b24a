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
from typing import NamedTuple
from unicodedata import east_asian_width

import numpy as np
from PIL import Image

from .words import number, printable

WIDTH = 770  # of a picture by itself
SIZE = 11.5  # of the letters of a title
SMALL = 10  # of all others
READABLE = 0.9  # of its size: a picture in a page is no smaller, and scrolls where it has no room
FONT = "DejaVu Sans, Verdana, Arial, sans-serif"
GREY = "#555"  # of axes and of what is beside the point; dark enough to read
MINUS = "\N{MINUS SIGN}"
ROW = 17  # height of a row of a legend
FEW = 40  # points or bars, so many can be told apart
CELL = 110  # square pixels of a cell that can be pointed at
NARROWEST = 11  # room that a name beside an axis needs
LONGEST = 200  # a name on the lower axis: two labels and what is between them
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7")
MARKS = {
    "square": "m-3-3h6v6h-6z",
    "circle": "m-3.2 0a3.2 3.2 0 1 0 6.4 0a3.2 3.2 0 1 0-6.4 0z",
    "triangle": "m0-4l4 7h-8z",
    "diamond": "m0-4.2l4.2 4.2l-4.2 4.2l-4.2-4.2z",
}
TITLED = re.compile(r"><title>[^<]*</title></\w+>")


class Look(NamedTuple):
    """How a line looks: its colour, dashes, thickness, and the mark on its points, if any."""

    colour: str
    dash: str = ""
    thick: float = 1.6
    mark: str = ""


LOOKS = tuple(map(Look, COLOURS, ("", "7 4", "8 3 2 3", "2 3"), (1.8, 1.8, 1.8, 2.4), MARKS))
BARS = ("#56B4E9", "#E69F00")  # fills; the second has stripes as well
# {number: colour}; numbers in between have colours in between
SIGNED = {
    -1: (8, 48, 107),
    -0.5: (66, 146, 198),
    0: (247, 247, 247),
    0.5: (224, 108, 78),
    1: (110, 8, 28),
}
SHADES = {0: (0, 0, 0), 0.5: (128, 128, 128), 1: (255, 255, 255)}  # an open gate is light
ABSOLUTE = ' class="shades"'  # of a part that a dark theme leaves as it is: light is open
MIDDLING = ' class="middling"'  # of black letters on what is dark enough for white in a dark theme
BLUES = {0: (247, 251, 255), 0.5: (107, 174, 214), 1: (8, 48, 107)}


class Drawing:
    """A drawing that can say in words what it shows, `alt`, and grows to hold what is written."""

    def __init__(self, width, height=0, alt="", title=""):
        self.width, self.height, self.alt, self.parts = width, height, alt, []
        self.step, self.on_top = None, []  # the step that is marked, and what lies over all else
        if title:
            self.text(width / 2, 18, fitted(title, width - 16, SIZE), "middle", SIZE)

    def add(self, tag, look, title=""):
        """Draw an element; pointing at it shows its title, and one without is not in the way."""
        inside = f"><title>{_escaped(title)}</title></{tag}>" if title else "/>"
        self.parts.append(f"<{tag} {look}" + ("" if title else ' pointer-events="none"') + inside)

    def text(self, x, y, words, anchor="start", size=SMALL, colour="#000", turned=False, more=""):
        """Write words whose baseline begins (or has its middle or end) at x, y."""
        if not words:
            return
        look = f'font-size="{size:g}" text-anchor="{anchor}" fill="{colour}" pointer-events="none"'
        look += f' transform="rotate(-90 {px(x)} {px(y)})"' if turned else ""
        self.parts.append(f'<text x="{px(x)}" y="{px(y)}" {look}{more}>{_escaped(words)}</text>')
        self.height = max(self.height, y + 6)

    def path(self, steps, colour, width=1.5, dash="", fill="none", title=""):
        """Draw along the commands of an SVG path."""
        look = f'd="{steps}" stroke="{colour}" stroke-width="{width:g}" fill="{fill}"'
        self.add("path", look + (f' stroke-dasharray="{dash}"' if dash else ""), title)

    def rectangle(self, box, fill, stroke="none", title=""):
        self.add("rect", f'{_sides(box)} fill="{fill}" stroke="{stroke}"', title)

    def bar(self, box, fill, title=""):
        """A bar; stripes tell the second kind from the first without colour."""
        left, top, width, height = box
        self.rectangle(box, fill, "#000", title)
        rows = range(int(top) + 5, int(top + height), 5) if fill == BARS[1] else ()
        if rows:
            self.path("".join(f"M{px(left)} {row}h{px(width)}" for row in rows), "#000", 0.8)

    def mark(self, x, y, look, title=""):
        """The mark of a look on a point."""
        self.path(f"M{px(x)} {px(y)}{MARKS[look.mark]}", look.colour, 1, "", look.colour, title)

    def image(self, box, pixels, more=""):
        """Stretch `pixels`, (rows, columns, 3) of bytes, over a box."""
        file = io.BytesIO()
        Image.fromarray(pixels).save(file, "png", compress_level=1)
        data = base64.b64encode(file.getvalue()).decode("ascii")
        look = f'preserveAspectRatio="none" style="image-rendering: pixelated"{more}'
        self.add("image", f'{_sides(box)} {look} href="data:image/png;base64,{data}"')

    def legend(self, left, top, width, entries):
        """Samples of lines and bars, {name: Look or fill}, in as many columns as have room."""
        columns = max(1, int(width // (max(map(width_of, entries)) + 38)))
        for k, (name, look) in enumerate(entries.items()):
            x, y = left + width / columns * (k % columns), top + ROW * (k // columns) + 7
            if look in BARS:
                self.bar((x, y - 5, 24, 11), look)
            else:
                self.path(f"M{px(x)} {px(y)}h26", look.colour, look.thick, look.dash)
                if look.mark:
                    self.mark(x + 13, y, look)
            self.text(x + 31, y + 4, fitted(name, width / columns - 34))

    def svg(self):
        """The drawing as an SVG file."""
        size = f'width="{px(self.width)}" height="{px(self.height)}"'
        return self._element(size).replace(ABSOLUTE, "").replace(MIDDLING, "")

    def inline(self):
        """The drawing as a part of a page: pointing at a mark shows its value.

        Its letters are never below 9 pixels: where there is less room it has to be scrolled.
        """
        least, most = READABLE * self.width, 1.5 * self.width
        style = f"width: 100%; min-width: {px(least)}px; max-width: {px(most)}px; display: block"
        return self._element(f'style="{style}"')

    def html(self):
        """The drawing as an `<img>`, which shows no titles and has none."""
        return image_tag(self.alt, "svg+xml", TITLED.sub("/>", self.svg()).encode())

    def _repr_mimebundle_(self, include=None, exclude=None):
        return {"text/html": self.html(), "text/plain": self.alt}

    def _element(self, size):
        box = f'viewBox="0 0 {px(self.width)} {px(self.height)}"'
        words = f'role="img" aria-label="{_escaped(self.alt)}"'
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" {size} {box} {words} direction="ltr"'
            f' font-family="{FONT}"><rect width="100%" height="100%" fill="#fff"/>'
            f"{''.join(self.parts + self.on_top)}</svg>"
        )


class Axes:
    """A box of a drawing with a scale along each of its sides."""

    def __init__(self, drawing, box, x, y, size=SMALL):
        """`box`: left, top, width, height. `x`, `y`: the numbers at the ends of the scales.
        `size`: of the letters beside them."""
        self.drawing, self.box, self.limits, self.size = drawing, box, (x, y), size

    def at(self, xs, ys):
        """Numbers as pixels."""
        left, top, width, height = self.box
        (x0, x1), (y0, y1) = self.limits
        across = left + (np.asarray(xs, float) - x0) * (width / (x1 - x0))
        down = top + height - (np.asarray(ys, float) - y0) * (height / (y1 - y0))
        return across, np.clip(down, top - 2, top + height + 2)

    def x_axis(self, places, names, label=""):
        """Ticks below, each with a name; long names stand upright, of many some are left out."""
        left, top, width, height = self.box
        every = -(-len(names) * NARROWEST // int(width))
        names = [fitted(name, LONGEST) for name in names[::every]]
        floor, xs = top + height, self.at(places[::every], 0)[0]
        ticks = "".join(f"M{px(x)} {px(floor)}v3" for x in xs)
        self.drawing.path(f"M{px(left)} {px(floor)}h{px(width)}{ticks}", GREY, 1)
        longest = max(width_of(name, self.size) for name in names)
        upright = longest > width / len(names) - 3
        for x, name in zip(xs, names, strict=True):
            if upright:
                self.drawing.text(x + 4, floor + 6, name, "end", self.size, turned=True)
            else:
                self.drawing.text(x, floor + 4 + self.size, name, "middle", self.size)
        if upright:
            self.drawing.height = max(self.drawing.height, floor + round(longest) + 10)
        self.drawing.text(left + width / 2, self.drawing.height + 8, label, "middle", colour=GREY)

    def y_axis(self, places, names, label=""):
        """Level lines, with names on the left; of many some are left out."""
        left, top, width, height = self.box
        every = -(-len(names) * NARROWEST // int(height))
        ys = self.at(0, places[::every])[1]
        self.drawing.path("".join(f"M{px(left)} {px(y)}h{px(width)}" for y in ys), "#ddd", 1)
        self.drawing.path(f"M{px(left)} {px(top)}v{px(height)}", GREY, 1)
        for y, name in zip(ys, names[::every], strict=True):
            self.drawing.text(left - 6, y + 4, fitted(name, left - 12), "end", self.size)
        middle = top + height / 2
        self.drawing.text(left - 36, middle, label, "middle", colour=GREY, turned=True)

    def line(self, xs, ys, look, name="", unit="", values=None):
        """A line through points that has a name; left out is what is no number.

        If the look has a mark, some points have it, and pointing at one shows the name, the x
        in its unit (an epoch, a step), and the y, or its entry in `values`.
        """
        points = self._points(xs, ys)
        if len(points) > 1:
            self.drawing.path(_through(points), look.colour, look.thick, look.dash, title=name)
        every = 1 if len(ys) <= FEW else len(ys) // 12
        for k in range(0, len(ys) if look.mark else 0, every):
            if np.isfinite(ys[k]):
                title = f"{name}, {unit} {xs[k]:,}: {values[k] if values else number(ys[k])}"
                self.drawing.mark(*self.at(xs[k], ys[k]), look, title)

    def mark_step(self):
        """A frame around the step that the drawing is to mark, and around its name."""
        _, top, width, height = self.box
        (first, last), step = self.limits[0], self.drawing.step
        if step is None or not first < step < last:
            return
        middle, wide = self.at(step, 0)[0], max(4, width / (last - first))
        box = (middle - wide / 2, top - 2, wide, height + 20)
        look = f'{_sides(box)} fill="none" stroke="#000" stroke-width="2"'
        self.drawing.on_top.append(f'<rect {look} pointer-events="none"/>')

    def band(self, xs, low, high, fill, opacity=1):
        """What lies between two lines."""
        points = self._points(xs, low) + self._points(xs, high)[::-1]
        if points:
            steps = f"{_through(points)}Z"
            self.drawing.add("path", f'd="{steps}" fill="{fill}" fill-opacity="{opacity}"')

    def cells(self, values, scale, titles):
        """Numbers (rows, columns) as colours; cells that are large enough have `titles`."""
        left, top, width, height = self.box
        colours, (rows, columns) = coloured(values, scale), values.shape
        kind = ABSOLUTE if scale is SHADES else ""
        if width * height < CELL * values.size:
            self.drawing.image(self.box, colours, kind)
        else:
            xs = [px(left + width * k / columns) for k in range(columns + 1)]
            ys = [px(top + height * k / rows) for k in range(rows + 1)]
            self.drawing.parts.append(f'<g shape-rendering="crispEdges"{kind}>')
            for (row, column), title in zip(np.ndindex(rows, columns), titles, strict=True):
                steps = f"M{xs[column]} {ys[row]}H{xs[column + 1]}V{ys[row + 1]}H{xs[column]}z"
                code = colours[row, column].tobytes().hex()
                self.drawing.add("path", f'd="{steps}" fill="#{code}"', title)
            self.drawing.parts.append("</g>")
        self.drawing.rectangle(self.box, "none", GREY)

    def minus_signs(self, values):
        """A small bar on each cell that is clearly below zero, where there is room."""
        high, wide = self.box[3] / len(values), self.box[2] / values.shape[1]
        for chosen, ink in ((values < -0.6, "#fff"), ((values < -0.25) & (values >= -0.6), "#000")):
            rows, columns = np.nonzero(chosen)
            points = zip(*self.at(columns - 0.2, rows), strict=True)
            steps = "".join(f"M{px(x)} {px(y)}h{px(0.4 * wide)}" for x, y in points)
            if steps and high >= 4 and wide >= 3:
                self.drawing.path(steps, ink, 1)

    def _points(self, xs, ys):
        """Points as pixels, [(across, down)]; of very many, the extremes of each pixel."""
        ys = np.asarray(ys, float)
        chosen, width = np.flatnonzero(np.isfinite(ys)), int(self.box[2])
        if len(chosen) > 3 * width:
            parts = np.array_split(chosen, width)
            chosen = np.ravel([sorted((p[ys[p].argmin()], p[ys[p].argmax()])) for p in parts])
        return list(zip(*self.at(np.asarray(xs)[chosen], ys[chosen]), strict=True))


def image_tag(alt, kind, content):
    """An `<img>` with its alternative text; JupyterLab shows it in any notebook, trusted or not."""
    source = f"data:image/{kind};base64,{base64.b64encode(content).decode('ascii')}"
    return f'<img alt="{_escaped(alt)}" src="{source}" style="max-width: 100%">'


def px(length):
    """A length as it is written."""
    return f"{length:.1f}".removesuffix(".0")


def _escaped(words):
    return html.escape(printable(words))


def _sides(box):
    names = ("x", "y", "width", "height")
    return " ".join(f'{n}="{px(length)}"' for n, length in zip(names, box, strict=True))


def _through(points):
    return "M" + "L".join(f"{px(x)} {px(y)}" for x, y in points)


def width_of(words, size=SMALL):
    """About how wide words are, in pixels, in every usual font."""
    wide = sum(c in "mw…→@%" or c.isupper() or east_asian_width(c) in "WF" for c in words)
    narrow = sum(c in "ijlftr ()[]|.,:;!'-" for c in words)
    return size * (0.63 * len(words) + 0.4 * wide - 0.27 * narrow)


def fitted(words, room, size=SMALL):
    """Words, cut to about that many pixels."""
    if width_of(words, size) <= room:
        return words
    while words and width_of(words + "…", size) > room:
        words = words[:-1]
    return words + "…"


def coloured(values, scale):
    """Numbers as colours, (..., 3) bytes; what is beyond the scale takes its end's colour.

    They are those of rounded numbers, so that last digits, which depend on the CPU, do not show.
    """
    places, colours = list(scale), zip(*scale.values(), strict=True)
    rounded = np.nan_to_num(np.round(np.asarray(values, float), 2))
    channels = [np.interp(rounded, places, channel) for channel in colours]
    return np.stack(channels, axis=-1).round().astype("uint8")


def ticks(low, high, most=5, least=0):
    """Round numbers from `low` to `high`, `most` or fewer, at least `least` apart; their names."""
    rough = max((high - low) / (most - 1), least)
    unit = 10.0 ** math.floor(math.log10(rough))
    step = next(unit * k for k in (1, 2, 5, 10) if unit * k >= rough * 0.999)
    places = [k * step for k in range(math.ceil(low / step), math.floor(high / step + 1e-9) + 1)]
    return places, [f"{place:,.9g}".replace("-", MINUS) for place in places]
