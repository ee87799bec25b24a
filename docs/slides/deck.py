"""From a notebook to a deck of slides: one idea a slide, and the prose in the speaker's notes.

A section begins with its heading and first sentence. What it labels (**Predict:**, **Take away:**)
has a slide, and so has each table, formula or drawing of the text, and each output, with its code
if both are short. "What came out" gives the answer its caption. All other text, and longer code,
goes to the notes of the slide. Exercises are left out, and so is what needs a kernel.

The metadata of JupyterLab change this for a cell (`slideshow.slide_type`): `slide` or `subslide`
shows it whole on a slide of its own, `fragment` and `-` add it to the slide before, `notes` leaves
it to the notes, `skip` leaves it out.
"""

import re

from lstm_memory.explorer.quiz import questions_of
from tests.notebook_tools import QUIZ

MOST_LINES = 13  # of code and output on one slide
MOST_CODE = 8  # lines, beside an output
MOST_WORDS = 45  # of a caption or a claim
MOST_IN_TABLE = 90  # words
WIDEST = 100  # letters of the longest line
LARGE = 72  # the same, where larger letters have room
LIVE = re.compile(r"^(?:\w+ = )?lm\.(?:TryOut|Explorer|SuccessRate)\(|ProgressBar", re.MULTILINE)
LABEL = re.compile(r"\*\*(?:Predict|Take away|Check|The question|Before you read on)\b")
FIGURE = re.compile(r"\||\$\$|```")
FOLD = re.compile(r"</?(?:details|summary)>|What came out|What you should have seen")
LINK = re.compile(r"\[([^\]]+)\]\([^)\s]+\)")
SENTENCE = re.compile(r"(?:(?<=[.?!])|(?<=[.?!][*)]))\s+(?=[^a-z])|(?<=[.?!]\*\*)\s+")
LEFT_OUT = ("Exercises",)


class Slide:
    """A heading, what stands below it as cells of a notebook, and the speaker's notes.

    `level` 2 begins a section: the arrow to the right leads from one to the next.
    """

    def __init__(self, title, level=3):
        self.title, self.level, self.cells, self.notes = title, level, [], []
        self.lines = 0  # of code and output that stand on it

    def add(self, text, kind):
        """A piece of text; `kind` says how it looks, and a long claim is less large."""
        if kind == "claim" and len(text.split()) > MOST_WORDS:
            kind = "whole"
        self.cells.append(text_cell(f'<div class="{kind}">\n\n{text}\n\n</div>'))

    def as_cells(self):
        yield text_cell(f"{'#' * self.level} {self.title}")
        yield from self.cells
        if self.notes:
            notes = "\n\n".join(self.notes)
            yield text_cell(f'<aside class="notes">\n\n{notes}\n\n</aside>')


