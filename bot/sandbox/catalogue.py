"""What the sandbox Serva sells: Arabic-first goods in every shape a panel serves; no accounts.

Prices are the panel's list prices in dollars. `catalogue()` is the shop of a mid-sized panel,
`generate()` grows it to the size of the largest.
"""

from __future__ import annotations

import itertools
import json
import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_UP, Decimal
from enum import StrEnum
from functools import cache

from bot.sandbox import goods

USUAL_SIZE = 460
MORE_CATEGORIES = 262


class Unit(StrEnum):
    """What a rate is the price of."""

    PER_1000 = "per_1000"
    PER_ITEM = "per_item"
    FLAT = "flat"


@dataclass(frozen=True, slots=True)
class Good:
    """One thing for sale. `raw_fields` and `extras` are what the API shows, as JSON values."""

    code: str
    name: str
    category: str
    type: str
    rate: Decimal
    minimum: int
    maximum: int
    unit: Unit
    inputs: tuple[goods.Input, ...] = ()
    raw_fields: object = field(default_factory=list)
    extras: Mapping[str, object] = field(default_factory=dict)

    @property
    def needs_link(self) -> bool:
        told = self.extras.get("link_required")
        if isinstance(told, bool):
            return told
        return not self.inputs and self.type != "Subscriptions"

    def row(self, rate: Decimal) -> dict[str, object]:
        """Its entry in the answer to `services`, at somebody's `rate`."""
        return {
            "service": self.code,
            "name": self.name,
            "category": self.category,
            "type": self.type,
            "rate": plain(rate),
            "min": self.minimum,
            "max": self.maximum,
            "fields": self.raw_fields,
            **self.extras,
        }


def plain(amount: Decimal) -> str:
    """A decimal as Serva writes it: no exponent, no trailing zeros ("25.5")."""
    return format(amount.normalize(), "f")


@cache
def catalogue() -> tuple[Good, ...]:
    """The usual shop: some 460 goods in 38 categories, the documentation's two among them."""
    return (*_examples(), *_numbered(_social(), 1300), *_numbered(_others(), 5200))


@cache
def generate(count: int, seed: int = 1) -> tuple[Good, ...]:
    """The usual shop, cut or grown to `count` goods; at 5,000 and more there are 300 categories."""
    rng = random.Random(seed)
    grown = _numbered(_endless(rng), 20_000)
    return tuple(itertools.islice(itertools.chain(catalogue(), grown), count))


@dataclass(frozen=True, slots=True)
class _Draft:
    """A good that has no number yet."""

    arabic: str
    english: str
    category: str
    rate: Decimal
    minimum: int
    maximum: int
    type: str = "Default"
    inputs: tuple[goods.Input, ...] = ()
    marks: Mapping[str, object] = field(default_factory=dict)
    plain_name: bool = False


def _examples() -> tuple[Good, ...]:
    """The two goods that the documentation uses, 1234 exactly as it is shown there."""
    players = goods.PLAYER_AND_SERVER
    return (
        Good(
            "1234", "Instagram Followers", "Instagram", "Default",
            Decimal("0.89"), 100, 100_000, Unit.PER_1000,
        ),
        Good(
            "7788", "Mobile Legends 86 Diamonds", goods.GAMES_CATEGORY, "Default",
            Decimal("1.45"), 1, 1, Unit.PER_ITEM, players, _objects(players),
        ),
    )  # fmt: skip


def _numbered(drafts: Iterator[_Draft], first: int) -> Iterator[Good]:
    """Give codes and looks; codes have gaps, a few are no numbers."""
    for turn, draft in enumerate(drafts):
        number = first + turn * 3 + turn % 2
        code = f"{draft.type[:2].upper()}-{number}" if turn % 53 == 52 else str(number)
        yield _good(draft, code, turn)


def _good(draft: _Draft, code: str, turn: int) -> Good:
    unit = _unit(draft)
    return Good(
        code,
        draft.arabic if draft.plain_name else _name(draft, turn),
        draft.category,
        draft.type,
        draft.rate,
        draft.minimum,
        draft.maximum,
        unit,
        draft.inputs,
        _shaped(draft.inputs, turn) if draft.inputs else [],
        {**_languages(draft, turn), **_hints(draft, unit, turn), **draft.marks},
    )


def _unit(draft: _Draft) -> Unit:
    if "Package" in draft.type:
        return Unit.FLAT
    return Unit.PER_ITEM if draft.inputs else Unit.PER_1000


def _name(draft: _Draft, turn: int) -> str:
    if turn % 11 == 3:
        return f"{draft.arabic} | {bold(draft.english)}"
    if turn % 7 == 2:
        return f"{goods.EMOJI[turn % len(goods.EMOJI)]} {draft.arabic}"
    return draft.arabic


def _languages(draft: _Draft, turn: int) -> dict[str, object]:
    if turn % 5 == 4 or draft.plain_name:
        return {}
    return {"name_ar": draft.arabic, "name_en": draft.english}


