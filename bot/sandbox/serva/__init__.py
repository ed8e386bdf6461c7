"""A stand-in for Serva's API, written from its documentation; knows nothing of the bot."""

from bot.sandbox.serva.accounts import Account, Standing
from bot.sandbox.serva.api import BatchForm, Call, CountForm, Forms, LimitForm, Serva
from bot.sandbox.serva.faults import Fault, FaultKind
from bot.sandbox.serva.orders import Order, Spelling, Status
from bot.sandbox.serva.refusals import ErrorForm, Refusal
from bot.sandbox.serva.server import ServaServer, build_app, demo_accounts

__all__ = [
    "Account",
    "BatchForm",
    "Call",
    "CountForm",
    "ErrorForm",
    "Fault",
    "FaultKind",
    "Forms",
    "LimitForm",
    "Order",
    "Refusal",
    "Serva",
    "ServaServer",
    "Spelling",
    "Standing",
    "Status",
    "build_app",
    "demo_accounts",
]
