"""The sandbox Serva on a port of its own, in a test or as a process."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Sequence

from aiohttp import web

from bot.sandbox.catalogue import USUAL_SIZE, Good, generate
from bot.sandbox.serva.accounts import fresh_key
from bot.sandbox.serva.api import API_PATH, Serva
from bot.sandbox.serva.clock import wall_clock
from bot.sandbox.serva.control import control_routes
from bot.sandbox.serva.listening import Listening

DEMO_MISHAPS = 15
CUSTOMERS = (("regular", "25.5", "0"), ("discounted", "140", "0.1"), ("poor", "0.4", "0"))
_BARRED = (("not approved", "10", "0"), ("banned", "10", "0"), ("revoked key", "10", "0"))

_SERVA: web.AppKey[Serva] = web.AppKey("serva", Serva)


class ServaServer(Serva, Listening):
    """A Serva that listens while its `async with` lasts.

    An account made by `account()` may call `url` with its `key`; `adds`, `calls` and `orders`
    tell what came of it.
    """

    def __init__(
        self,
        *,
        port: int = 0,
        seed: int = 1,
        clock: Callable[[], int] = wall_clock,
        goods: Iterable[Good] | None = None,
        mishaps: int = 0,
    ) -> None:
        Serva.__init__(self, seed=seed, clock=clock, goods=goods, mishaps=mishaps)
        Listening.__init__(self, application(self), API_PATH, port)


def application(serva: Serva) -> web.Application:
    """The API and, beside it, the levers over HTTP."""
    app = web.Application()
    app[_SERVA] = serva
    app.on_response_prepare.append(serva.name_request)
    app.on_shutdown.append(serva.faults.on_shutdown)
    app.add_routes([*serva.routes(), *control_routes(serva)])
    return app


def build_app(seed: int = 1, size: int = USUAL_SIZE) -> web.Application:
    """A Serva for a process, with demonstration accounts, the purchase guard and mishaps on."""
    serva = Serva(seed=seed, goods=generate(size, seed), mishaps=DEMO_MISHAPS)
    serva.guard.on = True
    open_demo_accounts(serva)
    return application(serva)


def demo_accounts(app: web.Application) -> list[tuple[str, str]]:
    """What to print at start: each account's label and key, the same at every start."""
    return [(account.label, account.key) for account in app[_SERVA].accounts]


def open_demo_accounts(serva: Serva, customers: Sequence[tuple[str, str, str]] = CUSTOMERS) -> None:
    """Accounts for a demonstration: customers (label, balance, discount), and three barred."""
    rng = random.Random("serva demonstration")
    for turn, (label, balance, discount) in enumerate((*customers, *_BARRED)):
        serva.account(balance, discount, fresh_key(rng, turn), label)
    *_, disapproved, banned, revoked = serva.accounts
    serva.disapprove(disapproved)
    serva.ban(banned)
    serva.revoke(revoked)