def _hints(draft: _Draft, unit: Unit, turn: int) -> dict[str, object]:
    """Members that only some rows have, as in panels that grew over years."""
    hints: dict[str, object] = {}
    lines = any(i.kind == "textarea" for i in draft.inputs)
    if turn % 3 == 0 and draft.type == "Default":
        hints["link_required"] = not draft.inputs
        hints["has_quantity"] = draft.maximum > draft.minimum and not lines
    if turn % 4 == 1:
        hints["pricing_type"] = unit.value
    if turn % 6 == 5:
        hints["image"] = f"https://cdn.example.com/services/{turn}.png"
    if turn % 8 == 6:
        key = "desc" if turn % 16 == 6 else "description"
        hints[key] = goods.DESCRIPTIONS[turn // 8 % len(goods.DESCRIPTIONS)]
    return hints


def bold(text: str) -> str:
    """Latin letters and digits as Unicode mathematical bold, which panels use for headlines."""
    return text.translate(_BOLD)


_BOLD = {
    **{ord("A") + i: 0x1D5D4 + i for i in range(26)},
    **{ord("a") + i: 0x1D5EE + i for i in range(26)},
    **{ord("0") + i: 0x1D7EC + i for i in range(10)},
}


def _social() -> Iterator[_Draft]:
    for shelf, (category, things) in enumerate(goods.SOCIAL.items()):
        for thing in things:
            grades = itertools.islice(itertools.cycle(goods.GRADES), shelf, shelf + thing.grades)
            yield from (_graded(category, thing, grade) for grade in grades)


def _graded(category: str, thing: goods.Thing, grade: goods.Grade) -> _Draft:
    return _Draft(
        f"{thing.arabic} | {grade.arabic}",
        f"{thing.english} | {grade.english}",
        category,
        (Decimal(thing.rate) * Decimal(grade.factor)).quantize(Decimal("0.0001"), ROUND_UP),
        thing.minimum,
        thing.maximum,
        thing.type,
        marks=grade.marks,
    )


def _others() -> Iterator[_Draft]:
    yield from _top_ups()
    for category, items in goods.MANUAL.items():
        for item in items:
            yield _Draft(
                item.arabic, item.english, category, Decimal(item.rate),
                item.minimum, item.maximum, inputs=item.inputs, marks=item.marks,
            )  # fmt: skip
    for name, english in goods.HOSTILE:
        yield _Draft(
            name, english, goods.HOSTILE_CATEGORY, Decimal("0.35"), 10, 5000, plain_name=True
        )


def _top_ups() -> Iterator[_Draft]:
    for game in goods.GAMES:
        for pack in game.packs:
            yield _Draft(
                f"{game.arabic} | {pack.arabic}", f"{game.english} {pack.english}", game.category,
                Decimal(pack.rate), 1, 1, inputs=game.inputs,
            )  # fmt: skip


def _endless(rng: random.Random) -> Iterator[_Draft]:
    """Ever more goods: the things of the usual shop, in a category for each country."""
    things = {
        what: [t for shelf in goods.SOCIAL.values() for t in shelf if what in t.arabic]
        for what in goods.RANGES
    }
    shelves = [(place, what) for what in goods.RANGES for place in goods.PLACES][:MORE_CATEGORIES]
    for (place_ar, place_en), what in itertools.cycle(shelves):
        thing, grade = rng.choice(things[what]), rng.choice(goods.GRADES)
        base = _graded(f"{what} | {place_ar}", thing, grade)
        yield _Draft(
            f"{base.arabic} | {place_ar}",
            f"{base.english} | {place_en}",
            base.category,
            (base.rate * rng.randint(50, 400) / 100).quantize(Decimal("0.0001"), ROUND_UP),
            base.minimum,
            base.maximum,
            base.type,
            marks=base.marks,
        )


Shape = Callable[[tuple[goods.Input, ...]], object]
"""A way to write manual fields as a JSON value."""


def _objects(inputs: tuple[goods.Input, ...]) -> object:
    return [
        {
            "key": i.key,
            "label": i.label,
            "type": i.kind,
            "placeholder": i.placeholder,
            "required": i.required,
            **({"options": [{"value": v, "label": t} for v, t in i.options]} if i.options else {}),
        }
        for i in inputs
    ]


def _named(inputs: tuple[goods.Input, ...]) -> object:
    return [
        {
            "name": i.key,
            "label": i.label,
            "type": i.kind,
            **({} if i.required else {"required": 0}),
            **({"options": ",".join(v for v, _ in i.options)} if i.options else {}),
        }
        for i in inputs
    ]


def _fieldnames(inputs: tuple[goods.Input, ...]) -> object:
    return [
        {
            "fieldname": i.key,
            "type": i.kind,
            "required": "1" if i.required else "0",
            **({"options": dict(i.options)} if i.options else {}),
        }
        for i in inputs
    ]


def _mapping(inputs: tuple[goods.Input, ...]) -> object:
    return {
        i.key: {
            "label": i.label,
            "type": i.kind,
            "required": i.required,
            **({"options": [v for v, _ in i.options]} if i.options else {}),
        }
        for i in inputs
    }


def _json_of(shape: Shape) -> Shape:
    return lambda inputs: json.dumps(shape(inputs), ensure_ascii=False)


def _labelled(inputs: tuple[goods.Input, ...]) -> object:
    return [{"label": i.key} for i in inputs]


def _strings(inputs: tuple[goods.Input, ...]) -> object:
    return [i.key for i in inputs]


_SHAPES: tuple[Shape, ...] = (
    _objects,
    _named,
    _fieldnames,
    _mapping,
    _json_of(_objects),
    _json_of(_mapping),
)
_BARE_SHAPES: tuple[Shape, ...] = (_strings, _labelled, _json_of(_strings))


def _shaped(inputs: tuple[goods.Input, ...], turn: int) -> object:
    """Plain text inputs may come as bare names; what has a kind or options needs an object."""
    bare = all(i.kind == "text" and i.required for i in inputs)
    shapes = _SHAPES + _BARE_SHAPES if bare else _SHAPES
    return shapes[turn % len(shapes)](inputs)
