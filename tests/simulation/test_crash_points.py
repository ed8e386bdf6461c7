"""The process dies before and after every single commit of each story, and the power with it."""

from __future__ import annotations

import pytest

from tests.simulation.points import STORIES, Point, Story, enumerate_all, points_of, tell


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.name)
def test_every_crash_point(story: Story, capsys: pytest.CaptureFixture[str]) -> None:
    count = enumerate_all((story,))[story.name]
    with capsys.disabled():
        print(f"\n{story.name}: {count} crash points")
    assert count >= 10


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.name)
def test_power_cuts_in_the_midst_of_writing(story: Story) -> None:
    """Some of them; `python -m tests.simulation.points --power` plays every one."""
    points = list(points_of(story, power=True))
    for point in points[:: max(1, len(points) // 12)]:
        tell(story, point)


def test_a_story_that_ends_otherwise_is_no_success() -> None:
    story = STORIES[0]
    with pytest.raises(AssertionError, match="placement"):
        tell(Story(story.name, story.acts, story.ends, ((2, 2),)), Point(3))
