"""The levers of the sandbox Serva over HTTP, as JSON under `/sandbox`; adds none of its own.

GET  /sandbox/state                  accounts, orders, calls, faults, forms and time
POST /sandbox/accounts               {"balance", "discount", "key", "label"} → the new account
POST /sandbox/accounts/{label}       {"balance", "top_up", "do": "ban" | "revoke" | …}
POST /sandbox/orders/{id}/finish     {"status", "remains"}
POST /sandbox/orders/{id}/hold       {"status", "remains", "start_count"}
GET  /sandbox/services               ?find=words&last=20: what is on sale, or was
POST /sandbox/services/{service}     {"factor", "unit", "gone"}
POST /sandbox/fault                  {"kind", "action", "times", "seconds", …}
POST /sandbox/fault/clear            {}; what hangs goes on
POST /sandbox/clock                  {"speed", "advance"} → the time
POST /sandbox/settings               {"guard", "cooldown", "mishaps", "latency", "error", …}

Wrong input is answered with 400 and an `error` in words, and changes nothing that came before it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from functools import partial

from aiohttp import web

from bot.sandbox.catalogue import plain
from bot.sandbox.serva.accounts import Account
from bot.sandbox.serva.api import BatchForm, Call, CountForm, LimitForm, Serva
from bot.sandbox.serva.levers import (
    Body,
    fault_levers,
    handler,
    integer,
    money,
    one_of,
    seconds,
    shown_fault,
    text,
    whole,
)
from bot.sandbox.serva.orders import Order, Spelling
from bot.sandbox.serva.refusals import ErrorForm

LISTED = 20
"""Services that are listed unless more are asked for."""


def control_routes(serva: Serva) -> list[web.RouteDef]:
    """The routes that pull this Serva's levers."""
    levers = {path: partial(lever, serva) for path, lever in _LEVERS.items()}
    return [
        web.get("/sandbox/state", handler(partial(_state, serva))),
        web.get("/sandbox/services", handler(partial(_services, serva))),
        *(
            web.post(f"/sandbox/{path}", handler(lever))
            for path, lever in (levers | fault_levers(serva.faults)).items()
        ),
    ]


def _state(serva: Serva, _request: web.Request, _body: Body) -> object:
    serva.settle()
    return {
        "clock": {"now": serva.clock(), "speed": serva.speed},
        "guard": asdict(serva.guard),
        "forms": asdict(serva.forms),
        "services": len(serva.goods),
        "accounts": [shown_account(account) for account in serva.accounts],
        "orders": [shown_order(order) for order in serva.orders],
        "faults": [shown_fault(fault) for fault in serva.faults.waiting],
        "calls": [_call(call) for call in serva.calls],
    }


def _services(serva: Serva, request: web.Request, _body: Body) -> object:
    query = request.query
    return [
        {
            "service": good.code,
            "name": good.name,
            "category": good.category,
            "rate": plain(serva.rate(good.code)),
            "min": good.minimum,
            "max": good.maximum,
            "gone": serva.is_gone(good.code),
            "factor": plain(serva.factor(good.code)),
        }
        for good in serva.search(query.get("find", ""), int(query.get("last", LISTED)))
    ]


def _open_account(serva: Serva, _request: web.Request, body: Body) -> object:
    balance, discount = money(body, "balance", "25.5"), money(body, "discount", "0")
    key = text(body, "key") or None
    return shown_account(serva.account(balance, discount, key, text(body, "label")))


def _change_account(serva: Serva, request: web.Request, body: Body) -> object:
    label = request.match_info["label"]
    account = {account.label: account for account in serva.accounts}[label]
    if "balance" in body:
        account.balance = money(body, "balance")
    if "top_up" in body:
        serva.top_up(account, money(body, "top_up"))
    if "do" in body:
        _deeds(serva)[text(body, "do")](account)
    return shown_account(account)


def _deeds(serva: Serva) -> dict[str, Callable[[Account], object]]:
    return {
        "revoke": serva.revoke,
        "new_key": serva.new_key,
        "deactivate": serva.deactivate,
        "disapprove": serva.disapprove,
        "ban": serva.ban,
        "restore": serva.restore,
    }


def _finish_order(serva: Serva, request: web.Request, body: Body) -> object:
    order = serva.order(request.match_info["id"])
    order.finish(text(body, "status") or "completed", whole(body, "remains"))
    return shown_order(order)


def _hold_order(serva: Serva, request: web.Request, body: Body) -> object:
    order = serva.order(request.match_info["id"])
    status = text(body, "status") or "in progress"
    order.hold(status, whole(body, "remains"), whole(body, "start_count"))
    return shown_order(order)


def _change_service(serva: Serva, request: web.Request, body: Body) -> object:
    service = serva.good(request.match_info["service"]).code
    if "factor" in body:
        serva.reprice(service, money(body, "factor"))
    if "unit" in body:
        serva.price_unit(service, text(body, "unit"))
    if "gone" in body:
        (serva.remove if body["gone"] else serva.put_back)(service)
    return {"service": service}


def _turn_clock(serva: Serva, _request: web.Request, body: Body) -> object:
    speed = whole(body, "speed")
    serva.speed = serva.speed if speed is None else speed
    serva.advance(whole(body, "advance") or 0)
    return {"now": serva.clock(), "speed": serva.speed}


def _change_settings(serva: Serva, _request: web.Request, body: Body) -> object:
    known: dict[str, tuple[object, str, Callable[[object], object]]] = {
        "guard": (serva.guard, "on", bool),
        "cooldown": (serva.guard, "cooldown", integer),
        "mishaps": (serva, "mishaps", integer),
        "latency": (serva, "latency", seconds),
        "error": (serva.forms, "error", one_of(ErrorForm)),
        "status": (serva.forms, "status", one_of(Spelling)),
        "batch": (serva.forms, "batch", one_of(BatchForm)),
        "counts": (serva.forms, "counts", one_of(CountForm)),
        "limits": (serva.forms, "limits", one_of(LimitForm)),
    }
    changes = [(*known[name][:2], known[name][2](value)) for name, value in body.items()]
    for where, name, value in changes:
        setattr(where, name, value)
    return {"changed": sorted(body)}


_LEVERS: dict[str, Callable[[Serva, web.Request, Body], object]] = {
    "accounts": _open_account,
    "accounts/{label}": _change_account,
    "orders/{id}/finish": _finish_order,
    "orders/{id}/hold": _hold_order,
    "services/{service}": _change_service,
    "clock": _turn_clock,
    "settings": _change_settings,
}


def shown_account(account: Account) -> Body:
    """What the state page tells of an account, its key too."""
    return {
        "label": account.label,
        "key": account.key,
        "balance": plain(account.balance),
        "discount": plain(account.discount),
        "standing": account.standing,
        "revoked": account.key in account.revoked,
    }


def shown_order(order: Order) -> Body:
    """What the state page tells of an order."""
    return {
        "id": order.id,
        "account": order.account.label,
        "service": order.service,
        "target": order.target,
        "quantity": order.quantity,
        "inputs": order.inputs,
        "coupon": order.coupon,
        "paid": plain(order.paid),
        "charge": plain(order.charge),
        "status": order.status,
        "remains": order.remains,
        "start_count": order.start_count,
        "created_at": order.created_at,
    }


def _call(call: Call) -> Body:
    return {
        "at": call.at,
        "request_id": call.request_id,
        "action": call.action,
        "key": call.key,
        "account": call.account,
        "params": call.params,
        "outcome": call.outcome,
        "fault": call.fault,
        "order": call.order.id if call.order else None,
    }
