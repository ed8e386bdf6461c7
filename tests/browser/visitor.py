"""Somebody who opens the demo's page: finds everything by what is visible, and looks closely.

Whatever a visitor should never meet is noted in `complaints`: an error in the console or in a
script, a request to another machine, something that sticks out sideways.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.async_api import (
    Browser,
    ConsoleMessage,
    Locator,
    Page,
    Request,
    Route,
    WebSocket,
    expect,
)

PATIENCE = 20_000
"""Milliseconds for whatever must come in the end, on a machine with other things to do."""
MACHINE = frozenset({"127.0.0.1", "localhost", "::1"})
STICKING_OUT = (Path(__file__).parent / "sticking_out.js").read_text(encoding="utf-8")
FENCE = "[\u061c\u200e\u200f\u2066-\u2069]*"
RAGGED = """it => {
    const lines = new Map();
    const texts = document.createTreeWalker(it, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
        const range = new Range();
        range.selectNodeContents(texts.currentNode);
        for (const { left, right, bottom } of range.getClientRects()) {
            const line = lines.get(Math.round(bottom)) ?? { left, right };
            line.left = Math.min(line.left, left);
            line.right = Math.max(line.right, right);
            lines.set(Math.round(bottom), line);
        }
    }
    const all = [...lines.values()];
    const left = Math.min(...all.map((line) => line.left));
    const right = Math.max(...all.map((line) => line.right));
    const gap = all.reduce((sum, line) => sum + (line.left - left) - (right - line.right), 0);
    return gap > 0 ? "left" : "right";
}"""
"""On which side the lines of an element begin or end unevenly."""

expect.set_options(timeout=PATIENCE)


@dataclass(frozen=True)
class Words:
    """What the phone calls its own parts, in its person's language."""

    message: str
    send: str
    start: str


ENGLISH = Words(message="Message", send="Send", start="Start")
ARABIC = Words(message="رسالة", send="إرسال", start="ابدأ")


class Phone:
    """A person's phone on the page."""

    def __init__(self, page: Page, name: str | re.Pattern[str], words: Words = ENGLISH) -> None:
        self.box = page.get_by_role("region", name=name)
        self.chat = self.box.get_by_role("log")
        self.composer = self.box.get_by_role("textbox", name=words.message)
        self._send = self.box.get_by_role("button", name=words.send, exact=True)
        self._start = self.box.get_by_role("button", name=words.start, exact=True)

    async def begins(self) -> None:
        """The first tap of all."""
        await self._start.click()

    async def sends(self, text: str, *expected: str) -> None:
        """Write a message, and see what comes of it."""
        await self.composer.fill(text)
        await self._send.click()
        await self.sees(*expected)

    async def taps(self, label: str, *expected: str) -> None:
        """Tap the newest button whose label begins so, and see what comes of it."""
        await self.button(label).click()
        await self.sees(*expected)

    def button(self, label: str) -> Locator:
        """The newest button whose label begins so."""
        # Names are fenced off in Arabic; the fences are not seen.
        words = (re.escape(word) for word in label.split())
        pattern = f"^{FENCE}" + rf"{FENCE}\s{FENCE}".join(words)
        return self.chat.get_by_role("button", name=re.compile(pattern)).last

    async def sees(self, *texts: str) -> Locator:
        """Wait for a message with all of this in sight, and return the newest of them."""
        found = self.chat.get_by_role("article")
        for text in texts:
            found = found.filter(has_text=text)
        await expect(found.last).to_be_in_viewport()
        return found.last

    async def runs_from_right(self) -> bool:
        """Whether the phone and what the bot wrote last are those of a right-to-left language."""
        direction = await self.box.evaluate("it => getComputedStyle(it).direction")
        ragged = await self.chat.get_by_role("article").last.evaluate(RAGGED)
        assert (direction, ragged) in (("rtl", "left"), ("ltr", "right"))
        return ragged == "left"


