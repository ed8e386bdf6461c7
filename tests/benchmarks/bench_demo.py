"""How long the demo takes to be there, and how a tap feels in the browser.

    python -m tests.benchmarks.bench_demo --starts 5 --taps 120

A start is counted from `python -m bot demo`, with a browser that waits, until the page has painted
the bot's answer to /start. A tap is counted from its click until the frame after the screen has
changed, in the page's own clock: through the demo, the stand-in for Telegram, the bot and back.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import time

from playwright.async_api import Browser

from tests.browser import chromium
from tests.browser.demo import running
from tests.browser.visitor import Phone, Visitor

TARGETS = {"start": 5000.0, "tap": 50.0}
WALK = (("Browse", "Categories"), ("Next", "Page 2"), ("Home", "Balance"))

TAP = """(button, [changed]) => new Promise((resolve, reject) => {
    const chat = button.closest("[role=log]");
    const started = performance.now();
    const watch = new MutationObserver(() => {
        const newest = [...chat.querySelectorAll("article")].at(-1);
        if (!newest.textContent.includes(changed)) return;
        watch.disconnect();
        const taken = () => resolve(performance.now() - started);
        // The second frame begins when the first one has been painted.
        requestAnimationFrame(() => requestAnimationFrame(taken));
    });
    watch.observe(chat, { subtree: true, childList: true, characterData: true });
    setTimeout(() => reject(new Error(`no ${changed} after the tap`)), 10_000);
    button.click();
})"""


async def main() -> None:
    """Measure and print."""
    options = _options()
    async with chromium.launched() as browser:
        starts = [await _start(browser) for _ in range(options.starts)]
        _say("start to the answer of /start", starts, TARGETS["start"])
        for name, times in (await _taps(browser, options.taps)).items():
            _say(f"tap on {name}", times, TARGETS["tap"])


async def _start(browser: Browser) -> float:
    """Milliseconds from the command to the painted answer."""
    started = time.perf_counter()
    async with running() as demo:
        visitor = await Visitor.comes(browser, demo.url)
        await _welcomed(visitor)
        taken = (time.perf_counter() - started) * 1000
        await visitor.leaves()
    return taken


async def _welcomed(visitor: Visitor) -> Phone:
    phone = await visitor.takes("Emma")
    await phone.begins()
    answer = await phone.sees("Paste your API key to begin.")
    await answer.evaluate("() => new Promise(requestAnimationFrame)")
    return phone


async def _taps(browser: Browser, taps: int) -> dict[str, list[float]]:
    """Milliseconds of each kind of tap, from Home and back, over and over."""
    times: dict[str, list[float]] = {label: [] for label, _ in WALK}
    async with running() as demo:
        visitor = await Visitor.comes(browser, demo.url)
        phone = await _welcomed(visitor)
        await phone.sends(await demo.key("Emma"), "linked")
        await phone.taps("Browse", "Categories")
        await phone.taps("Home", "Balance")
        for turn in range(-2, taps // len(WALK)):
            for label, changed in WALK:
                taken = await phone.button(label).evaluate(TAP, [changed])
                if turn >= 0:
                    times[label].append(taken)
        await visitor.leaves()
    return times | {"any of them": [one for kind in times.values() for one in kind]}


def _say(name: str, times: list[float], target: float) -> None:
    middle = statistics.median(times)
    p95 = statistics.quantiles(times, n=20, method="inclusive")[18]
    verdict = "  MISSED" if middle > target else ""
    print(
        f"{name:30} {middle:7.1f} ms median  (at most {target:.0f}){verdict}"
        f"  p95 {p95:.1f}, from {min(times):.1f} to {max(times):.1f} of {len(times)}",
        flush=True,
    )


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("--starts", type=int, default=5)
    parser.add_argument("--taps", type=int, default=120)
    return parser.parse_args()


if __name__ == "__main__":
    asyncio.run(main())
