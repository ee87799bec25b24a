"""What is typed or pasted is what is meant, or is refused in words."""

import json
import unicodedata

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import lstm_memory as lm
from lstm_memory.typed import look

parse = lm.Task.parse
ints = st.integers(-(10**6), 10**6)
letters = st.text("abcdefgxyzABCXYZäß漢字אב", min_size=1, max_size=8)
anything = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=8)
anything = anything.filter(lambda word: word.casefold().lstrip("+-") not in ("nan", "<na>"))


def lines_of(symbols, fewest=2):
    line = st.lists(symbols, min_size=fewest, max_size=8)
    return st.lists(line, min_size=1, max_size=5)


def refused(text, words):
    with pytest.raises(lm.InputError, match=rf"^sequences: expected .*{words}") as error:
        parse(text)
    assert len(str(error.value)) < 220


# --- lists -------------------------------------------------------------------------------

WAYS = {  # in which Python and NumPy write the same
    "a list of lists": str,
    "tuples": lambda lines: str(tuple(map(tuple, lines))),
    "a line each": lambda lines: "\n".join(map(str, lines)),
    "a line each, with a comma": lambda lines: ",\n".join(map(str, lines)) + ",",
    "variables": lambda lines: "\n".join(f"seq{k} = {line}" for k, line in enumerate(lines)),
    "a variable": lambda lines: "sequences = [\n" + "".join(f"  {s},\n" for s in lines) + "]",
    "comments": lambda lines: "\n".join(f"{line}  # number {k}" for k, line in enumerate(lines)),
    "arrays": lambda lines: "\n".join(repr(np.array(line)) for line in lines),
    "numbers of NumPy": lambda lines: str([[*np.array(line)] for line in lines]),
}


@pytest.mark.parametrize("way", WAYS)
@given(lines=lines_of(ints) | lines_of(letters))
def test_pasted_lists_are_read_as_lists(way, lines):
    assert parse(WAYS[way](lines)) == lm.Task(lines)


@given(lines_of(ints) | lines_of(anything))
def test_json_and_arrays_are_read(lines):
    assert parse(json.dumps(lines)) == lm.Task(lines) or "\\" in json.dumps(lines)
    if len({len(line) for line in lines}) == 1 and isinstance(lines[0][0], int):
        with np.printoptions(threshold=1000):
            assert parse(str(np.array(lines))) == parse(repr(np.array(lines))) == lm.Task(lines)


@given(lines_of(ints) | lines_of(anything))
def test_what_a_task_writes_it_reads(lines):
    task = lm.Task(lines)
    if len({look(str(symbol)) for symbol in task.alphabet}) == len(task.alphabet):
        assert parse(str(task)) == task
    else:  # Python may hold words that the eye can't tell apart
        refused(str(task), "the eye can tell apart")


def test_words_in_quotes_stay_words():
    assert parse("['New York', 'b', 'New York']").sequences == (("New York", "b", "New York"),)
    assert parse("['3', '0']").sequences == (("3", "0"),)
    assert parse('"A","X","New York"').sequences == (("A", "X", "New York"),)
    assert parse(str(lm.Task([["0.1", "b"]]))).sequences == (("0.1", "b"),)


@pytest.mark.parametrize(
    ("text", "sequence"),
    [
        ("[CLS] a b [SEP]", ("[CLS]", "a", "b", "[SEP]")),
        ("( ( ) )", ("(", "(", ")", ")")),
        ("[ ( ) ]", ("[", "(", ")", "]")),
        ("(a) (b)", ("(a)", "(b)")),
        (":) :(", (":)", ":(")),
        ("& 😀 = d", ("&", "😀", "=", "d")),
        ("'tis the \" end", ("'tis", "the", '"', "end")),
    ],
)
def test_brackets_and_quotes_may_be_symbols(text, sequence):
    assert parse(text).sequences == (sequence,)


@pytest.mark.parametrize(
    "text",
    [
        *("[3, 0, 1", "3, 0, 1]", '{"a": [3, 0, 1]}', "[3, 0, 1], 4", "[[3, 0, 1], 4]"),
        *("x [3, 0, 1]", "[[[1, 0], [0, 1]], [[1, 0], [0, 1]]]", "[a [b]]", "list(['A', 'B'], 1)"),
    ],
)
def test_half_a_list_is_refused(text):
    refused(text, "each list whole")


@pytest.mark.parametrize("text", ["[3]\n[4]", "[3, 0], []", "[['a'], ['b']]"])
def test_lists_need_two_symbols(text):
    refused(text, "at least 2 symbols in each list")


@pytest.mark.parametrize("text", ["__import__('os').system('false')", "[x for x in (3, 0)]"])
def test_nothing_is_executed(text):
    try:
        symbols = [s for line in parse(text).sequences for s in line]
    except lm.InputError:
        symbols = []
    assert all(symbol in text for symbol in map(str, symbols))


# --- separators --------------------------------------------------------------------------


@given(
    lines_of(ints) | lines_of(letters),
    st.sampled_from([" ", ",", ", ", " , ", "\t", ";", "; ", "、", "，", "；", "|", " | ", "｜"]),  # noqa: RUF001
)
def test_every_usual_separator_is_read(lines, between):
    text = "\n".join(between.join(map(str, line)) for line in lines)
    assert parse(text) == lm.Task(lines)


