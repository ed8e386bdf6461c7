"""Everything Serva can refuse, and the forms in which it says so; decides nothing.

The codes of documented meanings are the ones seen in public clients, the sentences those of the
wider panel family. Where nobody has seen a code (quantity, link, fields, coupon), it is ours.
"""

from __future__ import annotations

from enum import StrEnum


class Refusal(StrEnum):
    """What was refused; the value is the code."""

    sentence: str
    http_status: int

    def __new__(cls, code: str, sentence: str, http_status: int) -> Refusal:
        member = str.__new__(cls, code)
        member._value_ = code
        member.sentence = sentence
        member.http_status = http_status
        return member

    INVALID_API_KEY = "INVALID_API_KEY", "Invalid API key", 401
    API_KEY_REVOKED = "API_KEY_REVOKED", "API key has been revoked", 401
    API_KEY_INACTIVE = "API_KEY_INACTIVE", "API key is inactive", 403
    API_ACCESS_NOT_ALLOWED = (
        "API_ACCESS_NOT_ALLOWED",
        "Your account is not approved for API access",
        403,
    )
    ACCOUNT_BANNED = "ACCOUNT_BANNED", "Your account is banned", 403

    SERVICE_NOT_FOUND = "SERVICE_NOT_FOUND", "Incorrect service ID", 404
    SERVICE_NOT_FOUND_OR_INACTIVE = (
        "SERVICE_NOT_FOUND_OR_INACTIVE",
        "Service not found or inactive",
        404,
    )
    INSUFFICIENT_BALANCE = "INSUFFICIENT_BALANCE", "Not enough funds on balance", 402
    DUPLICATE_ORDER = "DUPLICATE_ORDER", "Duplicate order for this target", 409
    DUPLICATE_ORDER_COOLDOWN = (
        "DUPLICATE_ORDER_COOLDOWN",
        "Duplicate order. Please wait before ordering for this target again.",
        409,
    )
    ACTIVE_ORDER_EXISTS = (
        "ACTIVE_ORDER_EXISTS",
        "You have active order with this link. Please wait until order being completed.",
        409,
    )
    ACTIVE_TARGET_ORDER_EXISTS = (
        "ACTIVE_TARGET_ORDER_EXISTS",
        "An active order already exists for the same target.",
        409,
    )

    INVALID_LINK = "INVALID_LINK", "neworder.error.link", 422
    INVALID_QUANTITY = "INVALID_QUANTITY", "neworder.error.quantity", 422
    QUANTITY_TOO_LOW = "QUANTITY_TOO_LOW", "neworder.error.min_quantity", 422
    QUANTITY_TOO_HIGH = "QUANTITY_TOO_HIGH", "neworder.error.max_quantity", 422
    MISSING_FIELD = "MISSING_FIELD", "Required field is missing", 422
    INVALID_FIELD = "INVALID_FIELD", "Invalid field value", 422
    INVALID_COUPON = "INVALID_COUPON", "Invalid coupon code", 422
    COUPON_EXPIRED = "COUPON_EXPIRED", "Coupon has expired", 422
    COUPON_ALREADY_USED = "COUPON_ALREADY_USED", "Coupon has already been used", 422

    ORDER_NOT_FOUND = "ORDER_NOT_FOUND", "Incorrect order ID", 404
    TOO_MANY_ORDERS = "TOO_MANY_ORDERS", "Too many orders in one request", 422
    CANCEL_NOT_AVAILABLE = "CANCEL_NOT_AVAILABLE", "This order cannot be canceled", 422
    REFILL_NOT_AVAILABLE = "REFILL_NOT_AVAILABLE", "This order cannot be refilled", 422
    REFILL_NOT_FOUND = "REFILL_NOT_FOUND", "Refill not found", 404
    INVALID_ACTION = "INVALID_ACTION", "Incorrect request", 400


class RefusalError(Exception):
    """A request that Serva does not do; the balance is as it was."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.value)
        self.refusal = refusal


class ErrorForm(StrEnum):
    """How an error is worded; all but `HTTP` come with status 200."""

    CODE = "code"
    SENTENCE = "sentence"
    ERROR_CODE = "error_code"
    SPACES = "spaces"
    HYPHENS = "hyphens"
    HTTP = "4xx"


def error_body(refusal: Refusal, form: ErrorForm) -> dict[str, str]:
    """The JSON object that tells of a refusal."""
    match form:
        case ErrorForm.SENTENCE:
            return {"error": refusal.sentence}
        case ErrorForm.ERROR_CODE:
            return {"error": refusal.sentence, "error_code": refusal.value}
        case ErrorForm.SPACES:
            return {"error": refusal.value.replace("_", " ").capitalize()}
        case ErrorForm.HYPHENS:
            return {"error": refusal.value.replace("_", "-").lower()}
        case ErrorForm.CODE | ErrorForm.HTTP:
            return {"error": refusal.value}


def error_status(refusal: Refusal, form: ErrorForm) -> int:
    """The HTTP status that goes with it."""
    return refusal.http_status if form is ErrorForm.HTTP else 200
