"""What a line of the wire says about an update, a call or an event; it hides no secrets."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import orjson

from bot.sandbox import servya
from bot.sandbox.catalogue import plain
from bot.sandbox.demo.process import Event
from bot.sandbox.serva import api as serva
from bot.sandbox.telegram import calls as telegram
from bot.sandbox.telegram.levers import Effect
from bot.sandbox.telegram.updates import Update

Json: TypeAlias = dict[str, Any]

_MEDIA = ("document", "photo", "sticker", "voice", "contact")
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>")


@dataclass(slots=True)
class Told:
    """A line without its number; `ms` None where nothing took time, or still does.

    `outcome` is ok, refused, fault or waiting, and `said` its reason or result.
    """

    side: str
    what: str
    words: str = ""
    person: int | None = None
    ms: float | None = None
    outcome: str = "ok"
    said: str = ""
    detail: Json = field(default_factory=dict)


def update(one: Update) -> Told:
    """What happened at a person's phone, as the bot hears of it."""
    kind, payload = next(item for item in one.items() if item[0] != "update_id")
    return Told(
        "person",
        kind,
        _update_words(kind, payload),
        person=sender(one),
        detail={"update_id": one["update_id"], kind: payload},
    )


def sender(one: Update) -> int | None:
    """Whose doing an update is."""
    for payload in one.values():
        if isinstance(payload, Mapping) and "from" in payload:
            return int(payload["from"]["id"])
    return None


def written(one: Update) -> Iterable[str]:
    """The texts that a person wrote in an update."""
    for kind in ("message", "edited_message", "inline_query"):
        payload = one.get(kind, {})
        yield from (payload[name] for name in ("text", "caption", "query") if name in payload)


def _update_words(kind: str, payload: Json) -> str:
    match kind:
        case "callback_query":
            return _pressed(payload)
        case "my_chat_member":
            before, after = payload["old_chat_member"], payload["new_chat_member"]
            return f"{before['status']} → {after['status']}"
        case "inline_query":
            return str(payload["query"])
        case _:
            return _said(payload)


def _said(message: Json) -> str:
    """A message in few words: its text, or what kind of file it is and its caption."""
    if "text" in message:
        return str(message["text"])
    kind = next((kind for kind in _MEDIA if kind in message), "something else")
    file = message.get(kind)
    name = file.get("file_name") or file.get("emoji") if isinstance(file, dict) else ""
    return _join(kind, name or "", message.get("caption", ""))


def _pressed(query: Json) -> str:
    """The label of the pressed button where it can be seen, and its data."""
    data = query.get("data", "")
    keyboard = query["message"].get("reply_markup", {}).get("inline_keyboard", [])
    for button in (button for row in keyboard for button in row):
        if button.get("callback_data") == data:
            return f"[{_isolated(button['text'])}] {_isolated(data)}"
    return str(data)


def telegram_call(call: telegram.Call, person: int | None) -> Told:
    """A call of the bot to Telegram."""
    params = {name: _decoded(value) for name, value in call.params.items()}
    outcome, said = _telegram_outcome(call)
    detail: Json = {"params": params}
    if call.answer is not None:
        detail["answer"] = call.answer
    if call.faults:
        detail["faults"] = list(call.faults)
    words = _telegram_words(call.method, params)
    return Told("telegram", call.method, words, person, _ms(call.latency_ms), outcome, said, detail)


def _telegram_outcome(call: telegram.Call) -> tuple[str, str]:
    faults = ", ".join(call.faults)
    if call.latency_ms is None:
        return "waiting", faults
    if call.answer is None:
        return "fault", f"{faults or 'cut'}: no answer"
    if not call.ok:
        return "fault" if Effect.FLOOD in call.faults else "refused", call.error
    result = call.answer["result"]
    made = isinstance(result, dict) and "message_id" in result
    return "ok", _join(f"message {result['message_id']}" if made else "", faults)


