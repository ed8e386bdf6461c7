"""What words mean in a search: those of a service, those of a query, and those that were meant.

Texts become `words` alike on both sides. A query becomes `Term`s, each with everything that may
stand for it: the word itself, what means the same, what begins with it. A word that is found
nowhere is a typing error, and `guess` says of what. Looks nothing up: `storage.search` does.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache

from bot.domain.catalogue import Service
from bot.domain.numbers import parse_quantity
from bot.domain.synonyms import MEANINGS, POLITE
from bot.domain.text import clean, fold

LONGEST = 100
"""Characters of a typed text that are searched for."""
MAX_TERMS = 8
"""More terms than this do not make a search better, only slower."""
_MAX_WORDS = 3 * MAX_TERMS
_LONGEST_PHRASE = 3
_LONGEST_QUANTITY = 5

# Between U+0900 and U+1CFF letters carry vowel signs, which are no letters to `re`. Nobody types
# words of more than 32 letters; what is that long comes apart, alike wherever it stands.
_LETTERS = r"(?:[^\W\d_]|[\u0900-\u109f\u1700-\u17ff\u1a00-\u1cff]){1,32}"
_EMOJI = r"[\u2600-\u27bf\U0001f300-\U0001faff]"
_WORD = re.compile(rf"{_LETTERS}|\d{{1,32}}|{_EMOJI}")
_STRETCHED = re.compile(r"([^\W\d_])\1{2,}")
_ID = re.compile(r"#?[a-z]{1,8}[-_]\d+")
_GROUPED = re.compile(r"(?<=\d)(?:[,٬](?=\d{3}(?!\d))|[ .'](?=000(?!\d)))")
_ROUND = re.compile(
    r"(?<![\d.,])\d{1,9}(?:\.\d{1,2})? ?"
    r"(?:k|m|к|тыс|млн|mille|mil|bin|الف|الاف|مليون|ملايين)(?![^\W_])"
)

# What Arabic glues to the front of a word ("and", "the", "by the" …), where enough is left of it.
_GLUED = re.compile(r"(?:[وبكف]?ال|لل)(?=.{3})|و(?=.{4})")
_ENDINGS = ("ات", "ين", "ون", "يه", "ه", "ي", "s")

_LONGER = 6
"""Letters of a word that chance makes like no other; "line" is no slip for "like"."""
_ENOUGH_OVERLAP = 50
"""Per cent of the trigrams of the shorter of two words."""


@dataclass(frozen=True, slots=True)
class Indexed:
    """What a service is found by: words, with a space between them."""

    code: str
    name: str
    category: str


@dataclass(frozen=True, slots=True)
class Term:
    """One thing that a query asks for.

    `whole` are the phrases that are it, in any language; `begun` those that it may be the beginning
    of; `prefixes` are beginnings of words that may be it.
    """

    typed: str
    whole: tuple[str, ...]
    begun: tuple[str, ...] = ()
    prefixes: tuple[str, ...] = ()

    @property
    def is_number(self) -> bool:
        """True for a mere number."""
        return self.typed.isdecimal()

    @property
    def says_little(self) -> bool:
        """True for a number, which may be how many somebody wants, and for a stray letter."""
        return self.is_number or (len(self.typed) == 1 == len(self.whole))


@dataclass(frozen=True, slots=True)
class Query:
    """What a service has to be called.

    `typed` are all the words, perhaps a whole name; `codes` what may be an id of them. With `is_id`
    it can be nothing else ("ORD-100023"), and what resembles it is of no use.
    """

    terms: tuple[Term, ...]
    typed: str = ""
    codes: tuple[str, ...] = ()
    is_id: bool = False


def quantity_in(text: str) -> tuple[str, int | None]:
    """Return the words of a text without the one quantity among them, and that quantity.

    It may be written apart: "1 000", "2 bin". "1 500" may be two numbers as well, so it is none.
    """
    typed = text.split()
    rest: list[str] = []
    quantities: list[int] = []
    at = 0
    while at < len(typed):
        size, quantity = _quantity_ahead(typed[at : at + _LONGEST_QUANTITY])
        if quantity is None:
            rest.append(typed[at])
        else:
            quantities.append(quantity)
        at += size
    if len(quantities) == 1:
        return clean(" ".join(rest), limit=LONGEST), quantities[0]
    return clean(text, limit=LONGEST), None


def words(text: str) -> list[str]:
    """Return the words of a text, folded: runs of letters, whole numbers, single emoji.

    Numbers are written out: "1,000", "1 000", "1K" and "١ ألف" are all "1000".
    """
    plain = _ROUND.sub(_written_out, _GROUPED.sub("", fold(text)))
    return _WORD.findall(_STRETCHED.sub(r"\1", plain))


def indexed(service: Service) -> Indexed:
    """Return what a service is found by."""
    names = dict.fromkeys((service.name, *service.names.values()))
    return Indexed(
        " ".join(words(service.code)),
        _findable(word for name in names for word in words(name)),
        _of_category(service.category),
    )


def query(text: str) -> Query:
    """Return what a typed text asks for; it has no terms where the text has no words."""
    typed = words(text)[:_MAX_WORDS]
    terms = {term.typed: term for term in _terms(typed)}
    is_id = _ID.fullmatch(fold(text)) is not None
    wanted = [term for term in terms.values() if is_id or not _is_polite(term.typed)]
    wanted = wanted or [*terms.values()]
    if len(wanted) == 1 and wanted[0].is_number:
        # Beside other words its beginnings would be found in every id.
        wanted = [replace(wanted[0], prefixes=(wanted[0].typed,))]
    name, code = " ".join(typed), " ".join(word for word in typed if not _is_polite(word))
    return Query(tuple(wanted[:MAX_TERMS]), name, tuple(filter(None, (name, code))), is_id)


def guess(term: Term, lookalikes: Iterable[str], known: Collection[str]) -> tuple[Term, ...]:
    """Return what may have been meant by a term that nothing is called, or nothing.

    `lookalikes` are words of the catalogue that share trigrams with it, and `known` those of its
    `pieces` that are words of the catalogue. Two words without a space are told apart; then the
    words with the fewest typing errors count, then those that begin so, then those with the most
    trigrams in common.
    """
    word = term.typed
    if term.is_number or word in _meanings():
        return ()
    for head, tail in _cuts(word):
        if _is_word(head, known) and _is_word(tail, known):
            return tuple(_terms([head, tail]))
    near = _misspelt(word, lookalikes) or _overlapping(word, lookalikes)
    whole = dict.fromkeys(phrase for found in near for phrase in (found, *_same(found)))
    return (Term(word, tuple(whole)),) if whole else ()


def respelt(word: str, known: Iterable[str]) -> str | None:
    """Return the one of the known words that a longer word is a slip of the keyboard for, or None.

    Its first letter is right, as it nearly always is.
    """
    if len(word) < _LONGER:
        return None
    allowed = _errors_allowed(word)
    errors = {
        other: _errors(word, other, allowed)[0]
        for other in known
        if other[0] == word[0] and abs(len(other) - len(word)) <= allowed
    }
    near = min(errors, key=lambda other: errors[other], default=None)
    return near if near is not None and errors[near] <= allowed else None


def pieces(term: Term) -> list[str]:
    """Return every beginning and end of a term of which each may be a word of its own."""
    return [piece for cut in _cuts(term.typed) for piece in cut]


def trigrams(word: str) -> frozenset[str]:
    """Return the runs of three characters of a word; its two ends are a space each."""
    ended = f" {word} "
    return frozenset(ended[at : at + 3] for at in range(len(ended) - 2))


def _quantity_ahead(typed: Sequence[str]) -> tuple[int, int | None]:
    """How many words the quantity has that they begin with, and the quantity; one word if none."""
    size, quantity = 1, parse_quantity(typed[0])
    while quantity is not None and size < len(typed) and parse_quantity(typed[size]) is None:
        longer = parse_quantity(" ".join(typed[: size + 1]))
        if longer is None:
            break
        size, quantity = size + 1, longer
    return size, quantity


def _written_out(number: re.Match[str]) -> str:
    # A space, because "50 ألفاً" is one thing and "5 2k" two.
    return f" {parse_quantity(number[0]) or number[0]} "


def _findable(found: Iterable[str]) -> str:
    """The words, and behind them what is left of those that begin with something glued on."""
    kept = list(found)
    return " ".join([*kept, *dict.fromkeys(part for word in kept for part in _unglued(word))])


@lru_cache(maxsize=1024)
def _of_category(name: str) -> str:
    """Kept, because a few hundred categories hold thousands of services."""
    return _findable(words(name))


def _unglued(word: str) -> tuple[str, ...]:
    glued = _GLUED.match(word)
    return (word[glued.end() :],) if glued else ()


def _stem(word: str) -> str:
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word.removesuffix(ending)
    return word


def _terms(wanted: list[str]) -> Iterator[Term]:
    at = 0
    while at < len(wanted):
        for size in range(_LONGEST_PHRASE, 1, -1):
            phrase = " ".join(wanted[at : at + size])
            if phrase in _meanings() and at + size <= len(wanted):
                yield Term(phrase, (phrase, *_same(phrase)))
                at += size
                break
        else:
            yield _term(wanted[at])
            at += 1


def _term(word: str) -> Term:
    variants = (word, *_unglued(word))
    whole = dict.fromkeys(phrase for one in variants for phrase in (one, *_same(one)))
    if word.isdecimal() or len(word) < 2 or (len(word) == 2 and word in _meanings()):
        return Term(word, tuple(whole))
    begun = dict.fromkeys(phrase for one in variants for phrase in _completed(one))
    return Term(
        word,
        tuple(whole),
        tuple(phrase for phrase in begun if phrase not in whole),
        tuple(dict.fromkeys(_stem(one) for one in variants)),
    )


def _same(phrase: str) -> tuple[str, ...]:
    return _meanings().get(phrase, ())


def _completed(word: str) -> Iterator[str]:
    if len(word) >= 3:
        for phrase, same in _meanings().items():
            if phrase.startswith(word):
                yield from same


@cache
def _meanings() -> Mapping[str, tuple[str, ...]]:
    """Every phrase that has a meaning, with all that mean the same."""
    meanings: dict[str, tuple[str, ...]] = {}
    for line in MEANINGS:
        same = tuple(" ".join(words(phrase)) for phrase in line.split(","))
        for phrase in same:
            meanings[phrase] = tuple(dict.fromkeys(meanings.get(phrase, ()) + same))
    return meanings


def _is_polite(phrase: str) -> bool:
    return any(word in _polite() for word in (phrase, *_unglued(phrase)))


@cache
def _polite() -> frozenset[str]:
    return frozenset(words(POLITE))


def _cuts(word: str) -> list[tuple[str, str]]:
    cuts = sorted(range(2, len(word) - 1), key=lambda cut: abs(2 * cut - len(word)))
    return [(word[:cut], word[cut:]) for cut in cuts]


def _is_word(piece: str, known: Collection[str]) -> bool:
    return piece in _meanings() or (len(piece) >= 3 and piece in known)


def _misspelt(word: str, lookalikes: Iterable[str]) -> list[str]:
    allowed = _errors_allowed(word)
    letters = set(word)
    whole: dict[str, int] = {}
    begun: dict[str, int] = {}
    for other in dict.fromkeys((*lookalikes, *_meanings())):
        if " " in other or len(letters.difference(other)) > allowed:
            continue
        if len(other) < len(word) - allowed:
            continue
        errors, beginning = _errors(word, other, allowed)
        if errors <= allowed:
            whole[other] = errors
        elif beginning < allowed:
            begun[other] = beginning
    return _fewest(word, whole) or _fewest(word, begun)


def _errors_allowed(word: str) -> int:
    return 0 if len(word) < 3 else 1 if len(word) < 5 else 2 if len(word) < 10 else 3


def _fewest(word: str, errors: Mapping[str, int]) -> list[str]:
    """Those with the fewest errors; where some begin like the word, only these."""
    fewest = min(errors.values(), default=0)
    least = [other for other, count in errors.items() if count == fewest]
    return [other for other in least if other[0] == word[0]] or least


def _errors(word: str, other: str, most: int) -> tuple[int, int]:
    """Letters to add, leave out, change or swap until `word` is `other`, or only begins it.

    Where both are more than `most`, they need not be exact.
    """
    before: list[int] = []
    row = list(range(len(other) + 1))
    for at, letter in enumerate(word):
        two_before, before, row = before, row, [at + 1]
        for there, its in enumerate(other):
            cost = min(before[there] + (letter != its), before[there + 1] + 1, row[there] + 1)
            if at and there and letter == other[there - 1] and its == word[at - 1]:
                cost = min(cost, two_before[there - 1] + 1)
            row.append(cost)
        # A swap looks two rows back, so one row alone says nothing about the next.
        if min(row) > most and min(before) > most:
            break
    return row[-1], min(row)


def _overlapping(word: str, lookalikes: Iterable[str]) -> list[str]:
    mine = trigrams(word)
    overlap = {}
    for other in dict.fromkeys((*lookalikes, *_meanings())):
        if len(other) < 4 or " " in other:
            continue
        theirs = trigrams(other)
        overlap[other] = 100 * len(mine & theirs) // min(len(mine), len(theirs))
    most = max(overlap.values(), default=0)
    return [other for other, share in overlap.items() if share == most >= _ENOUGH_OVERLAP]
