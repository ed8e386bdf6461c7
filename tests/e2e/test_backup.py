"""`backup` beside a running bot and `restore`: nothing that was confirmed is sent by its copy."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.sandbox.telegram import Person
from tests.e2e.conftest import link
from tests.e2e.placing import shows
from tests.e2e.shopping import one_screen, to_confirm
from tests.e2e.test_process import PATIENCE, run
from tests.e2e.world import World

DOUBTFUL = "I cannot tell whether this was sent. Do not order it again."


@pytest.fixture
def world(silent_world: World) -> World:
    """The stand-ins; the bot and its commands are processes."""
    silent_world.tg.patience = PATIENCE
    return silent_world


async def customer(world: World) -> Person:
    await world.spawn()
    ann = world.tg.person("Ann")
    await link(ann, world.serva.account(balance="25.50"))
    return ann


async def backed_up(world: World, path: Path) -> Path:
    code, written = await run(world.environment(), "backup", str(path))
    assert code == 0, written
    return path


async def restored(world: World, path: Path) -> None:
    code, written = await run(world.environment(), "restore", str(path))
    assert code == 0, written


async def test_back_up_order_restore_sends_nothing_again(world: World, tmp_path: Path) -> None:
    ann = await customer(world)
    await to_confirm(ann)
    await one_screen(ann)
    backup = await backed_up(world, tmp_path / "backup")
    confirmation = ann.screen
    await ann.press("Order for", on=confirmation)
    await ann.sees("Placed")
    await world.stop()

    await restored(world, backup)
    await world.spawn()
    await ann.press("Order for", on=confirmation)
    await ann.send("/orders")
    await ann.sees("No active orders.")
    assert len(world.serva.adds) == 1


async def test_an_order_that_was_on_its_way_is_unknown_after_a_restore(
    world: World, tmp_path: Path
) -> None:
    ann = await customer(world)
    confirmation = await to_confirm(ann)
    await one_screen(ann)
    hanging = world.serva.fault("hang_before", "add")
    await ann.press("Order for", on=confirmation)
    await hanging.reached.wait()
    backup = await backed_up(world, tmp_path / "backup")
    hanging.release()
    await ann.sees("Placed")
    await world.stop()

    await restored(world, backup)
    await world.spawn()
    card = await shows(world, ann.screen, DOUBTFUL)
    assert "I see it at Serva" in card.labels
    assert len(world.serva.adds) == 1


async def test_a_running_bot_is_not_restored_over(world: World, tmp_path: Path) -> None:
    ann = await customer(world)
    backup = await backed_up(world, tmp_path / "backup")
    code, written = await run(world.environment(), "restore", str(backup))
    assert (code, written.strip().splitlines()[-1]) == (
        1,
        f"Nothing was restored: already running as process {world.process.pid}",
    )
    await ann.send("/balance")
    await ann.sees("$25.50")


async def test_a_backup_of_another_master_key_is_refused(world: World, tmp_path: Path) -> None:
    await customer(world)
    backup = await backed_up(world, tmp_path / "backup")
    await world.stop()
    path = world.settings().master_key_path
    right = path.read_text()
    path.write_text("0" * 64 + "\n")
    code, written = await run(world.environment(), "restore", str(backup))
    assert (code, "another master key" in written, "Traceback" in written) == (1, True, False)
    path.write_text(right)
    await world.spawn()
    await world.tg.until(lambda: world.tg.world.updates.polled)


@pytest.mark.parametrize("text", ["", "no database, whatever its name says"])
async def test_what_is_no_backup_is_refused(world: World, tmp_path: Path, text: str) -> None:
    ann = await customer(world)
    await world.stop()
    (tmp_path / "backup").write_text(text)
    code, written = await run(world.environment(), "restore", str(tmp_path / "backup"))
    assert (code, "Traceback" in written) == (1, False)
    await world.spawn()
    await ann.send("/balance")
    await ann.sees("$25.50")


async def test_an_interrupted_restore_lets_no_bot_start(world: World) -> None:
    await customer(world)
    await world.stop()
    marker = world.data / "bot.sqlite3.restoring"
    marker.touch()
    code, written = await run(world.environment())
    assert (code, "a restore was interrupted: run it again" in written) == (1, True)
    marker.unlink()


async def test_without_a_name_backups_gather_in_the_data_folder(world: World) -> None:
    await customer(world)
    environment = {
        name: value for name, value in world.environment().items() if name != "BOT_TOKEN"
    }
    code, written = await run(environment, "backup")
    assert code == 0, written
    (backup,) = (world.data / "backups").iterdir()
    assert (backup.suffix, backup.stat().st_mode & 0o777) == (".sqlite3", 0o600)