def _telegram_words(method: str, params: Json) -> str:
    match method:
        case "sendMessage" | "editMessageText":
            return _join(_plain(params.get("text")), _labels(params))
        case "sendDocument" | "sendPhoto":
            file = params.get("document", params.get("photo", ""))
            return _join(str(file), _plain(params.get("caption")), _labels(params))
        case "editMessageReplyMarkup":
            return _labels(params) or "no buttons"
        case "answerCallbackQuery":
            return str(params.get("text", params.get("url", "")))
        case "deleteMessage":
            return f"message {params.get('message_id', '')}"
        case "deleteMessages":
            return f"messages {_list(params.get('message_ids'))}"
        case "setMyCommands":
            commands = params.get("commands")
            named = [one["command"] for one in _objects(commands) if "command" in one]
            return _join(
                " ".join(f"/{name}" for name in named), str(params.get("language_code", ""))
            )
        case _:
            return " ".join(str(v) for n, v in params.items() if n not in ("chat_id", "timeout"))


def _labels(params: Json) -> str:
    """The buttons under a message, row by row."""
    markup = params.get("reply_markup")
    rows = markup.get("inline_keyboard") if isinstance(markup, dict) else None
    buttons = [button for row in _entries(rows) for button in _objects(row)]
    return " ".join(f"[{_isolated(button.get('text', ''))}]" for button in buttons)


def _entries(value: object) -> list[Any]:
    """The entries of a list, and none of anything else: a bot may send whatever it likes."""
    return value if isinstance(value, list) else []


def _objects(value: object) -> list[Json]:
    return [one for one in _entries(value) if isinstance(one, dict)]


def _plain(text: object) -> str:
    """The first line of a text, without its markup."""
    shown = html.unescape(_TAG.sub("", str(text or "")))
    return next((line.strip() for line in shown.splitlines() if line.strip()), "")


def serva_call(call: serva.Call, service: str, person: int | None) -> Told:
    """A call of the bot to Serva; `service` is the name of the one that it is about."""
    outcome, said = _provider_outcome(call, _accepted(call))
    detail: Json = {
        "request_id": call.request_id,
        "account": call.owner.label if call.owner else "",
        "key": call.key,
        "params": call.params,
        "outcome": call.outcome,
        "fault": call.fault,
    }
    words = _serva_words(call, service)
    what = call.action or "connection"
    return Told("serva", what, words, person, _ms(call.latency_ms), outcome, said, detail)


def _serva_words(call: serva.Call, service: str) -> str:
    params = call.params
    match call.action:
        case "add":
            target = params.get("link") or params.get("username") or ""
            quantity = params.get("quantity")
            amount = f"× {quantity}" if quantity else ""
            return _join(f"{params.get('service', '')} {service}".strip(), amount, str(target))
        case "status":
            return str(params.get("orders") or params.get("order") or "")
        case _:
            return " ".join(map(str, params.values()))


def _accepted(call: serva.Call) -> str:
    return f"{call.order.id} for ${plain(call.order.paid)}" if call.order else ""


def servya_call(call: servya.Call, person: int | None) -> Told:
    """A call of the bot to Servya."""
    outcome, said = _provider_outcome(call, "")
    detail: Json = {
        "account": call.owner.label if call.owner else "",
        "key": call.key,
        "outcome": call.outcome,
        "fault": call.fault,
    }
    what = call.job_type or "connection"
    return Told("servya", what, "", person, _ms(call.latency_ms), outcome, said, detail)


def _provider_outcome(call: serva.Call | servya.Call, result: str) -> tuple[str, str]:
    """What the provider did, and whether its client could hear of it."""
    fate = {"done": result or "done", "received": "not acted on"}.get(call.outcome, call.outcome)
    if call.latency_ms is None:
        return "waiting", f"{call.fault}: {fate}" if call.fault else ""
    if call.fault and call.fault not in ("slow", "refuse"):
        return "fault", f"{call.fault}: {fate}"
    if call.outcome == "done":
        return "ok", _join(result, call.fault)
    return "refused", call.outcome


def event(one: Event) -> Told:
    """Something that the bot's process did or wrote."""
    outcome = "fault" if one.what in ("killed", "exited") else "ok"
    return Told("bot", one.what, one.words, outcome=outcome)


def _ms(latency: float | None) -> float | None:
    return None if latency is None else round(latency, 1)


def _join(*parts: str) -> str:
    return " · ".join(filter(None, parts))


def _isolated(words: object) -> str:
    """Words that may run the other way, kept from turning what stands beside them."""
    return f"\u2068{words}\u2069"


def _list(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _decoded(value: str) -> Any:
    """The JSON that a parameter carries, or its text."""
    if value[:1] in ("{", "["):
        try:
            return orjson.loads(value)
        except orjson.JSONDecodeError:
            return value
    return value
