"""The catalogues: complete, in step with the source, and grammatical where a machine can tell."""

from __future__ import annotations

import ast
import io
import re
import string
import unicodedata
from collections.abc import Callable, Iterator
from functools import cache
from gettext import c2py
from pathlib import Path

import pytest
from babel import Locale
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

from bot.texts.catalogue import SOURCE, catalogue_path, in_step, template, translated, translations
from bot.texts.words import Texts

LANGUAGES = translations()
SAID = template()


def messages(catalogue: Catalog) -> dict[str | tuple[str, ...], Message]:
    return {
        message.id if isinstance(message.id, str) else tuple(message.id): message
        for message in catalogue
        if message.id
    }


def forms(message: Message) -> tuple[str, ...]:
    if isinstance(message.string, str):
        return (message.string,)
    return tuple(message.string or ())


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_message_is_translated(code: str) -> None:
    known = messages(translated(code))
    missing = [
        id for id in messages(SAID) if id not in known or not all(map(str.strip, forms(known[id])))
    ]
    assert missing == []


@pytest.mark.parametrize("code", LANGUAGES)
def test_nothing_is_translated_that_is_no_longer_said(code: str) -> None:
    catalogue = translated(code)
    assert set(messages(catalogue)) - set(messages(SAID)) == set()
    assert dict(catalogue.obsolete) == {}


@pytest.mark.parametrize("code", LANGUAGES)
def test_no_translation_is_a_guess(code: str) -> None:
    assert [message.id for message in translated(code) if message.id and message.fuzzy] == []


@pytest.mark.parametrize("code", LANGUAGES)
def test_the_file_is_as_the_command_writes_it(code: str) -> None:
    assert catalogue_path(code).read_text(encoding="utf-8") == in_step(code, SAID)


@pytest.mark.parametrize("code", LANGUAGES)
def test_translations_have_the_placeholders_of_the_source(code: str) -> None:
    wrong = []
    for id, message in messages(translated(code)).items():
        if isinstance(id, str):
            if placeholders(forms(message)[0]) != placeholders(id):
                wrong.append(id)
            continue
        exact = set(exact_forms(code))
        for index, form in enumerate(forms(message)):
            given, wanted = placeholders(form), placeholders(id[-1])
            # "No orders", "one order", "two orders": where the words say it, no digit has to.
            if given != wanted and not (index in exact and given == wanted - {"count"}):
                wrong.append(form)
    assert wrong == []


def exact_forms(code: str) -> list[int]:
    """The plural forms that are for one number only."""
    counted: dict[int, list[int]] = {}
    for number in range(1000):
        counted.setdefault(rule(code)(number), []).append(number)
    return [index for index, numbers in counted.items() if len(numbers) == 1]


@cache
def rule(code: str) -> Callable[[int], int]:
    """Which form gettext takes for a number: its own reading of the expression in the file."""
    expression = re.search(r"plural=(.*);", translated(code).plural_forms)
    assert expression is not None
    chosen: Callable[[int], int] = c2py(expression[1])
    return chosen


@pytest.mark.parametrize("code", LANGUAGES)
def test_plural_forms_are_complete_and_in_the_order_of_the_language(code: str) -> None:
    order = [name for name in ("zero", "one", "two", "few", "many", "other") if name in named(code)]
    wrong = [
        number
        for number in range(1201)
        if order[rule(code)(number)] != Locale(code).plural_form(number)
    ]
    assert wrong == []
    counts = {
        len(forms(message))
        for id, message in messages(translated(code)).items()
        if not isinstance(id, str)
    }
    assert counts == {len(order)}


def named(code: str) -> set[str]:
    return {Locale(code).plural_form(number) for number in range(200)}


def test_arabic_counts_as_arabic_does() -> None:
    t = Texts().of("ar")
    said = [
        t.n("{count} active order.", "{count} active orders.", number)
        for number in (0, 1, 2, 3, 10, 11, 99, 100, 103)
    ]
    assert said == [
        "لا طلبات جارية.",
        "لديك طلب جارٍ واحد.",
        "لديك طلبان جاريان.",
        "لديك 3 طلبات جارية.",
        "لديك 10 طلبات جارية.",
        "لديك 11 طلبًا جاريًا.",
        "لديك 99 طلبًا جاريًا.",
        "لديك 100 طلب جارٍ.",
        "لديك 103 طلبات جارية.",
    ]


