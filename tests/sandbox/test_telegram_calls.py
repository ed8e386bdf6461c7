"""How a call travels: tokens, method names, the four ways of parameters, files, the record."""

from __future__ import annotations

import struct
from collections.abc import AsyncIterator
from io import BytesIO
from zlib import compress, crc32

import aiohttp
import orjson
import pytest

from bot.sandbox.telegram import Person, TelegramServer
from tests.sandbox.telegram_api import Api, api_of


@pytest.fixture
async def tg() -> AsyncIterator[TelegramServer]:
    async with TelegramServer("123:ABC") as server:
        yield server


@pytest.fixture
async def api(tg: TelegramServer) -> AsyncIterator[Api]:
    async with api_of(tg) as client:
        yield client


@pytest.fixture
async def ann(tg: TelegramServer) -> Person:
    person = tg.person("Ann")
    await person.send("/start")
    return person


@pytest.mark.parametrize(
    ("path", "status", "description"),
    [
        ("/bot123:WRONG/getMe", 401, "Unauthorized"),
        ("/botnonsense/getMe", 404, "Not Found"),
        ("/bot/getMe", 404, "Not Found"),
        ("/bot123:ABC/getMyMoney", 404, "Not Found: method not found"),
        ("/", 404, "Not Found"),
        ("/file/bot123:ABC/documents/none/x", 404, "Not Found"),
        ("/file/bot123:ABC/x", 404, "Not Found"),
        ("/file/bot123:WRONG/documents/none/x", 401, "Unauthorized"),
    ],
)
async def test_wrong_doors(
    tg: TelegramServer, api: Api, path: str, status: int, description: str
) -> None:
    async with api.http.get(tg.url + path) as answer:
        assert (answer.status, await answer.json()) == (
            status,
            {"ok": False, "error_code": status, "description": description},
        )


async def test_method_names_are_found_in_any_case(api: Api) -> None:
    assert (await api.result("GETME"))["id"] == 123


async def test_parameters_come_by_query_form_multipart_or_json(
    tg: TelegramServer, api: Api, ann: Person
) -> None:
    keyboard = {"inline_keyboard": [[{"text": "Go", "callback_data": "go"}]]}
    as_form = {
        "chat_id": str(ann.id),
        "text": "hello",
        "disable_notification": "true",
        "reply_markup": orjson.dumps(keyboard).decode(),
    }
    url = f"{api.root}/sendMessage"
    multipart = aiohttp.FormData(as_form, default_to_multipart=True)
    as_json = {
        "chat_id": ann.id,
        "text": "hello",
        "disable_notification": True,
        "reply_markup": keyboard,
        "parse_mode": None,
    }
    for call in (
        api.http.get(url, params=as_form),
        api.http.post(url, data=as_form),
        api.http.post(url, data=multipart),
        api.http.post(url, json=as_json),
    ):
        async with call as answer:
            assert answer.status == 200
    sent = [message for message in ann.messages if message.from_bot]
    assert [(one.text, one.silent, ann.keyboards[0].labels) for one in sent] == [
        ("hello", True, ("Go",))
    ] * 4
    assert [call.params for call in tg.calls] == [as_form] * 4


@pytest.mark.parametrize(
    ("body", "headers", "description"),
    [
        (b"{", {"Content-Type": "application/json"}, "Bad Request: can't parse JSON object"),
        (
            b"[]",
            {"Content-Type": "application/json"},
            "Bad Request: JSON object expected as the body",
        ),
        (
            b"text=\xff\xfe",
            {"Content-Type": "application/x-www-form-urlencoded"},
            "Bad Request: strings must be encoded in UTF-8",
        ),
    ],
)
async def test_unreadable_bodies(
    api: Api, body: bytes, headers: dict[str, str], description: str
) -> None:
    async with api.http.post(f"{api.root}/sendMessage", data=body, headers=headers) as answer:
        assert (await answer.json())["description"] == description


async def test_unknown_parameters_pass_but_are_noted(
    tg: TelegramServer, api: Api, ann: Person
) -> None:
    await api.result("sendMessage", chat_id=ann.id, text="x", reply_to_message_id=1, colour="red")
    assert tg.unknown_parameters == [
        ("sendMessage", "reply_to_message_id"),
        ("sendMessage", "colour"),
    ]


async def test_every_call_is_recorded(tg: TelegramServer, api: Api, ann: Person) -> None:
    await api("sendMessage", chat_id=ann.id, text="hi")
    await api("sendMessage", chat_id=1, text="hi")
    sent, refused = tg.calls_of("sendMessage")
    assert (sent.ok, sent.chat_id, sent.params["text"], sent.error) == (True, ann.id, "hi", "")
    assert (refused.ok, refused.error) == (False, "Bad Request: chat not found")
    assert refused.answer == {
        "ok": False,
        "error_code": 400,
        "description": "Bad Request: chat not found",
    }


