"""Inline mode: how a bot answers what people type behind its name.

The rules are those of https://core.telegram.org/bots/api#inline-mode; of the kinds of results the
sandbox knows articles with a text.
"""

from __future__ import annotations

import re
from typing import Any

from bot.sandbox.telegram.chats import Article, Inline, Json, World
from bot.sandbox.telegram.entities import utf16_length
from bot.sandbox.telegram.errors import ApiError, bad_request
from bot.sandbox.telegram.markup import read_keyboard
from bot.sandbox.telegram.messages import MessageMethods
from bot.sandbox.telegram.params import Params, as_params

MAX_RESULTS = 50
MAX_BYTES = 64
DEFAULT_CACHE = 300
INLINE_LIFE_MS = 10_000
_START = re.compile(r"[A-Za-z0-9_-]{1,64}")


class InlineMethods:
    """Each method takes the call's parameters and returns the `result`, or raises ApiError."""

    def __init__(self, world: World, messages: MessageMethods) -> None:
        self._world = world
        self._messages = messages

    def answer_inline_query(self, params: Params) -> bool:
        """answerInlineQuery: once, and while the client still waits for it."""
        articles = self._articles(params)
        button, start = _button(params)
        offset = params.text("next_offset")
        if len(offset.encode()) > MAX_BYTES:
            raise bad_request("NEXT_OFFSET_INVALID")
        asked = self._asked(params.text("inline_query_id"))
        asked.answered_at = self._world.clock()
        asked.articles, asked.next_offset = articles, offset
        asked.button, asked.start = button, start
        asked.personal = params.flag("is_personal")
        asked.cache_seconds = max(0, params.number("cache_time", DEFAULT_CACHE))
        self._world.changes.announce()
        return True

    def _asked(self, id: str) -> Inline:
        asked = self._world.inline_queries.get(id)
        late = asked is not None and self._world.clock() - asked.at > INLINE_LIFE_MS
        if asked is None or asked.answered_at is not None or late:
            raise bad_request(
                "query is too old and response timeout expired or query ID is invalid"
            )
        return asked

    def _articles(self, params: Params) -> tuple[Article, ...]:
        results = params.json("results", "inline query results")
        if not isinstance(results, list):
            raise bad_request("expected an Array of inline query results")
        if len(results) > MAX_RESULTS:
            raise bad_request("too many inline query results specified")
        articles = tuple(map(self._article, results))
        if len({article.id for article in articles}) < len(articles):
            raise bad_request("RESULT_ID_DUPLICATE")
        return articles

    def _article(self, raw: object) -> Article:
        if not isinstance(raw, dict):
            raise _unreadable("expected an Object")
        kind, id = _text(raw, "type"), _text(raw, "id")
        if kind != "article":
            raise _unreadable("unallowed result type specified")
        if not id:
            raise bad_request("RESULT_ID_EMPTY")
        if len(id.encode()) > MAX_BYTES:
            raise bad_request("RESULT_ID_INVALID")
        title = _text(raw, "title")
        if not title.strip():
            raise bad_request("ARTICLE_TITLE_EMPTY")
        content = raw.get("input_message_content")
        if not isinstance(content, dict) or "message_text" not in content:
            raise _unreadable('can\'t find field "message_text"')
        said = as_params({"text": content["message_text"], **content})
        text, entities = self._messages.read_text(said, "MESSAGE_TOO_LONG")
        return Article(
            id,
            title,
            _text(raw, "description", ""),
            text,
            entities,
            said.text("text") if said.text("parse_mode") else "",
            read_keyboard(as_params(raw)),
        )


def _button(params: Params) -> tuple[str, str]:
    """The words of the button above the results, and what `/start` brings from there."""
    button = params.json("button", "inline query results button")
    if button is None:
        return "", ""
    if not isinstance(button, dict):
        raise bad_request("object expected as inline query results button")
    text, start = _text(button, "text"), button.get("start_parameter")
    if not text.strip():
        raise bad_request("can't use empty button text")
    if (start is None) == (button.get("web_app") is None):
        raise bad_request("the button must use exactly one of the optional fields")
    if start is None:
        return text, ""
    if not start:
        raise bad_request("can't use empty start_parameter")
    if utf16_length(str(start)) > MAX_BYTES:
        raise bad_request("too long start_parameter specified")
    if not _START.fullmatch(str(start)):
        raise bad_request("unallowed characters in start_parameter are used")
    return text, str(start)


def _text(raw: Json, name: str, *otherwise: Any) -> str:
    value = raw.get(name, *otherwise)
    if value is None:
        raise _unreadable(f'can\'t find field "{name}"')
    if not isinstance(value, str):
        raise _unreadable(f'field "{name}" must be of type String')
    return value


def _unreadable(reason: str) -> ApiError:
    return bad_request(f"can't parse InlineQueryResult: {reason}")
