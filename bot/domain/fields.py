"""The inputs a service wants, read from any shape a provider gives them, and the answers to them.

Decides which answers are acceptable; asks nothing and has no words for people.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from bot.domain.links import parse_link
from bot.domain.numbers import western_digits
from bot.domain.text import clean, fold


class FieldKind(StrEnum):
    """What an answer to a field looks like."""

    TEXT = "text"
    LINES = "lines"  # several lines; each non-empty one counts
    NUMBER = "number"
    CHOICE = "choice"  # one of the options
    LINK = "link"


@dataclass(frozen=True, slots=True)
class Option:
    """One answer to a CHOICE. `value` is the provider's, sent as it came; `label` is shown."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class Field:
    """One input of a service.

    `key` is the provider's own spelling. `top_level` inputs go beside `quantity` in `add`, all
    others into its `fields`. Only a CHOICE has options, and it has at least one.
    """

    key: str
    label: str
    kind: FieldKind
    placeholder: str = ""
    required: bool = True
    options: tuple[Option, ...] = ()
    top_level: bool = False


class FieldProblem(StrEnum):
    """Why an answer cannot be taken."""

    EMPTY = "empty"
    SEVERAL_LINES = "several_lines"  # one line is wanted
    TOO_LONG = "too_long"
    NOT_A_NUMBER = "not_a_number"
    NOT_AN_OPTION = "not_an_option"
    NOT_A_LINK = "not_a_link"


MAX_ANSWER = 1000
MAX_LINES_ANSWER = 100_000

_MAX_KEY = 256
_MAX_LABEL = 80
_MAX_PLACEHOLDER = 160
_MAX_OPTIONS = 300
# Lists in lists and JSON in JSON deeper than this are nobody's field schema.
_MAX_DEPTH = 4

_NAMES = ("key", "fieldname", "name", "label")
_LABELS = ("label", "name", "fieldname", "key")
_TYPES = ("type", "fieldtype")
_OPTIONS = ("options", "fieldoptions")
_ATTRIBUTES = frozenset({*_NAMES, *_TYPES, *_OPTIONS, "placeholder", "required"})

_KINDS: Mapping[str, FieldKind] = {
    word: kind
    for kind, words in {
        FieldKind.TEXT: "text string str input email password tel phone",
        FieldKind.LINES: "textarea multiline lines list bulk longtext",
        FieldKind.NUMBER: "number numeric int integer",
        FieldKind.CHOICE: "select dropdown radio choice options enum",
        FieldKind.LINK: "url link uri",
    }.items()
    for word in words.split()
}


def fields_from(raw: object) -> tuple[Field, ...]:
    """Read the `fields` of a service row; junk is left out, and nothing raises.

    Entry forms (seen in public clients, and in the v2 family): a string; an object with `key`,
    `name`, `label` or `fieldname`; an object keyed by field name; JSON text of any of these. An
    unknown type becomes TEXT and an unreadable `required` means yes: better a question too many
    than an order without its input.
    """
    found: dict[str, Field] = {}
    for entry in _entries(raw, listed=False):
        if field := _field(entry):
            found.setdefault(field.key, field)
    return tuple(found.values())


def v2_fields(type_: str) -> tuple[Field, ...]:
    """Return the extra inputs that a v2 service type takes beside link and quantity."""
    return _V2_FIELDS.get(bare(type_), ())


def bare(text: str) -> str:
    """Return only the letters and digits, case folded, so that "Per_1000" is "per 1000"."""
    return "".join(character for character in text.casefold() if character.isalnum())


