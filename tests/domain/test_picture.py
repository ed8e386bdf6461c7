"""A picture is what was drawn, and a file that others can read."""

from __future__ import annotations

import pytest

from bot.domain.picture import Picture, written_size
from tests.domain.png import decode

WHITE, BLACK, BLUE = (255, 255, 255), (0, 0, 0), (9, 105, 218)
PALETTE = (WHITE, BLACK, BLUE)


def drawn(picture: Picture) -> list[str]:
    signs = {WHITE: ".", BLACK: "#", BLUE: "o"}
    return ["".join(signs[point] for point in row) for row in decode(picture.png()).rows]


def test_a_rectangle_stands_where_it_was_painted() -> None:
    picture = Picture(5, 3, PALETTE)
    picture.fill(1, 1, 3, 2, 2)
    assert drawn(picture) == [".....", ".ooo.", ".ooo."]


def test_what_reaches_over_an_edge_is_cut_off() -> None:
    picture = Picture(4, 3, PALETTE)
    picture.fill(-2, -1, 3, 2, 1)
    picture.fill(3, 2, 9, 9, 2)
    picture.fill(4, 0, 2, 2, 2)
    picture.fill(-3, 0, 2, 3, 2)
    assert drawn(picture) == ["#...", "....", "...o"]


def test_digits_can_be_read() -> None:
    picture = Picture(19, 7, PALETTE)
    picture.write(1, 0, "4.0", 1, 1)
    assert drawn(picture) == [
        "....#.........###..",
        "...##........#...#.",
        "..#.#........#...#.",
        ".#..#........#...#.",
        ".#####.......#...#.",
        "....#...##...#...#.",
        "....#...##....###..",
    ]
    assert written_size("4.0", 1) == (17, 7)


def test_every_digit_looks_different() -> None:
    looks = set()
    for sign in "0123456789.,":
        picture = Picture(10, 14, PALETTE)
        picture.write(0, 0, sign, 2, 1)
        looks.add(tuple(drawn(picture)))
    assert len(looks) == 12


def test_letters_are_none_of_its_business() -> None:
    with pytest.raises(KeyError):
        Picture(10, 10, PALETTE).write(0, 0, "a", 1, 1)
