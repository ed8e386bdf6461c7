"""The sandbox Serva as clients see it: one URL, its actions, JSON answers; prices nothing."""

from __future__ import annotations

import asyncio
import json
import random
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from functools import partial

from aiohttp import web

from bot.sandbox.catalogue import Good, plain
from bot.sandbox.serva.accounts import Account, masked
from bot.sandbox.serva.aftercare import Aftercare
from bot.sandbox.serva.clock import wall_clock
from bot.sandbox.serva.faults import Fault, FaultBoard, FaultKind, drop, strike
from bot.sandbox.serva.orders import Order, Spelling, spelled
from bot.sandbox.serva.panel import Panel
from bot.sandbox.serva.refusals import ErrorForm, Refusal, RefusalError, error_body, error_status

API_PATH = "/api/v1"
REQUEST_ID = "x-serva-request-id"
BATCH_LIMIT = 100

_ID: web.RequestKey[str] = web.RequestKey("request_id", str)


class BatchForm(StrEnum):
    """The shape of a batch answer: keyed by order id, or a list whose entries have `order`."""

    OBJECT = "object"
    LIST = "list"


class CountForm(StrEnum):
    """How `start_count` and `remains` are written."""

    INT = "int"
    STRING = "string"
    EMPTY = "empty"
    WORD = "word"


class LimitForm(StrEnum):
    """How `min` and `max` are written."""

    INT = "int"
    STRING = "string"


@dataclass(slots=True)
class Forms:
    """How answers look where the documentation leaves it open; at first as it shows them."""

    error: ErrorForm = ErrorForm.CODE
    status: Spelling = Spelling.SEED
    batch: BatchForm = BatchForm.OBJECT
    counts: CountForm = CountForm.INT
    limits: LimitForm = LimitForm.INT


@dataclass(eq=False, slots=True)
class Call:
    """One request as Serva saw it, without its key."""

    at: int
    request_id: str
    action: str
    key: str
    """Masked."""
    params: dict[str, object]
    account: str = ""
    outcome: str = "received"
    """`received` (not acted on), `done`, or the error it was refused with."""
    fault: str = ""
    order: Order | None = field(default=None, repr=False)
    """What an accepted `add` made."""
    owner: Account | None = field(default=None, repr=False)
    """Whose key it is or was, whether or not it still works."""
    latency_ms: float | None = None
    """Until the answer was ready, or the connection cut; None while it is being made."""


