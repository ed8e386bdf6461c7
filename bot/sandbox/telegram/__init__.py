"""A strict local Telegram Bot API server, and people with phones to test a bot against."""

from bot.sandbox.telegram.calls import Call
from bot.sandbox.telegram.chats import Button, Inline, Message, Tap
from bot.sandbox.telegram.people import Group, Person, Screen, Seat
from bot.sandbox.telegram.server import TelegramServer

__all__ = [
    "Button",
    "Call",
    "Group",
    "Inline",
    "Message",
    "Person",
    "Screen",
    "Seat",
    "Tap",
    "TelegramServer",
]
