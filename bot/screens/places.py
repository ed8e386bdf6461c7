"""Where the words of a screen may point to, outside the bot."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from bot.screens.screen import Button
from bot.texts.words import Words


@dataclass(frozen=True, slots=True)
class Places:
    """Addresses from the settings; an empty one leaves its button or words out."""

    key_url: str
    support_url: str = ""
    top_up_url: str = ""
    operator_name: str = ""
    operator_id: int = 0

    @property
    def serva_url(self) -> str:
        """Serva's own front page."""
        parts = urlsplit(self.key_url)
        return f"{parts.scheme}://{parts.netloc}/"

    def get_a_key(self, t: Words) -> Button:
        """To the page where keys are made."""
        return Button(t("Get a key"), url=self.key_url)

    def open_serva(self, t: Words) -> Button:
        """To Serva's own pages."""
        return Button(t("Open Serva"), url=self.serva_url)

    def message_serva(self, t: Words) -> tuple[Button, ...]:
        """To Serva's support, where the operator named it."""
        return (Button(t("Message Serva"), url=self.support_url),) if self.support_url else ()

    def ask_serva(self, t: Words) -> Button:
        """To Serva's support, or to its own pages where the operator did not name it."""
        return next(iter(self.message_serva(t)), self.open_serva(t))

    def top_up(self, t: Words, label: str = "") -> tuple[Button, ...]:
        """To where money is added, where the operator named it."""
        return (Button(label or t("Top up"), url=self.top_up_url),) if self.top_up_url else ()
