"""When workers run, and how they stop."""

from __future__ import annotations

import asyncio

import pytest

from bot.runtime.jobs import Jobs, Worker
from bot.runtime.transport import build_application
from tests.runtime.virtual_time import VirtualTime


class Job:
    """A `run_once` that counts, blocks and fails as told."""

    def __init__(self, every: float = 3600) -> None:
        self.time = VirtualTime()
        self.runs = 0
        self.running = 0
        self.most_at_once = 0
        self.failures = 0
        self.gate: asyncio.Event | None = None
        self.worker = Worker("place orders", self.run_once, every, sleep=self.time.sleep)

    async def run_once(self) -> int:
        self.runs += 1
        self.running += 1
        self.most_at_once = max(self.running, self.most_at_once)
        try:
            if self.gate is not None:
                await self.gate.wait()
            if self.failures:
                self.failures -= 1
                raise RuntimeError("no luck")
        finally:
            self.running -= 1
        return self.runs


async def test_a_worker_runs_at_its_start_and_then_when_woken() -> None:
    job = Job()
    job.worker.start()
    await job.time.settle()
    assert job.runs == 1
    job.worker.wake()
    job.worker.wake()
    await job.time.settle()
    assert job.runs == 2
    await job.worker.stop(1)


async def test_a_wake_during_a_run_makes_one_more_run_follow_and_none_overlap() -> None:
    job = Job()
    job.gate = asyncio.Event()
    job.worker.start()
    await job.time.settle()
    job.worker.wake()
    job.worker.wake()
    await job.time.settle()
    assert job.runs == 1
    job.gate.set()
    await job.time.settle()
    assert (job.runs, job.most_at_once) == (2, 1)
    await job.worker.stop(1)


async def test_a_failing_run_is_logged_and_tried_again_with_growing_pauses(
    caplog: pytest.LogCaptureFixture,
) -> None:
    job = Job()
    job.failures = 2
    job.worker.start()
    await job.time.advance(999)
    assert job.runs == 1
    await job.time.advance(1)
    assert job.runs == 2
    await job.time.advance(1999)
    assert job.runs == 2
    await job.time.advance(1)
    assert job.runs == 3
    assert [r.getMessage() for r in caplog.records] == [
        "place orders failed and will be tried again"
    ] * 2
    assert "no luck" in caplog.text
    await job.worker.stop(1)


async def test_stop_lets_the_run_in_progress_finish() -> None:
    job = Job()
    job.gate = asyncio.Event()
    job.worker.start()
    await job.time.settle()
    stopping = asyncio.ensure_future(job.worker.stop(60))
    await job.time.settle()
    assert (stopping.done(), job.running) == (False, 1)
    job.gate.set()
    await stopping
    assert (job.runs, job.running) == (1, 0)


async def test_stop_does_not_wait_for_ever() -> None:
    job = Job()
    job.gate = asyncio.Event()
    job.worker.start()
    await job.time.settle()
    await job.worker.stop(0.01)
    assert job.running == 0


async def test_a_run_that_fails_while_stopping_is_the_last() -> None:
    job = Job()
    job.gate = asyncio.Event()
    job.failures = 1
    job.worker.start()
    await job.time.settle()
    stopping = asyncio.ensure_future(job.worker.stop(60))
    await job.time.settle()
    job.gate.set()
    await stopping
    assert job.runs == 1


async def test_a_worker_in_a_pause_after_a_failure_stops_at_once() -> None:
    job = Job()
    job.failures = 99
    job.worker.start()
    await job.time.settle()
    await job.worker.stop(60)
    assert job.runs == 1


async def test_the_job_queue_ticks_the_workers() -> None:
    application = build_application("123:abc", "http://127.0.0.1:9")
    assert application.job_queue is not None
    ticking, resting = Job(every=0.02), Job()
    jobs = Jobs([ticking.worker, resting.worker])
    await jobs.start(application.job_queue)
    async with asyncio.timeout(5):
        while ticking.runs < 3:
            await asyncio.sleep(0.01)
    await jobs.stop()
    runs = ticking.runs
    await asyncio.sleep(0.05)
    assert (ticking.runs, resting.runs) == (runs, 1)


async def test_a_tick_that_is_late_is_not_dropped() -> None:
    application = build_application("123:abc", "http://127.0.0.1:9")
    assert application.job_queue is not None
    jobs = Jobs([Job(every=20).worker, Job(every=5).worker])
    await jobs.start(application.job_queue)
    kept = [
        (job.job.misfire_grace_time, job.job.coalesce, job.job.max_instances)
        for job in application.job_queue.jobs()
    ]
    await jobs.stop()
    assert kept == [(None, True, 1), (None, True, 1)]