class Deck:
    """The slides of a notebook, made cell by cell."""

    def __init__(self):
        self.slides, self.notes, self.title, self.left_out = [], [], "", False
        self.begins = False  # whether a section has no more than its heading yet
        self.outputs = 0  # shown since the last prediction was asked for

    def new(self, level=3):
        """A new slide, whose notes are what was not shown since the last one."""
        self.begins = self.begins and level < 3
        self.slides.append(Slide(self.title, level))
        self.slides[-1].notes, self.notes = self.notes, []
        return self.slides[-1]

    def text(self, source):
        """Make slides of a text cell."""
        told, before = "<summary>What came out</summary>" in source, ""
        for block in blocks(source):
            if block.startswith("#"):
                self.section(block)
            elif self.left_out:
                continue
            elif LABEL.match(block) and not block.startswith("**The question"):
                slide = self.new()
                slide.add(first_sentences(block, MOST_WORDS + 15), "claim")
                slide.notes.append(block)
                self.outputs = 0
            elif self.closing(block):
                self.close(block)
            elif FIGURE.match(block) and len(block.split()) <= MOST_IN_TABLE:
                slide = self.new()
                if lead_of(before) and not before.startswith("#"):
                    slide.add(lead_of(before), "lead")
                slide.add(block, "figure")
            elif told and (not before or block.startswith("- ")):
                self.caption(block)
            elif self.begins:
                self.begin(block)
            elif told:
                self.slides[-1].notes.append(block)
            else:
                self.notes.append(block)
            before = block

    def section(self, block):
        marks, _, title = block.partition(" ")
        self.left_out = title in LEFT_OUT
        if self.slides:
            self.slides[-1].notes += self.notes
            self.notes = []
        if not self.left_out:
            self.title = title
            self.begins = len(marks) <= 2
            if self.begins:
                self.new(len(marks))

    def begin(self, block):
        """The question of a notebook, or the first sentences of a section, below its heading."""
        self.begins, question = False, LABEL.match(block)
        most = (
            1 if self.title.endswith("Check yourself") else MOST_WORDS - 10
        )  # how to choose is not said
        shown = block if question else first_sentences(block, most)
        self.slides[-1].add(shown, "claim")
        if shown != block:
            self.slides[-1].notes.append(block)

    def closing(self, block):
        return block.startswith("- ") and self.title.startswith("In this ")

    def close(self, block):
        """What was done in the notebook, on one slide or two."""
        items = block.split("\n- ")
        half = (len(items) + 1) // 2 if len(block.split()) > 2 * MOST_WORDS else len(items)
        self.slides[-1].add("\n- ".join(items[:half]), "figure")
        self.begins = False
        if items[half:]:
            self.new().add("- " + "\n- ".join(items[half:]), "figure")

    def caption(self, block):
        """The first words of what came out, below the output if there is room."""
        slide, short, listed = self.slides[-1], first_sentences(block), block.startswith("- ")
        if self.outputs == 1 and not listed and slide.lines <= MOST_LINES - 3:
            slide.add(short, "caption")
        else:
            slide = self.new()
            slide.add(short if listed else f"**What came out:** {short}", "claim")
        slide.notes.append(block)

    def code(self, cell):
        """Make slides of a code cell."""
        source, outputs = "".join(cell["source"]), cell.get("outputs", [])
        asked = QUIZ.search(source)
        if asked:
            self.questions(asked[1])
        elif not LIVE.search(source):
            lines, shown = source.count("\n") + 1, size_of(outputs)
            with_code = lines <= MOST_CODE and lines + shown <= MOST_LINES and not pictured(outputs)
            alone = not with_code and shown < 3 and not hidden(cell)
            if not with_code:
                self.notes.append(f"```python\n{source}\n```")
            if shown and shown <= MOST_LINES + 2 and widest("", outputs) <= WIDEST and not alone:
                self.whole(cell, self.new(), with_code)

    def whole(self, cell, slide, with_code=True, kind=""):
        """Put a code cell on a slide."""
        source, outputs = "".join(cell["source"]), cell.get("outputs", [])
        slide.lines += (source.count("\n") + 1) * with_code + size_of(outputs)
        self.outputs += bool(outputs)
        tags = [] if with_code else ["remove-input"]
        if widest(source * with_code, outputs) <= LARGE and slide.lines <= MOST_LINES - 3:
            tags.append("large")
        elif widest("", outputs) <= LARGE and slide.lines <= MOST_LINES - 5:
            tags.append("large-output")
        cell = cell | {"metadata": {"tags": tags}}
        framed = [text_cell('<div class="fragment">'), cell, text_cell("</div>")]
        slide.cells += framed if kind == "fragment" else [cell]

    def questions(self, name):
        """Each question to check oneself by is a slide, with the answers in the notes."""
        for question, answers, right in questions_of(name):
            slide = self.new()
            choices = "\n".join(f"{k}. {answer}" for k, answer in enumerate(answers, start=1))
            slide.add(f"{question}\n\n{choices}", "question")
            for answer, words in answers.items():
                slide.notes.append(f"**{'✓' if answer == right else '✗'} {answer}**: {words}")

    def chosen(self, cell, kind):
        """Do with a cell what its metadata say."""
        source, text = "".join(cell["source"]), cell["cell_type"] == "markdown"
        if kind == "skip":
            return
        if kind == "notes":
            self.notes.append(plain(source) if text else f"```python\n{source}\n```")
            return
        slide = self.slides[-1] if self.slides and kind not in ("slide", "subslide") else self.new()
        if text:
            slide.add(plain(source), "fragment" if kind == "fragment" else "whole")
        else:
            self.whole(cell, slide, kind=kind)


