"""Hides API keys, what looks like one, and the bot's token, in anything that is shown."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

from bot.sandbox.demo.stage import Stage
from bot.sandbox.serva.accounts import masked

SHORTEST_WORD = 16
REMEMBERED = 500
"""So many key-shaped words that people sent are hidden wherever they turn up again."""

# A key with these between its letters looks like itself, and is one to a bot that drops them.
_INVISIBLE = re.compile("[\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_WORD = re.compile(rf"[!-~]{{{SHORTEST_WORD},}}")
_AROUND = "()[]<>{}\"'`.,;:!?"
_LINK = re.compile(r"[a-z][a-z0-9+.-]*://|www\.|(?:[a-z0-9-]+\.)+[a-z]{2,24}/", re.IGNORECASE)
_KEY_IN_LINK = re.compile(r"[?&](?:[a-z_-]*key|token)=([^\s&#]+)", re.IGNORECASE)
_NO_KEY = re.compile(r"/\w{1,32}(?:@\w+)?|[@#][\w.]{1,30}|ORD-\d+(?:[,;]ORD-\d+)*", re.IGNORECASE)
_LABEL_END = re.compile("[:=]")


class Secrets:
    """What must not be shown: the token, every key of every account, key-shaped words of people."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._sent: dict[str, None] = {}
        self._hidden: dict[str, str] = {}
        self._known = -1

    def learn(self, text: str) -> None:
        """Remember the words of a person's text that may be keys."""
        for word in key_shaped(text):
            self._sent.pop(word, None)
            self._sent[word] = None
            self._known = -1
        while len(self._sent) > REMEMBERED:
            del self._sent[next(iter(self._sent))]

    def hide(self, value: Any) -> Any:
        """The JSON value with `…a91f` for every secret in its texts and its members' names."""
        self._refresh()
        return self._hide(value)

    def _hide(self, value: Any) -> Any:
        match value:
            case str():
                return self._hide_in(value)
            case Mapping():
                return {self._hide(name): self._hide(inner) for name, inner in value.items()}
            case list() | tuple():
                return [self._hide(inner) for inner in value]
            case _:
                return value

    def _hide_in(self, text: str) -> str:
        if not text.isascii():
            seen = visible(text)
            text = seen if any(secret in seen for secret in self._hidden) else text
        for secret, shown in self._hidden.items():
            text = text.replace(secret, shown)
        return text

    def _refresh(self) -> None:
        """Look whether there are new keys; longer ones go first, for one may hold another."""
        serva, servya = self._stage.serva.keys, self._stage.servya.keys
        known = len(serva) + len(servya)
        if known == self._known:
            return
        self._known = known
        token = self._stage.telegram.token
        secrets = {token, token.partition(":")[2], *serva, *servya, *self._sent}
        written = {
            form: masked(secret)
            for secret in secrets
            for form in (secret, quote(secret, safe=""), html.escape(secret))
        }
        self._hidden = dict(sorted(written.items(), key=lambda pair: -len(pair[0])))


def visible(text: str) -> str:
    """The text without invisible characters."""
    return _INVISIBLE.sub("", text)


def key_shaped(text: str) -> Iterator[str]:
    """The words of 16 and more ASCII characters that are no link, name, command or order id.

    Of a link only what it carries as a key; of a labelled word also what the label is about.
    """
    for run in _WORD.findall(visible(text)):
        word = run.strip(_AROUND)
        if _LINK.match(word):
            yield from _KEY_IN_LINK.findall(word)
        elif not _NO_KEY.fullmatch(word):
            yield word
            yield from (p for p in _LABEL_END.split(word) if SHORTEST_WORD <= len(p) < len(word))
