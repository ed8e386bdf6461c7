"""What a refusal by a provider means; does no talking to anybody and words nothing for people."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from bot.domain.text import clean

MAX_TEXT = 300


class Meaning(StrEnum):
    """Why a provider said no, as far as its words tell."""

    KEY_UNKNOWN = "key_unknown"
    KEY_REVOKED = "key_revoked"
    NOT_APPROVED = "not_approved"
    BANNED = "banned"
    SERVICE_GONE = "service_gone"
    BALANCE_TOO_LOW = "balance_too_low"
    DUPLICATE_TARGET = "duplicate_target"
    TARGET_BUSY = "target_busy"
    QUANTITY = "quantity"
    LINK = "link"
    COUPON = "coupon"
    FIELDS = "fields"
    ORDER_UNKNOWN = "order_unknown"
    OTHER = "other"

    @property
    def about_key(self) -> bool:
        """True where the key or its account is refused, whatever it is used for."""
        return self in _ABOUT_KEY


_ABOUT_KEY = frozenset(
    {Meaning.KEY_UNKNOWN, Meaning.KEY_REVOKED, Meaning.NOT_APPROVED, Meaning.BANNED}
)

SHUT = frozenset({Meaning.NOT_APPROVED, Meaning.BANNED})
"""The account itself is shut: no other key of it would do, and only the provider can open it."""


@dataclass(frozen=True, slots=True)
class Stated:
    """The error that an answer states in words; `text` is never empty, `code` often is."""

    text: str
    code: str

    @property
    def meaning(self) -> Meaning:
        return meaning_of(self.text, self.code)


def meaning_of(error: str, code: str = "") -> Meaning:
    """Read an error text, and the machine-readable code beside it where there is one.

    Codes are Serva's as seen in public clients, sentences those of the wider panel family
    (provider.md, "Errors"). What nobody has seen yet is OTHER, and is shown as it came.
    """
    for words in (_words(code), _words(error)):
        if words in _CODES:
            return _CODES[words]
    sentence = _words(error)
    return next((meaning for meaning, said in _SENTENCES if said.search(sentence)), Meaning.OTHER)


def stated_error(answer: Mapping[str, object], *, denied: bool = False) -> Stated | None:
    """Find the error that a decoded JSON object states, or None where it states none in words.

    Looks at `error`, `errors` and `error_code`; at `message` only where the object also says that
    it failed, or where the HTTP status already did (`denied`). An error without a single word is
    no statement: after an `add`, "something is wrong" does not mean "nothing was charged".
    """
    code = next(_codes(answer), "")
    text = next(_texts(answer, denied), "")
    return Stated(text, code) if text else None


_CODES = {
    "invalid api key": Meaning.KEY_UNKNOWN,
    "api key revoked": Meaning.KEY_REVOKED,
    "api key inactive": Meaning.KEY_REVOKED,
    "api access not allowed": Meaning.NOT_APPROVED,
    "account banned": Meaning.BANNED,
    "service not found": Meaning.SERVICE_GONE,
    "service not found or inactive": Meaning.SERVICE_GONE,
    "insufficient balance": Meaning.BALANCE_TOO_LOW,
    "duplicate order": Meaning.DUPLICATE_TARGET,
    "duplicate order cooldown": Meaning.DUPLICATE_TARGET,
    "active order exists": Meaning.TARGET_BUSY,
    "active target order exists": Meaning.TARGET_BUSY,
}

_BAD = r"(?:invalid|incorrect|wrong|bad|unknown|missing|malformed|empty)"
_IS_BAD = (
    r"(?:invalid|incorrect|wrong|bad|unknown|missing|malformed|empty|required"
    r"|not (?:valid|found|exist|supported|allowed)|(?:does not|doesn t) exist)"
)
_GONE = r"(?:revoked|inactive|not active|disabled|expired|deactivated|deleted)"
_INPUT = (
    r"(?:fields?|inputs?|comments?|usernames?|keywords?|hashtags?|answer number"
    r"|player id|server id)"
)

# The first that fits wins, so what names a cause comes before what merely names a thing: "You have
# active order with this link" is about the order, "The account linked to this API key is banned"
# about the account.
_SENTENCES = tuple(
    (meaning, re.compile(pattern))
    for meaning, pattern in (
        # Whatever Serva's own suppliers say, about keys and funds above all, is not about ours.
        (Meaning.OTHER, r"^(?:api )?(?:provider|supplier|upstream|vendor)\b"),
        (Meaning.COUPON, r"\b(?:coupon|promo|voucher)"),
        (Meaning.DUPLICATE_TARGET, r"\bduplicate"),
        (Meaning.TARGET_BUSY, r"(?<!\bno )\bactive (?:target )?order\b|\bwait until order\b"),
        (Meaning.BANNED, r"\b(?:account|user)\b.*\b(?:banned|blocked|suspended)\b|^banned\b"),
        (Meaning.KEY_REVOKED, rf"\bkey\b.*\b{_GONE}\b|\b{_GONE} (?:api )?key\b"),
        (
            Meaning.NOT_APPROVED,
            r"\bnot\b.*\bapproved\b|\bapi access\b.*\b(?:not|denied|disabled|inactive)\b"
            r"|\bnot allowed to use (?:the )?api\b",
        ),
        (Meaning.KEY_UNKNOWN, rf"\b{_BAD} (?:api )?key\b|\bkey\b.*\b{_IS_BAD}\b"),
        (
            Meaning.BALANCE_TOO_LOW,
            r"\b(?:insufficient|not enough)\b.*\b(?:balance|funds?|credits?|money)\b"
            r"|\b(?:balance|funds?|credits?)\b.*\b(?:insufficient|not enough|too low)\b"
            r"|\bcost is higher than\b.*\bbalance\b",
        ),
        # "Service unavailable" is what a whole site says of itself, so it is not in this list.
        (
            Meaning.SERVICE_GONE,
            rf"\b(?:{_BAD}|{_GONE}) service\b"
            rf"|\bservice(?: id)?\b.*\b(?:{_GONE}|not found|unknown|(?:does not|doesn t) exist)\b"
            r"|\bservice id\b.*\b(?:invalid|incorrect|wrong)\b",
        ),
        (
            Meaning.ORDER_UNKNOWN,
            rf"\b{_BAD} order(?: (?:id|number))?$|\b{_BAD} order (?:id|number)\b"
            rf"|\border(?: (?:id|number))?(?: \S+)?(?: is| was)? {_IS_BAD}\b|\bno such order\b",
        ),
        (
            Meaning.QUANTITY,
            r"\bquantity\b|\b(?:min|max|minimum|maximum|minimal|maximal) (?:order|amount|count)\b",
        ),
        (
            Meaning.LINK,
            rf"\b{_BAD} (?:target )?(?:link|url|target)\b|\b(?:link|url|target)\b.*\b{_IS_BAD}\b"
            r"|\berror link$",
        ),
        (Meaning.FIELDS, rf"\b{_BAD}\b.*\b{_INPUT}\b|\b{_INPUT}\b.*\b{_IS_BAD}\b"),
    )
)


def _words(text: str) -> str:
    """One spelling for `INVALID_API_KEY`, `invalid-api-key` and `Invalid API key.`."""
    return " ".join(re.findall(r"[^\W_]+", text[:MAX_TEXT].casefold()))


def _texts(answer: Mapping[str, object], denied: bool) -> Iterator[str]:
    yield from _sayings(answer.get("error"))
    yield from _sayings(answer.get("errors"))
    if denied or _says_no(answer):
        yield from _sayings(answer.get("message"))
        yield from _sayings(answer.get("msg"))
    # Last: a code is the poorest of sentences.
    yield from _sayings(answer.get("error_code"), depth=0)


def _sayings(value: object, depth: int = 3) -> Iterator[str]:
    """Every text in a string, a list, `{"message": …}` or `{"link": ["is invalid"]}`."""
    if isinstance(value, str):
        text = clean(value, limit=MAX_TEXT)
        if text:
            yield text
    elif depth and isinstance(value, Mapping):
        named = [value[name] for name in ("message", "msg", "text") if name in value]
        for inner in named or value.values():
            yield from _sayings(inner, depth - 1)
    elif depth and isinstance(value, list):
        for inner in value:
            yield from _sayings(inner, depth - 1)


def _codes(answer: Mapping[str, object]) -> Iterator[str]:
    error = answer.get("error")
    inner = error.get("code") if isinstance(error, Mapping) else None
    for code in (answer.get("error_code"), inner, answer.get("code")):
        if isinstance(code, str) and (text := clean(code, limit=64)):
            yield text


def _says_no(answer: Mapping[str, object]) -> bool:
    """Whether a flag of the object reports failure.

    "failed" is left out of the words: it is also what became of an order (provider.md, "status").
    """
    if answer.get("error") is True:
        return True
    flags = (answer.get(name) for name in ("success", "ok", "status"))
    return any(
        flag is False or (isinstance(flag, str) and flag.casefold() in {"error", "fail", "false"})
        for flag in flags
    )