class Serva(Panel):
    """A panel that answers HTTP; `app()` makes the handlers, somebody else listens.

    `latency` is in seconds, for every call.
    """

    def __init__(
        self,
        *,
        seed: int = 1,
        clock: Callable[[], int] = wall_clock,
        goods: Iterable[Good] | None = None,
        mishaps: int = 0,
    ) -> None:
        super().__init__(seed=seed, clock=clock, goods=goods, mishaps=mishaps)
        self.calls: list[Call] = []
        self.faults = FaultBoard()
        self.forms = Forms()
        self.aftercare = Aftercare(self)
        self.latency: float = 0
        self.on_call: Callable[[Call], None] = lambda _: None
        """Told of every call when it begins and when it has ended, and of what an outage cut."""
        self._request_ids = random.Random(f"requests {seed}")
        self._shelves: dict[tuple[object, ...], str] = {}

    @property
    def adds(self) -> list[Call]:
        """Every `add` that arrived, accepted or not."""
        return [call for call in self.calls if call.action == "add"]

    def fault(
        self,
        kind: str,
        action: str = "",
        *,
        times: int | None = 1,
        seconds: float = 0,
        accepting: bool = True,
        error: str = "",
        body: str = "",
        ids: Iterable[str] = (),
        entry: object = None,
    ) -> Fault:
        """Let the next `times` calls of `action` (any, when empty; for ever, when None) go wrong.

        `seconds` is for slow. `accepting` tells whether an answer is spoilt after the action was
        done. `error` is for refuse: a code of `Refusal`, or any other text. `body` replaces the
        text of html and junk answers. `ids` and `entry` are for rotten: which entries of a status
        answer (all, when empty), and what stands there instead.
        """
        return self.faults.put(
            Fault(
                FaultKind(kind), action, times, seconds, accepting, error, body, tuple(ids), entry
            )
        )

    def routes(self) -> list[web.RouteDef]:
        return [
            web.route(method, path, self._api)
            for method in ("POST", "GET")
            for path in (API_PATH, f"{API_PATH}/")
        ]

    async def name_request(self, request: web.Request, response: web.StreamResponse) -> None:
        """Put the request id on an answer; every answer has one, also a 404."""
        response.headers[REQUEST_ID] = request.get(_ID) or self._request_id()

    async def _api(self, request: web.Request) -> web.StreamResponse:
        if self.faults.take_outage() is not None:
            self.on_call(Call(self.clock(), "", "", "", {}, fault=FaultKind.OUTAGE, latency_ms=0))
            return drop(request)
        params = await _read_params(request)
        key = _read_key(request, params)
        call = self._record(request, key, params)
        self.on_call(call)
        begun = time.perf_counter()
        try:
            return await self._serve(request, call, key)
        finally:
            call.latency_ms = (time.perf_counter() - begun) * 1000
            self.on_call(call)

    async def _serve(self, request: web.Request, call: Call, key: str) -> web.StreamResponse:
        if self.latency:
            await asyncio.sleep(self.latency)
        fault = self.faults.take(call.action)
        act = partial(self._act, call, key, fault)
        if fault is None:
            return act()
        call.fault = fault.kind.value
        return await strike(fault, request, act)

    def _record(self, request: web.Request, key: str, params: dict[str, object]) -> Call:
        request[_ID] = self._request_id()
        action = str(params.pop("action", ""))
        owner = self.keys.get(key)
        call = Call(self.clock(), request[_ID], action, masked(key), params, owner=owner)
        self.calls.append(call)
        return call

    def _request_id(self) -> str:
        return f"req_{self._request_ids.getrandbits(96):024x}"

    def _act(self, call: Call, key: str, fault: Fault | None) -> web.Response:
        if fault is not None and fault.kind is FaultKind.REFUSE:
            return self._refuse(call, fault.error or Refusal.INVALID_ACTION)
        try:
            answer = self._answer(call, key, fault)
        except RefusalError as refused:
            return self._refuse(call, refused.refusal)
        call.outcome = "done"
        return web.Response(text=answer, content_type="application/json")

    def _refuse(self, call: Call, error: str) -> web.Response:
        call.outcome = str(error)
        if error not in Refusal.__members__:
            return web.json_response({"error": error})
        refusal, form = Refusal[error], self.forms.error
        return web.json_response(error_body(refusal, form), status=error_status(refusal, form))

    def _answer(self, call: Call, key: str, fault: Fault | None) -> str:
        account = self.sign_in(key)
        call.account = account.label
        match call.action:
            case "balance":
                return json.dumps({"balance": plain(account.balance), "currency": "USD"})
            case "services":
                return self._shelf(account)
            case "add":
                return self._added(call, account)
            case "status":
                return json.dumps(self._statuses(account, call.params, fault))
            case "cancel":
                return json.dumps(self.aftercare.cancel(account, call.params))
            case "refill":
                return json.dumps(self.aftercare.refill(account, call.params))
            case "refill_status":
                return json.dumps(self.aftercare.refill_status(account, call.params))
            case _:
                raise RefusalError(Refusal.INVALID_ACTION)

    def _added(self, call: Call, account: Account) -> str:
        order = self.add(account, call.params)
        call.order = order
        return json.dumps(
            {
                "order": order.id,
                "charge": plain(order.paid),
                "currency": "USD",
                "balance": plain(account.balance),
            }
        )

    def _shelf(self, account: Account) -> str:
        """The catalogue as this account sees it, written once for all with the same discount."""
        key = (self.edition, account.discount, self.forms.limits)
        if key not in self._shelves:
            rows = self.rows(account)
            if self.forms.limits == LimitForm.STRING:
                rows = [{**row, "min": str(row["min"]), "max": str(row["max"])} for row in rows]
            self._shelves[key] = json.dumps(rows)
        return self._shelves[key]

    def _statuses(self, account: Account, params: dict[str, object], fault: Fault | None) -> object:
        batch = [part.strip() for part in str(params.get("orders", "")).split(",") if part.strip()]
        if len(batch) > BATCH_LIMIT:
            raise RefusalError(Refusal.TOO_MANY_ORDERS)
        if not batch:
            order_id = str(params.get("order", "")).strip()
            entry = self._report(self.find(account, order_id))
            return _rotten({order_id: entry}, fault)[order_id]
        entries = _rotten({id_: self._entry(account, id_) for id_ in batch}, fault)
        if self.forms.batch == BatchForm.OBJECT:
            return entries
        return [
            {"order": id_, **entry} if isinstance(entry, dict) else entry
            for id_, entry in entries.items()
        ]

    def _entry(self, account: Account, order_id: str) -> object:
        try:
            return self._report(self.find(account, order_id))
        except RefusalError as refused:
            return error_body(refused.refusal, ErrorForm.SENTENCE)

    def _report(self, order: Order) -> dict[str, object]:
        return {
            "charge": plain(order.charge),
            "start_count": self._count(order.start_count),
            "status": order.word or spelled(order.status, self.forms.status),
            "remains": self._count(order.remains),
            "currency": "USD",
        }

    def _count(self, count: int | None) -> object:
        match self.forms.counts:
            case CountForm.STRING:
                return None if count is None else str(count)
            case CountForm.EMPTY:
                return "" if count is None else count
            case CountForm.WORD:
                return "n/a" if count is None else f"{count} left"
            case _:
                return count


async def _read_params(request: web.Request) -> dict[str, object]:
    """Query, form and JSON make one payload; where they disagree, the body counts."""
    params: dict[str, object] = dict(request.query)
    if request.method == "GET":
        return params
    if request.content_type == "application/json":
        try:
            body = json.loads(await request.text())
        except ValueError:
            return params
        return params | body if isinstance(body, dict) else params
    form = await request.post()
    return params | {name: value for name, value in form.items() if isinstance(value, str)}


def _read_key(request: web.Request, params: dict[str, object]) -> str:
    """The key, taken out of the parameters: body or query, then x-api-key, then Bearer."""
    told = params.pop("key", "")
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    bearer = token if scheme.lower() == "bearer" else ""
    candidates = (told if isinstance(told, str) else "", request.headers.get("x-api-key"), bearer)
    return next((key.strip() for key in candidates if key and key.strip()), "")


_ROTTEN: tuple[object, ...] = (None, [], "N/A", 42, {}, {"status": None}, {"status": {"id": 7}})


def _rotten(entries: dict[str, object], fault: Fault | None) -> dict[str, object]:
    """Entries with junk where the fault wants it; a different junk each unless it names one."""
    if fault is None or fault.kind is not FaultKind.ROTTEN:
        return entries
    chosen = fault.ids or tuple(entries)
    junk = {
        id_: _ROTTEN[turn % len(_ROTTEN)] if fault.entry is None else fault.entry
        for turn, id_ in enumerate(chosen)
        if id_ in entries
    }
    return entries | junk
