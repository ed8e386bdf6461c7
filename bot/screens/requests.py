"""What a card says about requests to Serva, and the keys that lead to them."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.order import Order, Why
from bot.domain.request import Refill, Request, Stage, Wanted
from bot.screens import buttons as b
from bot.screens.account import traced
from bot.screens.buttons import tap
from bot.screens.layout import cut
from bot.screens.screen import Button
from bot.texts.words import Words


def request_lines(t: Words, order: Order, requests: Sequence[Request]) -> list[str]:
    """What has come of everything that was asked, while it still matters."""
    lines: list[str] = []
    for request in requests:
        if request.kind is Wanted.CANCEL and order.ended_at:
            continue  # the status says how it ended, and that is what counts
        lines += request_words(t, request)
    return lines


def request_words(t: Words, request: Request) -> list[str]:
    """How far a request has come, in a sentence or two."""
    cancel = request.kind is Wanted.CANCEL
    match request.stage:
        case Stage.ASKED | Stage.SENDING:
            return [t("Asking Serva to cancel it…") if cancel else t("Asking Serva to refill it…")]
        case Stage.ACCEPTED:
            if not cancel:
                return _refill(t, request)
            return [
                t("Serva has taken your request to cancel."),
                t("It is cancelled once its status says so."),
            ]
        case Stage.REFUSED:
            refused = (
                t("Serva refused to cancel it.") if cancel else t("Serva refused to refill it.")
            )
            return [refused, *_says(t, request.text), *traced(t, request.request_id)]
        case Stage.NOT_SENT:
            return [
                t("Your request to cancel was not sent.")
                if cancel
                else t("Your request to refill was not sent."),
                _why(t, request.text),
            ]
        case Stage.UNKNOWN:
            return [
                t("Asked to cancel, but Serva has not confirmed.")
                if cancel
                else t("Asked to refill, but Serva has not confirmed."),
                *traced(t, request.request_id),
            ]


def request_keys(t: Words, order: Order, requests: Sequence[Request]) -> list[Button]:
    """What may be asked about the order, where nothing of the kind is on its way."""
    stages = {request.kind: request.stage for request in requests}
    moving = (Stage.ASKED, Stage.SENDING)
    keys: list[Button] = []
    if order.takes(Wanted.CANCEL) and stages.get(Wanted.CANCEL) not in (*moving, Stage.ACCEPTED):
        keys.append(tap(t("Cancel order"), b.AskFor(order.id, Wanted.CANCEL)))
    if order.takes(Wanted.REFILL) and stages.get(Wanted.REFILL) not in moving:
        keys.append(tap(t("Refill"), b.AskFor(order.id, Wanted.REFILL)))
    return keys


def _refill(t: Words, request: Request) -> list[str]:
    match request.came_to:
        case Refill.COMPLETED:
            return [t("Serva has refilled it.")]
        case Refill.REJECTED:
            return [t("Serva has rejected the refill.")]
        case Refill.RUNNING:
            return [t("Serva has taken your request to refill."), *_says(t, request.word)]


def _says(t: Words, text: str) -> list[str]:
    return [t("Serva says: {text}", text=cut(text, 200))] if text else []


def _why(t: Words, why: str) -> str:
    match why:
        case Why.UNREACHABLE:
            return t("Serva is not answering right now.")
        case Why.WAITED:
            return t("It waited too long to be sent.")
        case Why.UNLINKED:
            return t("Your key was unlinked before it was sent.")
        case _:
            return t("Serva no longer takes it for this order.")
