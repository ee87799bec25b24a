"""What the tests of the notebooks read in them: their text, exercises and predictions."""

import re
from pathlib import Path
from typing import NamedTuple

import nbformat

ROOT = Path(__file__).parents[1]
COURSE = sorted((ROOT / "notebooks").glob("*.ipynb"))
EXTENSIONS = sorted((ROOT / "notebooks" / "extensions").glob("*.ipynb"))

KINDS = ("recall", "apply", "find out")
EXERCISE = re.compile(
    rf"^\*\*(\d+)\. (.+?)\*\* \*\(({'|'.join(KINDS)}), (\d+) minutes?\)\*", re.MULTILINE
)
SOLUTION = re.compile(r"^<details><summary>Solution</summary>$(.*?)^</details>$", re.M | re.S)
PYTHON = re.compile(r"^```python\n(.*?)^```$", re.M | re.S)
QUIZ = re.compile(r'^lm\.Quiz\("(\w+)"\)$', re.MULTILINE)
FENCE = re.compile(r"^```.*?^```$", re.M | re.S)
ROOM = re.compile(r"answer = \.\.\.  # (.+)\nchecks\.(check_\w+)\(answer\)")
SECTION = re.compile(r"^(?=## )", re.MULTILINE)
TAG = re.compile(r"<[^>]+>")
PREDICTION = "**Predict"
TOLD = re.compile(r"<details>\s*<summary>What came out</summary>\n\n.*</details>", re.DOTALL)


class Exercise(NamedTuple):
    number: int
    title: str
    kind: str
    minutes: int
    text: str
    solutions: list[str]
    room: str = ""
    """The cell with the dots for the answer, if a check can judge it."""

    @property
    def code(self):
        """The pieces of Python in its solutions."""
        return [code for solution in self.solutions for code in PYTHON.findall(solution)]

    @property
    def check(self):
        """The name of its check, or None."""
        return self.room and ROOM.fullmatch(self.room)[2]


def code_and_comments(code):
    """A solution's code without the comments at its end, and what these say that it prints."""
    body, comments = lines(code), []
    while body and body[-1].startswith("#"):
        comments.insert(0, body.pop().removeprefix("#").removeprefix(" "))
    return "\n".join(lines("\n".join(body))), comments


def read(path):
    return nbformat.read(path, as_version=4)


def is_listing(cell):
    """Whether a cell is a whole program, to be copied and run alone."""
    return "listing" in cell.metadata.get("tags", [])


def is_markdown(cell):
    return cell.cell_type == "markdown"


def markdown(notebook):
    return [cell.source for cell in notebook.cells if is_markdown(cell)]


def is_room(cell):
    """Whether a cell has room for the answer to an exercise."""
    return cell.cell_type == "code" and bool(ROOM.fullmatch(cell.source))


def exercises(notebook):
    """The exercises in their order. Each is a text in the form `**1. Title.** *(recall, 3
    minutes)*`, then a cell with room for the answer, then the folded solution."""
    cells = notebook.cells
    texts = {k: EXERCISE.match(cell.source) for k, cell in enumerate(cells) if is_markdown(cell)}
    return [_exercise(match, cells[k + 1 : k + 3]) for k, match in texts.items() if match]


def _exercise(match, following):
    number, title, kind, minutes = match.groups()
    room = [cell.source for cell in following[:1] if is_room(cell)]
    solutions = SOLUTION.findall(following[len(room)].source)
    return Exercise(int(number), title, kind, int(minutes), match.string, solutions, *room)


def sections(notebook):
    """Each section of a notebook as (its heading, a notebook of what stands in it)."""
    found = [("", nbformat.v4.new_notebook())]
    for cell in notebook.cells:
        for part in SECTION.split(cell.source) if is_markdown(cell) else ():
            if SECTION.match(part):
                found.append((part.partition("\n")[0][3:], nbformat.v4.new_notebook()))
            found[-1][1].cells.append(nbformat.v4.new_markdown_cell(part))
        if not is_markdown(cell):
            found[-1][1].cells.append(cell)
    return found[1:]


def quiz(notebook):
    """The name of the questions with which a notebook ends, None if it has none."""
    found = [QUIZ.search(cell.source) for cell in notebook.cells if cell.cell_type == "code"]
    return next((match[1] for match in found if match), None)


def after_predictions(notebook):
    """Each text that asks for a prediction, with the cells after it as far as the next question
    or the text that tells what came out, which is then the last of them."""
    found, following = [], None
    for cell in notebook.cells:
        text = cell.source if is_markdown(cell) else ""
        if following is not None and PREDICTION not in text:
            following.append(cell)
        if PREDICTION in text:
            following = []
            found.append((text, following))
        elif TOLD.fullmatch(text.strip()):
            following = None
    return found


def words(notebook):
    """How many words a learner reads, without code, drawings in letters and tags."""
    text = TAG.sub(" ", FENCE.sub(" ", "\n".join(markdown(notebook))))
    return sum(any(letter.isalnum() for letter in word) for word in text.split())


def lines(text):
    """The lines of a text without blanks at their ends, and without empty ones around it."""
    return [line.rstrip() for line in text.strip("\n").splitlines()]
