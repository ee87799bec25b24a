"""What stands in a notebook's file where a widget is, for readers who have no kernel.

The picture of the Explorer is kept in opening.html: `python -m lstm_memory.explorer.still`
draws it anew, and a test says when that is due.
"""

import html
import re
from pathlib import Path

from ..pictures.network import network
from ..settings import REMEMBERING
from ..tasks import TUTORIAL
from ..training import train

PICTURE = Path(__file__).with_name("opening.html")
RUN = "Run this cell in Jupyter to use it."
OWN_SETTINGS = (
    "<p><b>Here stands the Explorer</b>: a network to look at step by step, and settings to train"
    f" others with. {RUN}"
)
EXPLORER = (
    f"{OWN_SETTINGS} Without settings of your own it opens with this network, which has learnt"
    " to remember:</p>" + (PICTURE.read_text(encoding="utf-8") if PICTURE.exists() else "")
)
SUCCESS_RATE = (
    "<p><b>Here stands a panel</b> on which many networks are trained at once; a picture shows"
    f" how many of them remember, epoch by epoch. {RUN}</p>"
)
QUIZ = f"<p><b>Here stand questions to check yourself by.</b> {RUN}</p>"


def bundle(page):
    """What an output holds for readers without a kernel: a page, and its words for a PDF."""
    text = re.sub(r'<img alt="([^"]*)"[^>]*>', r"\1", page)
    text = re.sub(r"<[^>]*>", "", re.sub(r"</(?:p|li)>", "\n", text).replace("<li>", "- "))
    return {"text/html": page, "text/plain": html.unescape(text).strip()}


def drawn():
    """The network that the Explorer opens with, at its last step, as HTML."""
    return network(train(TUTORIAL, REMEMBERING), sequence=1, step=3).html() + "\n"


if __name__ == "__main__":
    PICTURE.write_text(drawn(), encoding="utf-8")