def scalar(value: object) -> str:
    """Return a single JSON value as text; "" for null and for anything that has parts."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int):
        # Python refuses to write out more digits than 4300, and nobody means that many.
        return str(value) if value.bit_length() <= 128 else ""
    return str(value) if isinstance(value, Decimal) else ""


def flag(value: object) -> bool | None:
    """Read yes or no from a boolean, a number or a word; None where it says neither."""
    if isinstance(value, bool):
        return value
    return _FLAGS.get(bare(scalar(value)))


_FLAGS: Mapping[str, bool] = {
    **dict.fromkeys(("1", "true", "yes", "y", "on", "required"), True),
    **dict.fromkeys(("0", "false", "no", "n", "off", "optional"), False),
}


def _v2(key: str, label: str, kind: FieldKind = FieldKind.TEXT, *, required: bool = True) -> Field:
    return Field(key, label, kind, required=required, top_level=True)


_USERNAMES = _v2("usernames", "Usernames", FieldKind.LINES)
_USERNAME = _v2("username", "Username")
_COMMENTS = _v2("comments", "Comments", FieldKind.LINES)

# The conventions of the wider v2 family, where `posts` may be left out. Here it may not: without
# it nobody could say what a subscription costs.
_V2_FIELDS: Mapping[str, tuple[Field, ...]] = {
    "seo": (_v2("keywords", "Keywords", FieldKind.LINES),),
    "customcomments": (_COMMENTS,),
    "customcommentspackage": (_COMMENTS,),
    "mentionswithhashtags": (_USERNAMES, _v2("hashtags", "Hashtags", FieldKind.LINES)),
    "mentionscustomlist": (_USERNAMES,),
    "mentionshashtag": (_v2("hashtag", "Hashtag"),),
    "mentionsuserfollowers": (_USERNAME,),
    "commentlikes": (_USERNAME,),
    "poll": (_v2("answer_number", "Answer number", FieldKind.NUMBER),),
    "subscriptions": (
        _USERNAME,
        _v2("min", "Least per post", FieldKind.NUMBER),
        _v2("max", "Most per post", FieldKind.NUMBER),
        _v2("posts", "Number of posts", FieldKind.NUMBER),
        _v2("delay", "Delay in minutes", FieldKind.NUMBER),
        _v2("expiry", "Last day", required=False),
    ),
}


def _entries(
    raw: object, *, listed: bool, depth: int = _MAX_DEPTH
) -> Iterator[Mapping[object, object]]:
    """Every description of a field in `raw`, each as an object that names its field."""
    raw = _unpacked(raw)
    if isinstance(raw, str):
        yield {"key": raw}
    elif isinstance(raw, Mapping):
        if _describes_one(raw, listed=listed):
            yield raw
        else:
            yield from map(_keyed, raw.keys(), raw.values())
    elif isinstance(raw, list | tuple) and depth:
        for item in raw:
            yield from _entries(item, listed=True, depth=depth - 1)


def _describes_one(entry: Mapping[object, object], *, listed: bool) -> bool:
    """Tell `{"name": "player_id", "type": "text"}` from `{"name": "Name", "email": "E-mail"}`.

    In a list, whatever has an attribute is one field; alone, its other members must be known too.
    """
    known = {name for name in _ATTRIBUTES & entry.keys() if not isinstance(entry[name], Mapping)}
    if listed or entry.keys() <= _ATTRIBUTES:
        return bool(known)
    return len(known) > 1 and any(_key(entry.get(name)) for name in _NAMES)


def _keyed(key: object, value: object) -> Mapping[object, object]:
    """One member of an object that is keyed by field name."""
    value = _unpacked(value)
    name = scalar(key)
    if name.isdecimal() and isinstance(value, str | Mapping):
        # A list with holes, as PHP writes it: the keys are positions.
        inner = {"key": value} if isinstance(value, str) else value
        if any(_key(inner.get(attribute)) for attribute in _NAMES):
            return inner
    if isinstance(value, Mapping):
        return {**value, "key": key}
    if isinstance(value, str):
        is_type = bare(value) in _KINDS and bare(value) != bare(name)
        return {"key": key, "type" if is_type else "label": value}
    if isinstance(value, list | tuple):
        return {"key": key, "options": value}
    return {"key": key, "required": value}


def _field(entry: Mapping[object, object]) -> Field | None:
    key = next(filter(None, (_key(entry.get(name)) for name in _NAMES)), "")
    if not key:
        return None
    declared = next(
        (_KINDS[word] for name in _TYPES if (word := bare(scalar(entry.get(name)))) in _KINDS),
        FieldKind.TEXT,
    )
    options = () if declared is FieldKind.LINES else _options(entry)
    if options:
        declared = FieldKind.CHOICE
    elif declared is FieldKind.CHOICE:
        declared = FieldKind.TEXT
    return Field(
        key,
        _label(entry, key),
        declared,
        clean(scalar(entry.get("placeholder")), limit=_MAX_PLACEHOLDER),
        flag(entry.get("required")) is not False,
        options,
    )


def _key(value: object) -> str:
    """A name that can be sent back exactly as it came, or empty."""
    text = "" if isinstance(value, bool | Decimal) else scalar(value)
    return text if text.strip() and len(text) <= _MAX_KEY and _is_unicode(text) else ""


def _label(entry: Mapping[object, object], key: str) -> str:
    for name in _LABELS:
        text = scalar(entry.get(name))
        if text != key and (label := clean(text, limit=_MAX_LABEL)):
            return label
    spaced = key.replace("_", " ").strip()
    return clean(spaced[:1].upper() + spaced[1:], limit=_MAX_LABEL) or "?"


def _options(entry: Mapping[object, object]) -> tuple[Option, ...]:
    """The readable options; () where there are none, or more than anybody could tap through."""
    raw = _unpacked(next(filter(None, map(entry.get, _OPTIONS)), None))
    pairs: Iterable[tuple[str, str]] = ()
    if isinstance(raw, str):
        pairs = ((part.strip(), part) for part in raw.split(","))
    elif isinstance(raw, Mapping):
        pairs = ((scalar(value), _option_label(label)) for value, label in raw.items())
    elif isinstance(raw, list | tuple):
        pairs = map(_option_pair, raw)
    found: dict[str, Option] = {}
    for value, label in pairs:
        shown = clean(label, limit=_MAX_LABEL) or clean(value, limit=_MAX_LABEL)
        if shown and _key(value):
            found.setdefault(value, Option(value, shown))
    return tuple(found.values()) if len(found) <= _MAX_OPTIONS else ()


def _option_pair(item: object) -> tuple[str, str]:
    if not isinstance(item, Mapping):
        return scalar(item), scalar(item)
    label = _option_label(item)
    value = next(filter(None, (scalar(item.get(name)) for name in ("value", "key", "id"))), label)
    return value, label


def _option_label(item: object) -> str:
    if not isinstance(item, Mapping):
        return scalar(item)
    names = ("label", "name", "text", "title", "value")
    return next(filter(None, (scalar(item.get(name)) for name in names)), "")


def _unpacked(value: object) -> object:
    """The value inside JSON text; text that is not JSON is a name, unless it starts like JSON."""
    for _ in range(_MAX_DEPTH):
        if not isinstance(value, str) or value.strip()[:1] not in _JSON_STARTS:
            break
        try:
            inner = json.loads(value, parse_float=Decimal)
        except (ValueError, RecursionError, ArithmeticError):
            return None if value.strip()[:1] in '[{"' else value
        if isinstance(inner, int | Decimal) and not isinstance(inner, bool):
            break
        value = inner
    return value


_JSON_STARTS = frozenset('[{"ntf')


def _is_unicode(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def field_problem(field: Field, text: str) -> FieldProblem | None:
    """Return what is wrong with an answer; None where `accept` takes it."""
    answer = _read(field, text)
    return answer if isinstance(answer, FieldProblem) else None


def accept(field: Field, text: str) -> str:
    """Return the answer as it is sent: one value, or lines joined by newlines.

    "" where an optional field is skipped. ValueError where there is a field problem.
    """
    answer = _read(field, text)
    if isinstance(answer, FieldProblem):
        raise ValueError(answer.value)
    return answer


def single_line_required(fields: Sequence[Field]) -> tuple[Field, ...]:
    """Return the fields that `split_values` fills, in order."""
    return tuple(f for f in fields if f.required and f.kind is not FieldKind.LINES)


def split_values(fields: Sequence[Field], text: str) -> tuple[str, ...] | None:
    """Take several answers pasted at once, one a line, for the fields that are still open.

    Returns one unchecked answer for each of `single_line_required(fields)`, or None unless there
    are at least two of those and exactly as many non-empty lines. An open multi-line question
    keeps its lines.
    """
    wanted = single_line_required(fields)
    if len(wanted) < 2 or fields[0].kind is FieldKind.LINES:
        return None
    lines = answer_lines(text)
    return tuple(lines) if len(lines) == len(wanted) else None


def answer_lines(text: str) -> list[str]:
    """Return the non-empty lines of an answer, as they can be seen: what is counted and sent."""
    # The limit is out of reach of what `_read` lets through: an answer is refused, never cut.
    lines = (clean(line, limit=4 * MAX_LINES_ANSWER) for line in text.splitlines())
    return [line for line in lines if line]


def _read(field: Field, text: str) -> str | FieldProblem:
    if len(text) > MAX_LINES_ANSWER:
        return FieldProblem.TOO_LONG
    lines = answer_lines(text)
    if not lines:
        return FieldProblem.EMPTY if field.required else ""
    if field.kind is FieldKind.LINES:
        return "\n".join(lines)
    if field.kind is FieldKind.CHOICE:
        return _read_choice(field, text)
    if len(lines) > 1:
        return FieldProblem.SEVERAL_LINES
    line = lines[0]
    if len(line) > MAX_ANSWER:
        return FieldProblem.TOO_LONG
    match field.kind:
        case FieldKind.NUMBER:
            return _read_number(line)
        case FieldKind.LINK:
            link = parse_link(line)
            return link.url if link else FieldProblem.NOT_A_LINK
        case _:
            return line


def _read_choice(field: Field, text: str) -> str | FieldProblem:
    if any(option.value == text for option in field.options):
        return text
    wanted = fold(text).strip()
    fitting = {
        option.value
        for option in field.options
        if wanted in (fold(option.value).strip(), fold(option.label).strip())
    }
    return fitting.pop() if len(fitting) == 1 else FieldProblem.NOT_AN_OPTION


_GROUPED = re.compile(r"[1-9][0-9]{0,2}([,. ])[0-9]{3}(?:\1[0-9]{3})*")
_NUMBER = re.compile(r"\+?[0-9]+(?:\.[0-9]+)?")


def _read_number(line: str) -> str | FieldProblem:
    """Plain digits, leading zeros and "+" kept (it may be an id), with at most a decimal point.

    "1.000" is a thousand here as it is where a quantity is typed.
    """
    text = western_digits(line).replace("٬", ",").replace("٫", ".")
    if _GROUPED.fullmatch(text):
        text = re.sub("[,. ]", "", text)
    return text if _NUMBER.fullmatch(text) else FieldProblem.NOT_A_NUMBER