async def test_a_document_goes_up_and_comes_down(tg: TelegramServer, api: Api, ann: Person) -> None:
    form = aiohttp.FormData()
    form.add_field("chat_id", str(ann.id))
    form.add_field("caption", "<b>Your</b> orders")
    form.add_field("parse_mode", "HTML")
    form.add_field("document", b"a,b\n1,2\n", filename="orders.csv", content_type="text/csv")
    async with api.http.post(f"{api.root}/sendDocument", data=form) as answer:
        document = (await answer.json())["result"]["document"]
    assert (document["file_name"], document["file_size"]) == ("orders.csv", 8)
    assert ann.screen.text == "Your orders"
    assert tg.calls[-1].params["document"] == "orders.csv (8 bytes)"

    path = (await api.result("getFile", file_id=document["file_id"]))["file_path"]
    async with api.http.get(f"{tg.url}/file/bot{tg.token}/{path}") as answer:
        assert await answer.read() == b"a,b\n1,2\n"


async def test_files_by_attachment_link_and_file_id(
    tg: TelegramServer, api: Api, ann: Person
) -> None:
    form = aiohttp.FormData()
    form.add_field("chat_id", str(ann.id))
    form.add_field("photo", "attach://chart")
    form.add_field("chart", png(30, 20), filename="chart.png")
    async with api.http.post(f"{api.root}/sendPhoto", data=form) as answer:
        photo = (await answer.json())["result"]["photo"]
    assert (photo[-1]["width"], photo[-1]["height"]) == (30, 20)
    again = await api.result("sendPhoto", chat_id=ann.id, photo=photo[-1]["file_id"])
    assert again["photo"] == photo
    assert await api.result("sendPhoto", chat_id=ann.id, photo="https://x.org/a.png")
    assert tg.unknown_parameters == []


@pytest.mark.parametrize(
    ("params", "description"),
    [
        ({}, "Bad Request: there is no document in the request"),
        (
            {"document": "made-up"},
            "Bad Request: wrong remote file identifier specified: Wrong string length",
        ),
        ({"caption": "x" * 1025}, "Bad Request: message caption is too long"),
    ],
)
async def test_documents_that_are_none(
    api: Api, ann: Person, params: dict[str, str], description: str
) -> None:
    assert await api.error("sendDocument", chat_id=ann.id, **params) == description


def png(width: int, height: int, *, rows: int | None = None) -> bytes:
    """A black picture; with fewer `rows` than it says, a broken one."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", crc32(kind + body))

    pixels = bytes(1 + 3 * width) * (height if rows is None else rows)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
        + chunk(b"IDAT", compress(pixels))
        + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize(
    ("content", "description"),
    [
        (b"no picture", "IMAGE_PROCESS_FAILED"),
        (png(9, 9)[:-1], "IMAGE_PROCESS_FAILED"),
        (png(9, 9).replace(b"IDAT", b"IDAU"), "IMAGE_PROCESS_FAILED"),
        (png(9, 9, rows=8), "IMAGE_PROCESS_FAILED"),
        (png(21, 1), "PHOTO_INVALID_DIMENSIONS"),
        (png(5001, 5000, rows=0), "IMAGE_PROCESS_FAILED"),
        (png(9700, 500), "PHOTO_INVALID_DIMENSIONS"),
        (bytes(10 * 1024 * 1024 + 1), "file of size 10485761 bytes is too big for a photo"),
    ],
    ids=range(8),
)
async def test_photos_that_are_none(
    api: Api, ann: Person, content: bytes, description: str
) -> None:
    form = aiohttp.FormData({"chat_id": str(ann.id)})
    form.add_field("photo", BytesIO(content), filename="chart.png")
    async with api.http.post(f"{api.root}/sendPhoto", data=form) as answer:
        assert (await answer.json())["description"] == f"Bad Request: {description}"
    assert ann.from_bot == []


async def test_an_empty_file_is_refused(api: Api, ann: Person) -> None:
    form = aiohttp.FormData({"chat_id": str(ann.id)})
    form.add_field("document", b"", filename="none.txt")
    async with api.http.post(f"{api.root}/sendDocument", data=form) as answer:
        assert (await answer.json())["description"] == "Bad Request: file must be non-empty"


async def test_an_unknown_file_is_refused(api: Api) -> None:
    assert await api.error("getFile", file_id="x") == "Bad Request: invalid file_id"


async def test_a_file_that_somebody_sent_is_found_by_its_path(
    api: Api, tg: TelegramServer, ann: Person
) -> None:
    message = await ann.send_document("my list.csv", b"1234", mime="text/csv")
    file = await api.result("getFile", file_id=message.media["document"]["file_id"])
    assert file["file_size"] == 4
    async with api.http.get(f"{tg.url}/file/bot{tg.token}/{file['file_path']}") as answer:
        assert await answer.read() == b"1234"


async def test_a_bot_downloads_no_more_than_twenty_megabytes(api: Api, ann: Person) -> None:
    message = await ann.send_document("video.mp4", b"x" * 20_000_001)
    file_id = message.media["document"]["file_id"]
    assert await api.error("getFile", file_id=file_id) == "Bad Request: file is too big"


def test_a_token_has_a_shape() -> None:
    with pytest.raises(ValueError, match="a token looks like"):
        TelegramServer("nonsense")