@pytest.mark.parametrize("code", ["en", *LANGUAGES])
def test_no_message_has_markup_or_marks_of_direction(code: str) -> None:
    said = SAID if code == "en" else translated(code)
    texts = [
        text
        for id, message in messages(said).items()
        for text in (*([id] if isinstance(id, str) else id), *forms(message))
    ]
    unfit = re.compile("[<>&\u200b-\u200f\u202a-\u202e\u2066-\u2069]")
    assert [
        text for text in texts if unfit.search(text) or text != text.strip() + comma(text)
    ] == []


def comma(text: str) -> str:
    """The one message that ends in a space: what stands between the entries of a list."""
    return " " if text in (", ", "، ") else ""


def test_arabic_lines_start_with_an_arabic_word() -> None:
    """Names and numbers may lead: Telegram takes the direction from the first letter."""
    wrong = []
    for message in messages(translated("ar")).values():
        for form in forms(message):
            first = next((c for c in form if unicodedata.category(c)[0] == "L"), "")
            if first and unicodedata.bidirectional(first) != "AL" and not form.startswith("{"):
                wrong.append(form)
    assert wrong == []


def test_arabic_messages_write_no_command_out() -> None:
    """The slash before Latin letters goes to their other end; a value is fenced off."""
    said = [form for message in messages(translated("ar")).values() for form in forms(message)]
    assert [form for form in said if re.search(r"(?<!\S)[/@#]\w", form)] == []


def test_arabic_uses_the_words_of_the_contract() -> None:
    t = Texts().of("ar")
    assert (t("Back"), t("Cancel")) == ("رجوع", "تراجع")
    assert [
        message.id
        for message in messages(translated("ar")).values()
        if any("إلغاء الطلب" in form for form in forms(message))
    ] == ["Cancel order"], "إلغاء الطلب is only for a cancellation at Serva"


def test_french_never_breaks_a_line_before_its_marks() -> None:
    said = [form for message in messages(translated("fr")).values() for form in forms(message)]
    assert [
        form for form in said if re.search("[^\u00a0\u202f][:;?!»](?!\\S)|«[^\u00a0]", form)
    ] == []


@pytest.mark.parametrize("code", LANGUAGES)
def test_names_of_companies_stay_as_they_are(code: str) -> None:
    wrong = []
    for id, message in messages(translated(code)).items():
        source = id if isinstance(id, str) else id[0]
        for form in forms(message):
            for name in ("Servya", "Serva", "API"):
                pattern = rf"{name}\b"
                if re.search(pattern, source) and not re.search(pattern, form):
                    wrong.append((name, form))
    assert wrong == []


def test_everything_that_is_said_is_found() -> None:
    """Babel reads tokens; this reads the syntax tree. Both must find the same."""
    assert set(messages(SAID)) == set(spoken())


def spoken() -> Iterator[str | tuple[str, ...]]:
    for path in sorted(SOURCE.rglob("*.py")):
        if "sandbox" in path.relative_to(SOURCE).parts:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                yield from said_by(node, path)


def said_by(call: ast.Call, path: Path) -> Iterator[str | tuple[str, ...]]:
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    given = [arg.value for arg in call.args if isinstance(arg, ast.Constant)]
    texts = [value for value in given if isinstance(value, str)]
    if name in ("t", "mark") and texts:
        yield texts[0]
    elif name in ("t", "mark") and call.args:
        written = isinstance(call.args[0], ast.JoinedStr | ast.BinOp | ast.IfExp)
        assert not written, f"{path}:{call.lineno}: a message must be written out"
    elif name == "n" and len(texts) == 2:
        yield tuple(texts)


def test_what_is_new_waits_for_its_words_and_what_is_gone_goes() -> None:
    said = Catalog()
    for message in ("Back", "Nobody has said this yet, {name}."):
        said.add(message)
    written = read_po(io.BytesIO(in_step("ar", said).encode()), locale="ar")
    assert {message.id: message.string for message in written if message.id} == {
        "Back": "رجوع",
        "Nobody has said this yet, {name}.": "",
    }


def test_a_language_begins_with_everything_to_be_translated() -> None:
    written = read_po(io.BytesIO(in_step("de", SAID).encode()), locale="de")
    assert set(messages(written)) == set(messages(SAID))
    assert not any(text for message in messages(written).values() for text in forms(message))
