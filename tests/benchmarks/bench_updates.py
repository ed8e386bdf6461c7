"""What one tap costs: seal, commit, answer, edit, mark handled, over real HTTP; no dialogue.

    python -m tests.benchmarks.bench_updates --updates 5000 --rate 300

The Bot API server runs in a process of its own, so the seconds of CPU are the bot's alone. A tap
is counted from the moment it arises at the server until its edit has arrived there.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import json
import multiprocessing
import os
import statistics
import tempfile
import time
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import orjson
from aiohttp import web

from bot.domain.event import Tap
from bot.runtime.courier import Courier
from bot.runtime.intake import Arrival, Intake, sign_in
from bot.runtime.lanes import Lanes
from bot.runtime.transport import build_application, calls
from bot.screens.screen import Button, Screen
from storage import inbox
from storage.database import Database
from storage.migrate import migrate
from storage.vault import Vault

TOKEN = "123456:benchmark"
ME = {"id": 123456, "is_bot": True, "first_name": "Bench", "username": "bench_bot"}
ROWS = tuple((Button(f"Service number {n} · $0.89", data=f"s:{n}"),) for n in range(10))


class Telegram:
    """As little of a Bot API server as the bot needs: taps at a rate, and a delay per call."""

    def __init__(self, updates: int, people: int, rate: float, delay: float) -> None:
        self._updates, self._people, self._rate, self._delay = updates, people, rate, delay
        self._began = 0.0
        self._given = 0
        self._answered = 0
        self._edited: list[float] = []
        self._all_edited = asyncio.Event()

    async def serve(self, parent: Connection) -> None:
        app = web.Application()
        app.router.add_post("/bot{token}/{method}", self._call)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        parent.send(runner.addresses[0][1])
        await self._all_edited.wait()
        parent.send((self._answered, self._edited))
        await asyncio.to_thread(parent.recv)
        await runner.cleanup()

    async def _call(self, request: web.Request) -> web.Response:
        params = orjson.loads(await request.read())
        result = await getattr(self, request.match_info["method"])(params)
        return web.Response(
            body=orjson.dumps({"ok": True, "result": result}), content_type="application/json"
        )

    async def getMe(self, _: dict[str, Any]) -> Any:  # noqa: N802 - the Bot API's name
        return ME

    async def getUpdates(self, _: dict[str, Any]) -> Any:  # noqa: N802
        self._began = self._began or time.perf_counter()
        while self._given < self._updates:
            arisen = min(self._updates, int((time.perf_counter() - self._began) * self._rate))
            if batch := [self._tap(n) for n in range(self._given, min(arisen, self._given + 100))]:
                self._given += len(batch)
                return batch
            await asyncio.sleep(0.001)
        await asyncio.sleep(0.2)
        return []

    async def answerCallbackQuery(self, _: dict[str, Any]) -> Any:  # noqa: N802
        self._answered += 1
        await asyncio.sleep(self._delay)
        return True

    async def editMessageText(self, params: dict[str, Any]) -> Any:  # noqa: N802
        arose = self._began + int(params["text"].split()[1]) / self._rate
        self._edited.append(time.perf_counter() - arose)
        if len(self._edited) == self._updates:
            self._all_edited.set()
        await asyncio.sleep(self._delay)
        return {"message_id": params["message_id"], "date": 1, "text": params["text"]}

    def _tap(self, number: int) -> dict[str, Any]:
        person = 1000 + number % self._people
        keyboard = [[{"text": row[0].label, "callback_data": row[0].data}] for row in ROWS]
        chat = {"id": person, "type": "private", "first_name": "Ann"}
        message = {"message_id": 5, "date": 1, "chat": chat, "from": ME, "text": "Browse"}
        return {
            "update_id": number + 1,
            "callback_query": {
                "id": str(number),
                "from": {"id": person, "is_bot": False, "first_name": "Ann"},
                "chat_instance": "1",
                "data": str(number),
                "message": message | {"reply_markup": {"inline_keyboard": keyboard}},
            },
        }


async def measure(port: int, parent: Connection, folder: Path) -> tuple[float, float]:
    """Seconds of CPU and of time until everything is edited and marked as handled."""
    app = build_application(TOKEN, f"http://127.0.0.1:{port}")
    username = await sign_in(app.bot, _monotonic)
    vault = Vault([os.urandom(32)])
    async with Database.open(folder / "bench.db") as db:
        await migrate(db)
        courier = Courier(calls(app.bot), _monotonic)

        async def handle(person: int, arrival: Arrival) -> None:
            event = arrival.event
            assert isinstance(event, Tap)
            screen = Screen(f"Tap {event.data}", ROWS)
            await courier.edit(person, event.message_id, screen)
            await db.write(lambda tx: inbox.mark_handled(tx, arrival.update_id, _now()))

        async def give_up(person: int, arrival: Arrival, error: Exception) -> None:
            raise error

        lanes: Lanes[Arrival] = Lanes(handle, give_up)
        intake = Intake(
            call=calls(app.bot, 20),
            db=db,
            seal=lambda id_, raw: vault.seal(raw, owner=0, purpose="inbox", row=str(id_)),
            unseal=lambda id_, raw: vault.open(raw, owner=0, purpose="inbox", row=str(id_)),
            hand=lanes.put,
            answer=courier.answer,
            bot_username=username,
            clock=_now,
        )
        gc.collect()
        gc.freeze()
        cpu, began = time.process_time(), time.perf_counter()
        polling = asyncio.create_task(intake.run())
        await asyncio.to_thread(parent.poll, None)
        await lanes.drain(30)
        spent = time.process_time() - cpu, time.perf_counter() - began
        await intake.stop()
        await polling
    await app.shutdown()
    await app.bot.shutdown()
    return spent


def main() -> None:
    """Run one measurement and print it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--updates", type=int, default=3000)
    parser.add_argument("--people", type=int, default=500)
    parser.add_argument("--rate", type=float, default=300, help="taps a second")
    parser.add_argument("--delay", type=float, default=0.04, help="seconds per Bot API call")
    options = parser.parse_args()

    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    server = context.Process(
        target=_serve,
        args=(theirs, options.updates, options.people, options.rate, options.delay),
    )
    server.start()
    with tempfile.TemporaryDirectory() as folder, _runner() as runner:
        cpu, seconds = runner.run(measure(ours.recv(), ours, Path(folder)))
    answered, edited = ours.recv()
    ours.send("done")
    server.join()
    cuts = statistics.quantiles(edited, n=100)
    figures = {
        "taps": options.updates,
        "answered": answered,
        "a second": round(options.updates / seconds),
        "CPU ms per tap": round(1000 * cpu / options.updates, 2),
        "median ms until edited": round(1000 * cuts[49]),
        "99th percentile": round(1000 * cuts[98]),
    }
    print(json.dumps(figures, indent=2))


def _serve(parent: Connection, updates: int, people: int, rate: float, delay: float) -> None:
    async def serve() -> None:
        await Telegram(updates, people, rate, delay).serve(parent)

    with _runner() as runner:
        runner.run(serve())


def _runner() -> asyncio.Runner:
    try:
        import uvloop
    except ImportError:
        return asyncio.Runner()
    return asyncio.Runner(loop_factory=uvloop.new_event_loop)


def _now() -> int:
    return time.time_ns() // 1_000_000


def _monotonic() -> int:
    return time.monotonic_ns() // 1_000_000


if __name__ == "__main__":
    main()
