"""The glossary: every link to it leads to a heading, and every entry is short and says where."""

import re
from pathlib import Path

import nbformat
import pytest

NOTEBOOKS = Path(__file__).parents[1] / "notebooks"
GLOSSARY = NOTEBOOKS / "glossary.ipynb"
PATHS = [p for p in sorted(NOTEBOOKS.rglob("*.ipynb")) if ".ipynb_checkpoints" not in p.parts]
LINK = re.compile(r"\]\(([^)\s]*)#([^)\s]+)\)")
ENTRY = re.compile(r"## (.+)\n\n(.+) \*First in \[[^]]+\]\([\w/]+\.ipynb\)\.\*")

FIRST_USES = {  # the words of these headings in a sentence, not those of a button or a verb
    "Candidate": r"candidates?",
    "Cell-state": r"cell states?",
    "Epoch": r"(?<!One )epochs?(?! shown)",
    "Forget-gate": r"forget gates?",
    "Hidden-state": r"hidden states?",
    "Input-gate": r"input gates?",
    "Lag": r"lags?(?! behind)",
    "Output-gate": r"output gates?",
    "Presentation": r"presentations?",
    "Reach": r"(?<=\b(?:the|its) )reach|(?<=\blonger )reach|reach(?= of\b| [1-9])",
}
NO_PROSE = re.compile(
    r"```.*?```|`[^`]*`|^#[^\n]*|(?<!!)\[[^\]]*\]\((?!\S*glossary)\S*\)", re.DOTALL | re.MULTILINE
)


def markdown(path):
    notebook = nbformat.read(path, as_version=4)
    return [cell.source for cell in notebook.cells if cell.cell_type == "markdown"]


# one cell: JupyterLab finds a heading only where its cell has been drawn
(TEXT,) = markdown(GLOSSARY)
TOP, *PARTS = re.split(r"\n\n(?=## )", TEXT)
ENTRIES = [ENTRY.fullmatch(part) for part in PARTS]


def anchors():
    """The headings as JupyterLab names them in an address."""
    return {entry[1].replace(" ", "-") for entry in ENTRIES}


def test_each_part_is_a_term_its_meaning_and_a_notebook():
    assert all(ENTRIES)
    terms = [entry[1] for entry in ENTRIES]
    assert terms == sorted(set(terms), key=str.lower)


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry[1])
def test_an_entry_is_one_to_three_sentences(entry):
    assert 1 <= len(re.findall(r"[.:](?= [A-Z*]|$)", entry[2])) <= 3
    assert len(entry[2].split()) <= 60


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_links_lead_to_a_heading(path):
    for source in markdown(path):
        for target, anchor in LINK.findall(source):
            if target.endswith("glossary.ipynb") or (path == GLOSSARY and not target):
                file = (path.parent / target) if target else path
                assert file.resolve() == GLOSSARY
                assert anchor in anchors(), source


def test_the_index_names_every_entry():
    assert {anchor for _, anchor in LINK.findall(TOP)} == anchors()


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
@pytest.mark.parametrize("anchor", FIRST_USES)
def test_the_first_use_of_a_word_leads_here(path, anchor):
    """That of the LSTM's parts, and of the words on training that are not of every day."""
    word = re.compile(rf"\b(?:{FIRST_USES[anchor]})\b", re.IGNORECASE)
    for paragraph in NO_PROSE.sub("", "\n".join(markdown(path))).split("\n"):
        if path != GLOSSARY and word.search(re.sub(r"\[([^]]*)\]\(\S*\)", r"\1", paragraph)):
            assert f"glossary.ipynb#{anchor})" in paragraph, paragraph
            break