@dataclass
class Visitor:
    """A page in a window of its own."""

    page: Page
    complaints: list[str] = field(default_factory=list)

    @classmethod
    async def comes(
        cls,
        browser: Browser,
        url: str,
        *,
        width: int = 1280,
        height: int = 800,
        scheme: str = "light",
        **more: Any,
    ) -> Visitor:
        """Open the page; a narrow window is that of a phone."""
        context = await browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme=scheme,
            has_touch=width < 700,
            permissions=["clipboard-read", "clipboard-write"],
            **more,
        )
        context.set_default_timeout(PATIENCE)
        visitor = cls(await context.new_page())
        await context.route(lambda address: not _is_here(address), visitor._stop)
        context.on("request", visitor._note_request)
        context.on("console", visitor._note_console)
        context.on("weberror", lambda error: visitor.complaints.append(f"script: {error.error}"))
        visitor.page.on("websocket", visitor._note_socket)
        await visitor.page.goto(url)
        return visitor

    async def leaves(self) -> None:
        """Close the window."""
        await self.page.context.close()

    async def takes(self, name: str, words: Words = ENGLISH) -> Phone:
        """Take somebody's phone, which may have to be looked for."""
        phone = Phone(self.page, f"Phone of {name}", words)
        tab = self.page.get_by_role("tab", name="Phone", exact=True)
        whose = self.page.get_by_role("combobox", name="Whose phone")
        await expect(whose.or_(tab).or_(phone.box).first).to_be_visible()
        if await tab.is_visible():
            await tab.click()
        if not await phone.box.is_visible():
            await whose.last.select_option(label=name)
        await expect(phone.box).to_be_visible()
        return phone

    async def opens(self, tab: str) -> Locator:
        """Choose a tab; its panel."""
        await self.page.get_by_role("tab", name=tab, exact=True).click()
        return self.page.get_by_role("tabpanel", name=tab, exact=True)

    async def copies_key(self, account: str) -> str:
        """Take an account's key from Serva into the clipboard."""
        provider = await self.opens("Provider")
        await provider.get_by_role("button", name=f"Copy key of {account}").first.click()
        await expect(self.page.get_by_text("Key copied")).to_be_visible()
        key: str = await self.page.evaluate("navigator.clipboard.readText()")
        return key

    async def arms(self, fault: str, call: str = "add (order)") -> None:
        """Let the next such call to Serva go wrong."""
        provider = await self.opens("Provider")
        what = provider.get_by_role("combobox", name="What goes wrong").first
        await what.select_option(label=fault)
        await provider.get_by_role("combobox", name="On", exact=True).select_option(label=call)
        await provider.get_by_role("button", name="Arm").first.click()
        await expect(provider.get_by_text("Armed, the first that fits strikes:")).to_be_visible()

    async def background_is_dark(self) -> bool:
        """Whether the page is a dark one."""
        colour = await self.page.evaluate("getComputedStyle(document.body).backgroundColor")
        return sum(map(int, re.findall(r"\d+", colour)[:3])) < 3 * 128

    async def looks_closely(self) -> None:
        """Complain about everything in sight that sticks out sideways."""
        for what in await self.page.evaluate(STICKING_OUT):
            complaint = f"sticks out: {what}"
            if complaint not in self.complaints:
                self.complaints.append(complaint)

    async def _stop(self, route: Route) -> None:
        await route.abort()

    def _note_request(self, request: Request) -> None:
        if not _is_here(request.url):
            self.complaints.append(f"request: {request.url}")

    def _note_socket(self, socket: WebSocket) -> None:
        if not _is_here(socket.url):
            self.complaints.append(f"socket: {socket.url}")

    def _note_console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(f"console: {message.text} ({message.location['url']})")


def _is_here(address: str) -> bool:
    parts = urlsplit(address)
    return parts.scheme in ("data", "blob", "about") or parts.hostname in MACHINE
