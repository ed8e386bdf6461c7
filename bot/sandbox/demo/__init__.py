"""The whole bot in a browser: stand-ins, a page to play with them, and the bot as a child."""

from bot.sandbox.demo.process import BotProcess, Launch
from bot.sandbox.demo.server import BotEndedError, CannotListenError, Options, run, said_of_others
from bot.sandbox.demo.stage import Addresses, Stage

__all__ = [
    "Addresses",
    "BotEndedError",
    "BotProcess",
    "CannotListenError",
    "Launch",
    "Options",
    "Stage",
    "run",
    "said_of_others",
]
