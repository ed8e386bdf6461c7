"""Takes the pictures that the README shows: `make pictures`.

A demo is played up to what is worth a look: a confirmation, an order's card in Arabic, and the
whole page with both of them.
"""

from __future__ import annotations

import asyncio
import base64
import struct
import zlib
from datetime import UTC, datetime
from pathlib import Path

from playwright.async_api import Browser

from tests.browser import chromium
from tests.browser.demo import Demo, running
from tests.browser.visitor import ARABIC, Phone, Visitor

FOLDER = Path(__file__).parent / "pictures"
EMMA, LAYLA = 5_000_000_001, 5_000_000_002

SHADES = bytes(round(round(shade / 255 * 127) * 255 / 127) for shade in range(256))
"""Every second shade: nobody sees it, and the wallpaper takes a third less."""

PIXELS = """async (png) => {
    const picture = new Image();
    picture.src = `data:image/png;base64,${png}`;
    await picture.decode();
    const canvas = new OffscreenCanvas(picture.width, picture.height).getContext("2d");
    canvas.drawImage(picture, 0, 0);
    const { data } = canvas.getImageData(0, 0, picture.width, picture.height);
    const reader = new FileReader();
    const read = new Promise((resolve) => (reader.onload = resolve));
    reader.readAsDataURL(new Blob([data]));
    await read;
    return [picture.width, picture.height, reader.result.split(",")[1]];
}"""


async def main() -> None:
    """Take all of them."""
    FOLDER.mkdir(exist_ok=True)
    async with running() as demo, chromium.launched() as browser:
        visitor = await _visitor(browser, f"{demo.url}/?phone={EMMA}", "light")
        phone = await visitor.takes("Emma")
        await _emma_confirms(phone, demo)
        await _take(visitor, "phone")

        visitor = await _visitor(browser, f"{demo.url}/?phone={LAYLA}", "dark", height=710)
        phone = await visitor.takes("ليلى", ARABIC)
        await _layla_orders(phone, demo)
        await _take(visitor, "arabic")

        visitor = await _visitor(browser, f"{demo.url}/#provider", "dark", 1280, 800, 1)
        await (await visitor.takes("Emma")).sees("Total:")
        orders = visitor.page.get_by_role("heading", name="Orders", exact=True)
        await orders.evaluate("it => it.scrollIntoView()")
        await _take(visitor, "page")


async def _emma_confirms(phone: Phone, demo: Demo) -> None:
    """Her second order, so that the price is certain, before the tap that spends."""
    await phone.begins()
    await phone.sends(await demo.key("Emma"), "linked")
    await _chooses(phone, "Instagram Followers", "https://instagram.com/ann", "Order for")
    await phone.taps("Order for", "Order id:")
    order = (await demo.state())["serva"]["orders"][0]["id"]
    await demo.post(f"/serva/sandbox/orders/{order}/finish", {"status": "completed"})
    await phone.sees("Completed", "Serva shows a charge")
    await _chooses(phone, "Instagram Followers", "https://instagram.com/emma.art", "Order for")


async def _layla_orders(phone: Phone, demo: Demo) -> None:
    """An order that runs."""
    await phone.begins()
    await phone.sends(await demo.key("ليلى"), "تم ربط")
    await phone.taps("تصفّح", "الفئات")
    await phone.taps("Instagram ·", "سعرك")
    await phone.taps("Instagram Followers ·", "أرسل رابط")
    await phone.sends("https://instagram.com/layla", "كم تريد؟")
    await phone.sends("1000", "الإجمالي")
    await phone.taps("اطلب ب", "ORD-")
    order = (await demo.state())["serva"]["orders"][0]["id"]
    held = {"status": "in progress", "remains": 350, "start_count": 12_480}
    await demo.post(f"/serva/sandbox/orders/{order}/hold", held)
    await phone.sees("65%")


async def _chooses(phone: Phone, service: str, link: str, button: str) -> None:
    """From a word to the confirmation of a thousand."""
    await phone.sends(service, "found.")
    await phone.taps(service, "Your rate:")
    await phone.sends(link, "How many?")
    await phone.sends("1000", "Total:")
    await phone.button(button).wait_for()


async def _visitor(
    browser: Browser, url: str, scheme: str, width: int = 390, height: int = 666, scale: int = 2
) -> Visitor:
    """Somebody with a crisp screen, where it is ten in the morning."""
    zone = (datetime.now(UTC).hour - 10 + 12) % 24 - 12
    return await Visitor.comes(
        browser,
        url,
        width=width,
        height=height,
        scheme=scheme,
        device_scale_factor=scale,
        timezone_id=f"Etc/GMT{zone:+d}",
        reduced_motion="reduce",
    )


async def _take(visitor: Visitor, name: str) -> None:
    """A picture of the window, half as large as Chromium writes it."""
    await visitor.page.mouse.move(0, 0)
    shot = await visitor.page.screenshot(animations="disabled", caret="hide")
    given = base64.b64encode(shot).decode()
    width, height, pixels = await visitor.page.evaluate(PIXELS, given)
    path = FOLDER / f"{name}.png"
    path.write_bytes(_png(width, height, base64.b64decode(pixels)))
    await visitor.leaves()
    print(f"{path.relative_to(Path.cwd())}: {path.stat().st_size // 1000} kB")


def _png(width: int, height: int, pixels: bytes) -> bytes:
    """Opaque RGBA pixels as a PNG, unfiltered: that suits flat colours best."""
    opaque = bytearray(pixels.translate(SHADES))
    del opaque[3::4]
    rows = b"".join(
        b"\0" + opaque[row : row + 3 * width] for row in range(0, len(opaque), 3 * width)
    )
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = ((b"IHDR", head), (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in parts
    )


if __name__ == "__main__":
    asyncio.run(main())
