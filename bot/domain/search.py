"""Plain matching of folded words in folded names; ranks nothing and forgives no typing errors."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.text import fold

_ARTICLE = "ال"


def words_of(text: str) -> tuple[str, ...]:
    """Return the folded words of a query, without the Arabic article, for `matches`."""
    return tuple(_without_article(word) for word in fold(text).split())


def matches(folded_name: str, words: Sequence[str]) -> bool:
    """Tell whether every word occurs in the name, also inside a word; no words match every name.

    Both sides must be folded alike: the name by `text.fold`, the words by `words_of`.
    """
    return all(word in folded_name for word in words)


def _without_article(word: str) -> str:
    # "المتابعين" is typed for a service named "متابعين"; the shorter word finds both.
    stem = word.removeprefix(_ARTICLE)
    return stem if len(stem) >= 3 else word
