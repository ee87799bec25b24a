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
TAG = re.compile(r"<[^>]+>")
PREDICTION = "**Predict"
TOLD = re.compile(r"<details>\s*<summary>What came out</summary>\n\n.*</details>", re.DOTALL)


class Exercise(NamedTuple):
    number: int
    title: str
    kind: str
    minutes: int
    solutions: list[str]

    @property
    def code(self):
        """The pieces of Python in its solutions."""
        return [code for solution in self.solutions for code in PYTHON.findall(solution)]


def read(path):
    return nbformat.read(path, as_version=4)


def is_listing(cell):
    """Whether a cell is a whole program, to be copied and run alone."""
    return "listing" in cell.metadata.get("tags", [])


def markdown(notebook):
    return [cell.source for cell in notebook.cells if cell.cell_type == "markdown"]


def exercises(notebook):
    """The exercises in the form `**1. Title.** *(recall, 3 minutes)*`, in their order."""
    return [exercise for text in markdown(notebook) for exercise in _exercises_in(text)]


def _exercises_in(text):
    found = list(EXERCISE.finditer(text))
    ends = [*[match.start() for match in found], len(text)]
    for match, end in zip(found, ends[1:], strict=True):
        number, title, kind, minutes = match.groups()
        solutions = SOLUTION.findall(text[match.end() : end])
        yield Exercise(int(number), title, kind, int(minutes), solutions)


def quiz(notebook):
    """The name of the questions with which a notebook ends, None if it has none."""
    found = [QUIZ.search(cell.source) for cell in notebook.cells if cell.cell_type == "code"]
    return next((match[1] for match in found if match), None)


def after_predictions(notebook):
    """Each text that asks for a prediction, with the cells after it as far as the next question
    or the text that tells what came out, which is then the last of them."""
    found, following = [], None
    for cell in notebook.cells:
        text = cell.source if cell.cell_type == "markdown" else ""
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
