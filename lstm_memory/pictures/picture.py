"""A picture that can say in words what it shows.

No pyplot: pyplot keeps every figure it makes and breaks inside widget callbacks.
"""

import io

from matplotlib.figure import Figure
from PIL import Image

from ..errors import real_number
from .arguments import text
from .drawing import image_tag

DPI = 110
PNG_COLOURS = 256  # in a PNG file, which makes it a third as large


class Picture(Figure):
    """A matplotlib figure with an alternative text, `alt`.

    A notebook shows it as an `<img>` with that text.
    """

    def __init__(self, width, height, alt=""):
        """Make an empty picture of `width` times `height` inches; raises `InputError`."""
        width, height = (
            real_number(name, side, 0.1, 100)
            for name, side in (("width", width), ("height", height))
        )
        super().__init__((width, height), DPI, facecolor="white", layout="constrained")
        self.alt = text("alt", alt)

    def png(self):
        """The picture as the bytes of a PNG file."""
        drawn, file = io.BytesIO(), io.BytesIO()
        self.savefig(drawn, format="rgba", dpi=DPI)
        size = self.canvas.get_width_height()
        image = Image.frombytes("RGBA", size, drawn.getvalue()).convert("RGB")
        image.quantize(PNG_COLOURS, dither=Image.Dither.NONE).save(file, "png")
        return file.getvalue()

    def html(self):
        """An `<img>` that holds the picture, and its alternative text."""
        return image_tag(self.alt, "png", self.png())

    def _repr_mimebundle_(self, include=None, exclude=None):
        """As text/html: JupyterLab gives a bare image/png no alternative text."""
        return {"text/html": self.html(), "text/plain": self.alt}
