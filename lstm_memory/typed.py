"""Sequences as they are typed or pasted: read into symbols, and written so that they can be read.

Nothing that was typed is executed. What could be meant in two ways is refused in words.
"""

import ast
import re
import unicodedata
import warnings
from itertools import zip_longest

from .errors import InputError

MAX_SYMBOL = 50  # characters in one symbol

# What is expected, for the words of an error.
A_LINE = "at least 2 symbols in each line: separate the symbols by spaces, as in A X Y Z A"
LISTS = "each list whole, such as [3, 0, 1, 2, 3], and nothing but lists"
MISSING = "a symbol in every place, and none that is missing"
ONE_SEPARATOR = "one kind of separator in a line (0,1 could be a number, or two symbols)"
ONE_SPELLING = "each number spelt in one way"
LOOKS = "symbols that the eye can tell apart"
SERIES = (
    "symbols, which are names; cut a numeric series into bins first, as with"
    " pd.cut(series, 5, labels=False)"
)

HALF = re.compile("[\ud800-\udfff]")  # of a character beyond 65,535, as UTF-16 has them
WHOLE = re.compile(r"[+-]?[0-9]+")
FLOAT = re.compile(r"[+-]?(?:[0-9]+\.[0-9]*|\.[0-9]+|[0-9]+(?=[eE]))(?:[eE][+-]?[0-9]+)?")
SPLIT = re.compile(r"\s*[,，、;；|｜]\s*| *\t *|[^\S\t]+")  # noqa: RUF001
DECIMAL_COMMA = re.compile(r"[0-9],[0-9]")
TIGHT_COMMA = re.compile(r"(?<=\S),(?=\S)")
QUOTED = r"""'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*\""""
QUOTED_LINE = re.compile(rf"(?:{QUOTED})(?:\s*,\s*(?:{QUOTED}))+")
TOKEN = re.compile(rf"\#[^\n]*|{QUOTED}|[\[\](),]|[^\s\[\](),'\"]+|\S")
ASSIGNED = re.compile(
    r"^[ \t]*[^\W\d]\w*[ \t]*=[ \t]*(?=[\[('\"]|\w[\w.]*\(|[+-]?\d+[ \t]*,)", re.M
)
NUMPY = re.compile(r"\b(?:np\.\w+|numpy\.\w+|array|tensor)\(([^()]*)\)")
DTYPE = re.compile(r",\s*dtype=[\w.'<>|]+")

# Letters that look the same in Latin, Greek and Cyrillic.
TWINS = str.maketrans(
    "ΑΒΕΖΗΙΚΜΝΟΡΤΥΧοАВЕЅІЈКМНОРСТХаеорсухіѕј",  # noqa: RUF001
    "ABEZHIKMNOPTYXoABESIJKMHOPCTXaeopcyxisj",
)
UNSEEN = {0xFE0E, 0xFE0F, 0x034F}  # selectors of a look, and a joiner, beside those of kind Cf


class Quoted(str):
    """A word that stood in quotes, and so is a word even if it looks like a number."""


def read(text):
    """Typed text as a list of sequences, each a list of symbols; raises `InputError`.

    A line is a sequence, its symbols split by spaces, commas, semicolons, bars or tabs; or the
    sequences are lists as Python or NumPy writes them. When every symbol is a whole number, and
    none is in quotes, the symbols become ints, otherwise all stay words.
    """
    if not isinstance(text, str):
        raise InputError("sequences", "text, one sequence a line", text)
    if HALF.search(text):
        raise InputError("sequences", "whole characters, and no half of one", text)
    text = text.removeprefix("\N{ZERO WIDTH NO-BREAK SPACE}")
    text = ASSIGNED.sub("", DTYPE.sub("", text))
    groups = _groups(text)
    lines = _sequences(groups) if groups else _lines(text)
    symbols = list(dict.fromkeys(symbol for line in lines for symbol in line))
    for symbol in symbols:
        if is_missing(symbol):
            raise InputError("sequences", MISSING, symbol)
        if FLOAT.fullmatch(symbol) and not isinstance(symbol, Quoted):
            raise InputError("sequences", SERIES, symbol)
    numbers = all(_is_number(s) for line in lines for s in line)
    _check_looks(symbols, int if numbers else look)
    return [[int(s) if numbers else str(s) for s in line] for line in lines]


def write(lines):
    """Sequences as a text that `read` reads: one a line, or as lists where that is not enough."""
    text = "\n".join(" ".join(map(str, line)) for line in lines)
    try:
        is_read = read(text) == [list(line) for line in lines]
    except InputError:
        is_read = False
    return text if is_read else "\n".join(str(list(line)) for line in lines)


def look(symbol):
    """What can be seen of a symbol: without invisible characters, each letter in one form."""
    seen = unicodedata.normalize("NFC", symbol).translate(TWINS)
    return "".join(c for c in seen if unicodedata.category(c) != "Cf" and ord(c) not in UNSEEN)