@given(lines_of(letters))
def test_rows_of_a_table_are_read(lines):
    assert parse("\n".join(f"| {' | '.join(line)} |" for line in lines)) == lm.Task(lines)


@given(st.lists(st.tuples(st.integers(0, 99), st.integers(0, 99)), min_size=2, max_size=6))
def test_decimal_commas_are_refused(pairs):
    numbers = [f"{whole},{part}" for whole, part in pairs]
    for between in (" ", ", ", "; ", "\t", " | "):
        refused(between.join(numbers), "one kind of separator in a line")


@given(st.lists(ints, min_size=2, max_size=6), st.data())
def test_gaps_are_refused(line, data):
    gap = data.draw(st.integers(1, len(line) - 1))
    words = [str(n) for n in line]
    words.insert(gap, "")
    for between in (",", ", ", ";", "\t", "|"):
        refused(between.join(words), "a symbol between every two")
    refused(f"[{', '.join(words)}]", "a symbol between every two")


@given(letters.filter(str.isalpha) | st.integers(10, 10**9).map(str))
def test_a_word_alone_on_a_line_is_answered(word):
    refused(word, "separate the symbols by spaces")
    refused(f"A X A\n{word}", "separate the symbols by spaces")


# --- numbers, and what is missing ----------------------------------------------------------


@given(st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=6))
def test_a_numeric_series_is_answered_with_bins(numbers):
    for text in (" ".join(map(str, numbers)), str(numbers), ", ".join(map(str, numbers))):
        refused(text, "cut a numeric series into bins")
    for series in ([numbers], np.array([numbers]), pd.DataFrame([numbers])):
        with pytest.raises(lm.InputError, match="symbols, which are names; cut a numeric series"):
            lm.Task(series)


@pytest.mark.parametrize("gap", ["nan", "NaN", "-nan", "<NA>"])
def test_nan_is_no_word(gap):
    for text in (f"1 {gap} 2", f"{gap} {gap}", f"[1, {gap}]", f"['1', '{gap}']"):
        refused(text, "none that is missing")
    with pytest.raises(lm.InputError, match="none that is missing"):
        lm.Task([[gap, "b"]])


def test_what_is_missing_in_a_table_is_refused():
    refused("[3, None]", "none that is missing")
    for line in ([3, float("nan")], [3, np.nan]):
        with pytest.raises(lm.InputError, match="none that is missing"):
            lm.Task([line])
    with pytest.raises(lm.InputError, match="none that is missing"):
        lm.Task(pd.DataFrame([[3, 0, 1], [4, 0, None]]))
    with pytest.raises(lm.InputError, match="a whole number or a word"):
        lm.Task([["a", None]])


@given(lines_of(ints).filter(lambda lines: len(set(map(len, lines))) == 1))
def test_a_table_is_read_by_rows(lines):
    for table in (np.array(lines), pd.DataFrame(lines), [pd.Series(line) for line in lines]):
        assert lm.Task(table) == lm.Task(lines)
    names = pd.DataFrame([[f"w{symbol}" for symbol in line] for line in lines])
    assert lm.Task(names) == lm.Task(names.to_numpy().tolist())


@pytest.mark.parametrize(
    ("sequences", "words"),
    [
        (np.array([3, 0, 1]), "a table with a sequence in each row, got 'ndarray of shape"),
        (pd.Series([3, 0, 1]), "a table with a sequence in each row, got 'Series of shape"),
        (np.zeros((2, 3, 4), int), "a sequence in each row, got 'ndarray of shape .2, 3, 4.'"),
        ([3, 0, 1], r"a list of symbols, as in \[\[3, 0, 1, 2, 3\]\], got 3"),
        ([{3, 0}], "a list of symbols, .*, got {0, 3}"),
    ],
)
def test_what_has_no_rows_is_refused_by_name(sequences, words):
    with pytest.raises(lm.InputError, match=words):
        lm.Task(sequences)


# --- what can't be seen --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("A \N{CYRILLIC CAPITAL LETTER A}", "LATIN CAPITAL LETTER A here and CYRILLIC"),
        ("o \N{GREEK SMALL LETTER OMICRON}", "GREEK SMALL LETTER OMICRON there"),
        ("3 0\u200b 0", "nothing"),
        ("a b\u00ad b", "SOFT HYPHEN"),
        ("01 0 1", "each number spelt in one way, not also 01"),
        ("+1 1", "spelt in one way"),
        ("0 -0", "spelt in one way"),
    ],
)
def test_symbols_that_would_merge_or_look_the_same_are_refused(text, words):
    refused(text, words)


@given(st.characters(categories=["Ll", "Lu"]))
def test_letters_in_two_forms_are_refused(letter):
    one, other = (unicodedata.normalize(form, letter) for form in ("NFC", "NFD"))
    if one != other:
        refused(f"{one} {other}", "the eye can tell apart")


def test_what_is_invisible_and_harms_nobody_stays():
    assert parse("\ufeff3 0 1").sequences == ((3, 0, 1),)
    assert parse("👩\u200d🚀 👩 🚀").alphabet == ("👩\u200d🚀", "👩", "🚀")
    assert parse("01 02").sequences == ((1, 2),)
