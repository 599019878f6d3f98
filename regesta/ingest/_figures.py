"""What the words of a text must agree in before they count as the same claim: numbers, dates, negations, names.

English; other languages lose only figures of speech, for digits and capital letters are read in all of them.

>>> figures(words("Some 45 states, twenty-three of them by 5 July"))
('45', '23', '5', 'july')
>>> negations(words("They won't say why not")), names(words("He told Ada that The Hill asks"), {"the"})
(2, ('ada', 'hill'))
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from typing import Final

# A word with its apostrophes, a number with its separators, any other visible character. Scripts that are written
# without spaces give one token a character.
_NO_SPACES: Final = "\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
TOKEN: Final = re.compile(rf"[^\W\d_{_NO_SPACES}]+(?:['’][^\W\d_{_NO_SPACES}]+)*|\d+(?:[.,:/]\d+)*|\S")


_UNIT_WORDS: Final = """
zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen
eighteen nineteen
"""
_TEN_WORDS: Final = "twenty thirty forty fifty sixty seventy eighty ninety"
_ORDINAL_WORDS: Final = """
first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth
sixteenth seventeenth eighteenth nineteenth twentieth
"""
_SCALE_WORDS: Final = "dozen dozens hundred hundreds thousand thousands million millions billion trillion"
_MONTH_WORDS: Final = "january february march april may june july august september october november december"
_DAY_WORDS: Final = """
monday tuesday wednesday thursday friday saturday sunday today yesterday tomorrow tonight
january february april june july august september october november december
jan feb apr jun jul aug sept sep oct nov dec
"""
_NEGATION_WORDS: Final = "not no never none nobody nothing nowhere neither nor without cannot can't won't don't"
# Words that begin a sentence with a capital letter and name nobody.
_PLAIN_WORDS: Final = """
a about according after all also although among an and another any as at because before both but by despite during
each even every few following for former from had has have he her here his how however i if in indeed instead is it
its last later many meanwhile more moreover most much my nearly neither no none nor not now of officials on one only
or other our several she since so some still such than that the their then there these they this those though thus to
under until we what when where whether which while who why will with without yet you your
"""

_UNITS: Final = {word: number for number, word in enumerate(_UNIT_WORDS.split())}
_TENS: Final = {word: 10 * number for number, word in enumerate(_TEN_WORDS.split(), start=2)}
_ORDINALS: Final = {word: number for number, word in enumerate(_ORDINAL_WORDS.split(), start=1)}
_SCALES: Final = frozenset(_SCALE_WORDS.split())
_PARTS: Final = frozenset(("half", "quarter", "twice"))
_DAYS: Final = frozenset(_DAY_WORDS.split())
_DAYS_BESIDE_A_NUMBER: Final = frozenset(("march", "may", "mar"))  # else mostly verbs
_SHORT: Final = {name[:3]: name for name in _MONTH_WORDS.split()} | {"sept": "september"}
_MONTHS: Final = frozenset(_MONTH_WORDS.split())
_HYPHENS: Final = "-‐‑–"  # within twenty-three
_NEGATIONS: Final = frozenset(_NEGATION_WORDS.split())
_PLAIN: Final = frozenset(_PLAIN_WORDS.split())


def words(text: str) -> list[str]:
    """Return the tokens of ``text``: words, numbers, and other visible characters."""
    return TOKEN.findall(text)


def is_word(token: str) -> bool:
    """Say whether a token is a word or a number and no punctuation."""
    return token[0].isalnum()


def figures(tokens: Sequence[str]) -> tuple[str, ...]:
    """Return the numbers and the names of days and months in order, however they are written: five is 5."""
    found: list[str] = []
    tens = False  # whether the last one is twenty, thirty … and the next may be its unit
    lowered = [token.lower() for token in tokens if token not in _HYPHENS]
    for position, word in enumerate(lowered):
        unit = _UNITS.get(word, _ORDINALS.get(word))
        if tens and unit and unit < 10:
            found[-1] = str(int(found[-1]) + unit)
        elif (plain := _figure(word, unit)) or _is_day(lowered, position):
            found.append(plain or _SHORT.get(word, word))
        tens = word in _TENS
    return tuple(found)


def _figure(word: str, unit: int | None) -> str:
    if word[0].isdigit():
        return word.replace(",", "") if re.fullmatch(r"\d{1,3}(,\d{3})+(\.\d+)?", word) else word
    if unit is not None or word in _TENS:
        return str(_TENS.get(word, unit))
    return word.removesuffix("s") if word in _SCALES else word if word in _PARTS else ""


def _is_day(lowered: list[str], position: int) -> bool:
    word = lowered[position]
    if word in _DAYS_BESIDE_A_NUMBER:
        beside = lowered[max(0, position - 1) : position] + lowered[position + 1 : position + 3]  # Mar. 5
        return any(token[0].isdigit() for token in beside)
    return word in _DAYS


def is_month(token: str) -> bool:
    """Say whether a token is the name of a month and nothing else: "May", not "may"."""
    return token[0].isupper() and token.lower() in _MONTHS


def negations(tokens: Sequence[str]) -> int:
    """Return how many of the tokens negate."""
    lowered = (token.lower().replace("’", "'") for token in tokens)
    return sum(token in _NEGATIONS or token.endswith("n't") for token in lowered)


def names(tokens: Sequence[str], common: Collection[str] = ()) -> tuple[str, ...]:
    """Return the words with a capital letter, sorted, in small letters: names of states, people, places.

    ``common`` are words in small letters that the text also has without a capital letter, and so are none.
    """
    lowered = [token.lower() for token in tokens if token[0].isupper()]
    return tuple(sorted(word for word in lowered if word not in _PLAIN and word not in common))
