"""Keeps the translations in step with the source; `python -m bot.texts.catalogue` rewrites them.

What is translated stays, what is new is added without a translation, what is no longer said goes.
Equal sources give equal files: messages are sorted, and no dates or places are written.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Sequence
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from bot.texts.words import LANGUAGES, LOCALES

SOURCE = Path(__file__).parent.parent
_KEYWORDS = {"t": None, "n": (1, 2), "mark": None}
# The stand-ins speak for others, and the gallery repeats: nothing there is said by the bot.
_METHODS = [("sandbox/**", "ignore"), ("gallery/**", "ignore"), ("**.py", "python")]
_HEADER = """\
# {language} words of the bot. `python -m bot.texts.catalogue` keeps this file in step.
msgid ""
msgstr ""
"Language: {code}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: {plurals}\\n"

"""


def template() -> Catalog:
    """Everything that the source says, in its own language."""
    said = Catalog()
    for _, _, message, _, _ in extract_from_dir(SOURCE, _METHODS, keywords=_KEYWORDS):
        said.add(message)
    return said


def translated(code: str) -> Catalog:
    """The translations of a language as they are written down; empty where there are none."""
    path = catalogue_path(code)
    if not path.exists():
        return Catalog(locale=code)
    with path.open("rb") as source:
        return read_po(source, locale=code)


def in_step(code: str, said: Catalog) -> str:
    """The catalogue of a language, rewritten for what is said now."""
    catalogue = translated(code)
    catalogue.update(said, no_fuzzy_matching=True)
    body = io.BytesIO()
    write_po(
        body,
        catalogue,
        width=100,
        no_location=True,
        omit_header=True,
        sort_output=True,
        ignore_obsolete=True,
    )
    header = _HEADER.format(
        language=catalogue.locale.english_name if catalogue.locale else code,
        code=code,
        plurals=catalogue.plural_forms,
    )
    return header + body.getvalue().decode().strip() + "\n"


def catalogue_path(code: str) -> Path:
    """Where the translations of a language are."""
    return LOCALES / code / "LC_MESSAGES" / "bot.po"


def update(codes: Sequence[str]) -> None:
    """Bring the catalogues of these languages in step with the source."""
    said = template()
    for code in codes:
        path = catalogue_path(code)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(in_step(code, said), encoding="utf-8")


def translations() -> tuple[str, ...]:
    """Every language but that of the source."""
    return tuple(LANGUAGES)[1:]


if __name__ == "__main__":
    update(sys.argv[1:] or translations())
