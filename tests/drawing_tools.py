"""Reading a drawing back: what is written in it, where, and what shows when it is pointed at."""

import base64
import io
import re
import xml.etree.ElementTree as ET

import numpy as np
from PIL import Image

SVG = "{http://www.w3.org/2000/svg}"


def elements(drawing, tag="*"):
    """The elements of a drawing, which is well-formed XML."""
    return list(ET.fromstring(drawing.svg()).iter(SVG + tag if tag != "*" else "*"))


def texts(drawing):
    """Everything that is written, without marks that only direct it."""
    return [element.text.replace("\u200e", "") for element in elements(drawing, "text")]


def titles(drawing, start=""):
    """What pointing shows, in order."""
    found = [element.text for element in elements(drawing, "title")]
    return [title for title in found if title.startswith(start)]


def marked(drawing, title):
    """The elements that show a title."""
    return [each for each in elements(drawing) if each.findtext(SVG + "title") == title]


def numbers_in(titles):
    """The number at the end of each title."""
    return [float(title.rpartition(" ")[2].replace("\N{MINUS SIGN}", "-")) for title in titles]


def points(path):
    """The corners of a path that goes straight from point to point, (points, 2)."""
    pairs = re.findall(r"[ML](-?[\d.]+) (-?[\d.]+)", path.get("d"))
    return np.array(pairs, float)


def pictures_inside(drawing):
    """The pixels of each image in a drawing, (rows, columns, 3)."""
    sources = [image.get("href").partition(",")[2] for image in elements(drawing, "image")]
    return [np.asarray(Image.open(io.BytesIO(base64.b64decode(source)))) for source in sources]


def cells(drawing, letter):
    """{(unit, step): colours} of what one letter's cells show."""
    found = {}
    for element in elements(drawing, "path"):
        title = "".join(each.text or "" for each in element)
        place = re.fullmatch(rf"{letter} of unit (\d+), step (\d+): (.+)", title)
        if place:
            unit, step, value = int(place[1]), int(place[2]), float(place[3])
            found.setdefault((unit, step), []).append((value, element.get("fill")))
    return found