def is_missing(word):
    """Whether a word is what programs write where a value is missing."""
    return word.casefold().lstrip("+-") in ("nan", "<na>")


def _is_number(symbol):
    whole = len(symbol) <= MAX_SYMBOL and WHOLE.fullmatch(symbol)
    return bool(whole) and not isinstance(symbol, Quoted)


def _check_looks(symbols, seen_as):
    """Refuse two symbols that would become one number, or that the eye can't tell apart."""
    known = {}
    for symbol in symbols:
        other = known.setdefault(seen_as(symbol), symbol)
        if other == symbol:
            continue
        if seen_as is int:
            raise InputError("sequences", f"{ONE_SPELLING}, not also {other}", symbol)
        pair = next(pair for pair in zip_longest(other, symbol) if pair[0] != pair[1])
        names = " here and ".join(_name(c) for c in pair)
        raise InputError("sequences", f"{LOOKS}, not {names} there", symbol)


def _name(character):
    """What Unicode calls a character."""
    return unicodedata.name(character, f"U+{ord(character):04X}")[:40] if character else "nothing"


# --- lines -------------------------------------------------------------------------------


def _lines(text):
    """The symbols of each line that has any."""
    lines = [_symbols(line.strip()) for line in text.splitlines() if line.strip()]
    for line in lines:
        if len(line) == 1:
            raise InputError("sequences", A_LINE, line[0])
    return lines


def _symbols(line):
    """The symbols of one line."""
    if QUOTED_LINE.fullmatch(line):
        return _items(TOKEN.findall(line))
    if line[0] in "|｜":  # a row of a table  # noqa: RUF001
        line = line.strip("|｜ \t")  # noqa: RUF001
    symbols = SPLIT.split(line)
    if len(symbols) > 1 and not symbols[-1]:
        symbols.pop()  # after a comma at the end
    if not all(symbols):
        raise InputError("sequences", "a symbol between every two separators", line)
    if DECIMAL_COMMA.search(line) and len(SPLIT.split(TIGHT_COMMA.sub("", line).strip(" ,"))) > 1:
        raise InputError("sequences", ONE_SEPARATOR, line)
    if line.count("[") != line.count("]") or any(_is_open(s, line) for s in symbols):
        raise InputError("sequences", LISTS, line)
    return symbols


def _is_open(symbol, line):
    """Whether a symbol of a line has an end of a list without the other one."""
    return symbol.count("[") != symbol.count("]") and (len(symbol) > 1 or "," in line)


# --- lists -------------------------------------------------------------------------------


def _groups(text):
    """The brackets of a text as nested lists of tokens; None if it is not made of lists."""
    for _ in range(2):  # numbers of NumPy in an array of NumPy
        text = NUMPY.sub(r"\1", text)
    groups, commas, symbols = [[]], False, False
    for token in TOKEN.findall(text):
        if token in ("[", "("):
            groups.append([])
        elif token in ("]", ")"):
            if len(groups) == 1:
                return None
            group = groups.pop()
            groups[-1].append(group)
        elif token[0] != "#":
            groups[-1].append(token)
            commas, symbols = commas or token == ",", symbols or token != ","
    is_whole = len(groups) == 1 and all(isinstance(part, list) or part == "," for part in groups[0])
    return groups[0] if is_whole and symbols and (commas or "[" in text) else None


def _sequences(group):
    """The sequences in nested lists of tokens: the innermost lists."""
    inner = [part for part in group if part != ","]
    if not all(isinstance(part, list) for part in inner):
        raise InputError("sequences", LISTS, _flat(group))
    if len(inner) == 1 and any(isinstance(part, list) for part in inner[0]):
        return _sequences(inner[0])
    lines = [_items(part) for part in inner]
    for line in lines:
        if len(line) < 2:
            raise InputError("sequences", "at least 2 symbols in each list", line)
    return lines


def _items(tokens):
    """The symbols of one list: tokens with a comma between every two, or with none."""
    if any(isinstance(token, list) for token in tokens):
        raise InputError("sequences", LISTS, _flat(tokens))
    if "," in tokens:
        if "," in tokens[::2] or set(tokens[1::2]) != {","}:
            raise InputError("sequences", "a symbol between every two commas", _flat(tokens))
        tokens = tokens[::2]
    return [_item(token) for token in tokens]


def _item(token):
    """The symbol that a token of a list means."""
    if token == "None":
        raise InputError("sequences", MISSING, token)
    if token[0] not in "'\"":
        return token
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of a backslash before nothing special
            return Quoted(ast.literal_eval(token))  # a single string, as TOKEN has seen
    except (SyntaxError, ValueError):
        raise InputError("sequences", "a quote at both ends of a word", token) from None


def _flat(group):
    """Nested lists of tokens as a text, for the words of an error."""
    return " ".join(_flat(part) if isinstance(part, list) else part for part in group)
