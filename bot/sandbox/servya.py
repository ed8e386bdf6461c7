"""A stand-in for Servya's balance check, the only documented call; one connection a key at a time.

Written from its documentation. How it words an error nobody has seen: that is a lever.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from functools import partial

from aiohttp import web

from bot.sandbox.serva.accounts import fresh_key, masked
from bot.sandbox.serva.faults import Fault, FaultBoard, FaultKind, drop, strike
from bot.sandbox.serva.levers import (
    Body,
    fault_levers,
    handler,
    shown_fault,
    text,
    whole,
)
from bot.sandbox.serva.listening import Listening

API_PATH = "/process_job.php"


class ErrorForm(StrEnum):
    """How an error is worded: `{"error": …}`, a status with a message, HTTP 4xx, or bare text."""

    ERROR = "error"
    MESSAGE = "message"
    HTTP = "4xx"
    TEXT = "text"


class CreditsForm(StrEnum):
    """How the credits are written."""

    NUMBER = "number"
    STRING = "string"


class Refusal(StrEnum):
    """What Servya does not do, in its words."""

    BAD_KEY = "Invalid API key"
    BUSY = "Only one concurrent connection is allowed"
    BAD_JOB = "Invalid job_type"


_HTTP_STATUS: dict[str, int] = {Refusal.BAD_KEY: 401, Refusal.BUSY: 429, Refusal.BAD_JOB: 400}


@dataclass(eq=False, slots=True)
class Account:
    """A customer of Servya."""

    label: str
    key: str
    credits: int
    revoked: bool = False


@dataclass(eq=False, slots=True)
class Call:
    """One request as Servya saw it; `key` is masked."""

    job_type: str
    key: str
    outcome: str = "received"
    """`received` (not acted on), `done`, or the words it was refused with."""
    fault: str = ""
    owner: Account | None = field(default=None, repr=False)
    """Whose key it is, whether or not it still works."""
    latency_ms: float | None = None
    """Until the answer was ready, or the connection cut; None while it is being made."""


class Servya:
    """Accounts and the balance check, with levers; `latency` is in seconds, for every call."""

    def __init__(self, *, seed: int = 1) -> None:
        self.accounts: list[Account] = []
        self.calls: list[Call] = []
        self.faults = FaultBoard()
        self.error_form = ErrorForm.ERROR
        self.credits_form = CreditsForm.NUMBER
        self.latency: float = 0
        self.on_call: Callable[[Call], None] = lambda _: None
        """Told of every call when it begins and when it has ended, and of what an outage cut."""
        self._keys = random.Random(f"servya keys {seed}")
        self._in_flight: set[str] = set()

    @property
    def violations(self) -> list[Call]:
        """Calls that came while another with the same key was under way."""
        return [call for call in self.calls if call.outcome == Refusal.BUSY]

    @property
    def keys(self) -> dict[str, Account]:
        """Every key, also revoked ones, and whose it is."""
        return {account.key: account for account in self.accounts}

    def account(self, credits: int = 23140, key: str | None = None, label: str = "") -> Account:
        """A new customer with this many credits and a key: `key`, or a fresh one."""
        turn = len(self.accounts)
        account = Account(
            label or f"account {turn + 1}", key or fresh_key(self._keys, turn), credits
        )
        self.accounts.append(account)
        return account

    def revoke(self, account: Account) -> None:
        """Its key is a bad key from now on."""
        account.revoked = True

    def fault(
        self,
        kind: str,
        *,
        times: int | None = 1,
        seconds: float = 0,
        error: str = "",
        body: str = "",
        entry: object = None,
    ) -> Fault:
        """Let the next `times` calls (for ever, when None) go wrong; see `FaultKind`.

        `error` is what a refuse says, `body` the text of html and junk answers, `entry` what
        stands for the credits in a rotten one.
        """
        return self.faults.put(
            Fault(
                FaultKind(kind), times=times, seconds=seconds, error=error, body=body, entry=entry
            )
        )

    def application(self) -> web.Application:
        """The API and, beside it, the levers over HTTP."""
        app = web.Application()
        app[_SERVYA] = self
        app.on_shutdown.append(self.faults.on_shutdown)
        app.add_routes([web.post(API_PATH, self._api), *self.control_routes()])
        return app

    def control_routes(self) -> list[web.RouteDef]:
        """The routes that pull the levers."""
        levers = {
            "accounts": self._open_account,
            "accounts/{label}": self._change_account,
            **fault_levers(self.faults),
        }
        return [
            web.get("/sandbox/state", handler(self._state)),
            *(web.post(f"/sandbox/{path}", handler(lever)) for path, lever in levers.items()),
        ]

    async def _api(self, request: web.Request) -> web.StreamResponse:
        if self.faults.take_outage() is not None:
            self.on_call(Call("", "", fault=FaultKind.OUTAGE, latency_ms=0))
            return drop(request)
        form = await request.post()
        key = str(form.get("apikey", "")).strip()
        call = Call(str(form.get("job_type", "")), masked(key), owner=self.keys.get(key))
        self.calls.append(call)
        self.on_call(call)
        begun = time.perf_counter()
        try:
            return await self._alone(request, call, key)
        finally:
            call.latency_ms = (time.perf_counter() - begun) * 1000
            self.on_call(call)

    async def _alone(self, request: web.Request, call: Call, key: str) -> web.StreamResponse:
        if key in self._in_flight:
            return self._refuse(call, Refusal.BUSY)
        self._in_flight.add(key)
        try:
            return await self._serve(request, call, key)
        finally:
            self._in_flight.discard(key)

    async def _serve(self, request: web.Request, call: Call, key: str) -> web.StreamResponse:
        if self.latency:
            await asyncio.sleep(self.latency)
        fault = self.faults.take(call.job_type)
        act = partial(self._act, call, key, fault)
        if fault is None:
            return act()
        call.fault = fault.kind.value
        return await strike(fault, request, act)

    def _act(self, call: Call, key: str, fault: Fault | None) -> web.Response:
        if fault is not None and fault.kind is FaultKind.REFUSE:
            return self._refuse(call, fault.error)
        account = next((a for a in self.accounts if a.key == key and not a.revoked), None)
        if account is None:
            return self._refuse(call, Refusal.BAD_KEY)
        if call.job_type != "check_balance":
            return self._refuse(call, Refusal.BAD_JOB)
        call.outcome = "done"
        if fault is not None and fault.kind is FaultKind.ROTTEN:
            return web.json_response({"credits": fault.entry})
        written = self.credits_form == CreditsForm.STRING
        return web.json_response({"credits": str(account.credits) if written else account.credits})

    def _refuse(self, call: Call, words: str) -> web.Response:
        call.outcome = str(words)
        match self.error_form:
            case ErrorForm.TEXT:
                return web.Response(text=words)
            case ErrorForm.MESSAGE:
                return web.json_response({"status": "error", "message": words})
            case ErrorForm.HTTP:
                return web.json_response({"error": words}, status=_HTTP_STATUS.get(words, 400))
            case ErrorForm.ERROR:
                return web.json_response({"error": words})

    def _state(self, _request: web.Request, _body: Body) -> object:
        return {
            "accounts": [shown_account(account) for account in self.accounts],
            "calls": [
                {"job_type": c.job_type, "key": c.key, "outcome": c.outcome, "fault": c.fault}
                for c in self.calls
            ],
            "violations": len(self.violations),
            "faults": [shown_fault(fault) for fault in self.faults.waiting],
        }

    def _open_account(self, _request: web.Request, body: Body) -> object:
        credits = whole(body, "credits")
        return shown_account(
            self.account(
                23140 if credits is None else credits,
                text(body, "key") or None,
                text(body, "label"),
            )
        )

    def _change_account(self, request: web.Request, body: Body) -> object:
        accounts = {account.label: account for account in self.accounts}
        account = accounts[request.match_info["label"]]
        credits = whole(body, "credits")
        account.credits = account.credits if credits is None else credits
        account.revoked = bool(body.get("revoked", account.revoked))
        return shown_account(account)


_SERVYA: web.AppKey[Servya] = web.AppKey("servya", Servya)


class ServyaServer(Servya, Listening):
    """A Servya that listens while its `async with` lasts; `port` 0 takes a free one."""

    def __init__(self, *, port: int = 0, seed: int = 1) -> None:
        Servya.__init__(self, seed=seed)
        Listening.__init__(self, self.application(), API_PATH, port)


def build_app(seed: int = 1) -> web.Application:
    """A Servya for a process, with a demonstration account."""
    servya = Servya(seed=seed)
    servya.account(23140, fresh_key(random.Random("servya demonstration"), 0), "regular")
    return servya.application()


def demo_accounts(app: web.Application) -> list[tuple[str, str]]:
    """What to print at start: each account's label and key, the same at every start."""
    return [(account.label, account.key) for account in app[_SERVYA].accounts]


def shown_account(account: Account) -> Body:
    """What the state page tells of an account, its key too."""
    return {
        "label": account.label,
        "key": account.key,
        "credits": account.credits,
        "revoked": account.revoked,
    }