def deck(notebook):
    """The slides of a notebook, as a notebook: of each its heading, a few cells and its notes."""
    made = Deck()
    for cell in notebook["cells"]:
        kind = cell["metadata"].get("slideshow", {}).get("slide_type")
        if kind:
            made.chosen(cell, kind)
        elif cell["cell_type"] == "markdown":
            made.text("".join(cell["source"]))
        elif not made.left_out:
            made.code(cell)
    made.slides[-1].notes += made.notes
    cells = [cell for slide in made.slides for cell in slide.as_cells()]
    python = {"language_info": {"name": "python", "pygments_lexer": "python"}}
    cells = [cell | {"id": f"s{k}"} for k, cell in enumerate(cells)]
    return notebook | {"metadata": notebook["metadata"] | python, "cells": cells}


def text_cell(text):
    return {"cell_type": "markdown", "metadata": {}, "source": text}


def plain(text):
    """A text without links and folds."""
    return FOLD.sub("", LINK.sub(r"\1", text)).strip()


def blocks(source):
    """The paragraphs, tables, formulas and listings of a text, without links and folds."""
    found, fenced = [[]], False
    for line in plain(source).split("\n"):
        if line.startswith("```"):
            fenced = not fenced
        if line.strip() or fenced:
            found[-1].append(line)
        else:
            found.append([])
    texts = ["\n".join(lines) for lines in found if lines]
    for text in texts:
        asked = text.find("**Predict:**")
        if asked > 0:
            yield text[:asked].strip()
        yield text[max(asked, 0) :]


def first_sentence(text):
    return SENTENCE.split(text)[0]


def first_sentences(text, most=MOST_WORDS):
    """As many sentences as have so many words, at least one; of a list each item's first."""
    if text.startswith("- "):
        items = text.removeprefix("- ").split("\n- ")
        return "\n".join(f"- {first_sentence(item)}" for item in items)
    short = ""
    for sentence in SENTENCE.split(text):
        longer = f"{short} {sentence}".strip()
        if short and len(longer.split()) > most:
            break
        short = longer
    return short


def lead_of(text):
    """The end of a paragraph that leads to what follows it, such as "Here are two of them:"."""
    end = SENTENCE.split(text.replace("\n", " "))[-1]
    return "" if end.endswith(".") or LABEL.match(text) or FIGURE.match(text) else end


def hidden(cell):
    """Whether the output of a cell is to be predicted."""
    return cell["metadata"].get("jupyter", {}).get("outputs_hidden", False)


def text_of(output):
    data = output.get("data", {})
    return "".join(output.get("text", "") or data.get("text/plain", "")).rstrip("\n")


def widest(source, outputs):
    """How many letters the longest line has, of code and of all outputs but pictures."""
    texts = [text_of(output) for output in outputs if "<img" not in page_of(output)]
    if any(text.count("\\\n") for text in texts):  # pandas had no room for all columns
        return WIDEST
    return max(len(line) for text in [source, *texts] for line in text.split("\n"))


def pictured(outputs):
    return any("<img" in page_of(output) for output in outputs)


def page_of(output):
    return "".join(output.get("data", {}).get("text/html", ""))


def size_of(outputs):
    """How many lines the outputs of a cell take; a picture takes a whole slide."""
    lines = 0
    for output in outputs:
        page = page_of(output)
        if "<img" in page:
            return MOST_LINES - 3  # a caption has room below it
        if "<tr" in page:
            lines += round(1.2 * page.count("<tr"))
        else:
            lines += text_of(output).count("\n") + 1
    return lines
