"""Every service that the sandbox sells is opened and asked through, and the strict Bot API server
would take each screen of it."""

from __future__ import annotations

import json
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from bot import app
from bot.app import House
from bot.conversations.dialogue import Scene
from bot.domain.catalogue import Service
from bot.domain.draft import Asking, Confirming, Filling
from bot.domain.event import Event, Origin, Person, Tap, Text
from bot.domain.fields import FieldKind
from bot.domain.session import Session
from bot.providers.client import Calls
from bot.runtime.payload import Looks, text_of
from bot.sandbox.serva import ServaServer
from bot.sandbox.telegram.html import parse_html
from bot.sandbox.telegram.markup import read_keyboard
from bot.sandbox.telegram.params import Params
from bot.screens import buttons as b
from bot.screens.screen import Screen
from bot.settings import Settings
from storage.catalogues import Entry

ANN = Origin(Person(7, "Ann", language_code="en"), 7, private=True)


@dataclass
class Paper:
    """A chat that only takes note."""

    shown: list[Screen] = field(default_factory=list)

    async def show(self, screen: Screen) -> None:
        self.shown.append(screen)

    async def show_on(self, message_id: int, screen: Screen) -> None:
        raise AssertionError("there is no card while a draft is filled in")

    async def delete(self, message_id: int) -> bool:
        return True

    async def strip(self, message_id: int) -> None:
        raise AssertionError("nothing is stripped while a draft is filled in")


@dataclass
class Shopper:
    """Ann's turns with the wired house, without Telegram."""

    house: House
    session: Session
    language: str = "en"

    async def does(self, event: Event) -> Screen:
        """One turn; its screen is what Telegram would take."""
        t = self.house.texts.of(self.language)
        scene = Scene(self.session, Paper(), t, time.time_ns() // 1_000_000)
        turn = await self.house.router.handle(event, scene)
        assert turn is not None
        assert turn.screen is not None
        self.session = turn.session
        check(turn.screen)
        return turn.screen

    async def taps(self, action: b.Action) -> Screen:
        return await self.does(Tap(ANN, 1, "tap", b.pack(action)))

    async def types(self, text: str) -> Screen:
        return await self.does(Text(ANN, 2, text))


@pytest.fixture
async def serva() -> AsyncIterator[ServaServer]:
    async with ServaServer() as server:
        yield server


@pytest.fixture
async def shopper(tmp_path: Path, serva: ServaServer) -> AsyncIterator[Shopper]:
    """Ann with a linked key and a catalogue."""
    given: dict[str, Any] = {
        "bot_token": "1:abc", "data_dir": tmp_path, "serva_api_url": serva.url,
    }  # fmt: skip
    settings = Settings(_env_file=None, **given)
    async with app.opened(settings) as (db, vault), Calls(app.monotonic) as calls:
        house = app.build(settings, db, vault, "some_bot", calls, app.Wakes())
        shopper = Shopper(house, Session(ANN.person))
        await shopper.types(serva.account(balance="1000000").key)
        await shopper.taps(b.Browse())
        yield shopper


def check(screen: Screen) -> None:
    """Refused as Telegram would refuse it."""
    payload = text_of(screen, Looks())
    text, _ = parse_html(str(payload["text"]))
    assert 1 <= len(text) <= 4096
    keyboard = read_keyboard(Params({"reply_markup": json.dumps(payload["reply_markup"])}))
    assert keyboard[-1][-1].data or keyboard[-1][-1].url


async def entries(shopper: Shopper) -> list[Entry]:
    """Everything in Ann's catalogue."""
    account = shopper.session.serva
    assert account is not None
    browse = shopper.house.router.front.browse
    found: list[Entry] = []
    for category in await browse.categories(account):
        found += (await browse.category(account, category.id, 1000, 0))[1].entries
    return found


def answer(service: Service, step: Filling) -> str | b.Action:
    """Something that the open question takes."""
    if step.asking is Asking.LINK:
        return "https://example.com/post"
    if step.asking is Asking.QUANTITY:
        return str(service.minimum)
    asked = next(entry for entry in service.fields if entry.key == step.field)
    if not asked.required:
        return b.SkipField(step.nonce, service.fields.index(asked) + service.needs_link)
    match asked.kind:
        case FieldKind.LINES:
            return "\n".join(f"line {number}" for number in range(service.minimum))
        case FieldKind.CHOICE:
            return asked.options[-1].label
        case FieldKind.NUMBER:
            return str(service.minimum)
        case FieldKind.LINK:
            return "https://example.com"
        case _:
            return "something"


async def fill_in(shopper: Shopper, entry: Entry, *, to_the_end: bool) -> None:
    """Open a service and answer what it asks: all, or all but the last question."""
    screen = await shopper.taps(b.OpenService(entry.id))
    service = entry.service
    for asked in (service.needs_link, *[True] * len(service.fields), service.asks_quantity):
        step = shopper.session.step
        if not asked:
            continue
        assert isinstance(step, Filling), screen.text
        if not to_the_end and is_last(service, step):
            return
        given = answer(service, step)
        screen = await (shopper.types(given) if isinstance(given, str) else shopper.taps(given))
        assert shopper.session.step != step, screen.text
    assert isinstance(shopper.session.step, Confirming), screen.text


def is_last(service: Service, step: Filling) -> bool:
    """Whether the confirmation would follow."""
    last = service.fields[-1].key if service.fields else ""
    if service.asks_quantity:
        return step.asking is Asking.QUANTITY
    return step.field == last if last else step.asking is Asking.LINK


def shape(service: Service) -> tuple[object, ...]:
    """What decides how a service is filled in."""
    fields = tuple((entry.kind, entry.required, entry.top_level) for entry in service.fields)
    counts = (service.asks_quantity, service.derives_quantity, service.fixed_quantity)
    return service.type, service.needs_link, fields, counts


@pytest.mark.parametrize("language", ["en", "ar"])
async def test_every_service_is_opened_and_asked_through(shopper: Shopper, language: str) -> None:
    shopper.language = language
    catalogue = await entries(shopper)
    assert len(catalogue) == 459  # and one whose name cannot be seen
    for entry in catalogue:
        await fill_in(shopper, entry, to_the_end=False)


async def test_every_shape_of_service_reaches_its_confirmation(shopper: Shopper) -> None:
    catalogue = await entries(shopper)
    shapes = {shape(entry.service): entry for entry in reversed(catalogue)}
    assert len(shapes) > 20
    for entry in shapes.values():
        await fill_in(shopper, entry, to_the_end=True)
