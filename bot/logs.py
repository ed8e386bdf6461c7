"""Logging for operators: one line each, and no secret in any of them."""

from __future__ import annotations

import contextlib
import json
import logging
import sys
from datetime import UTC, datetime
from typing import TextIO

from bot.domain.keys import redact

_OURS = ("bot", "storage")


class Redacting(logging.Formatter):
    """Formats a record and takes out everything that looks like a key or a token."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as a line, tracebacks included, redacted as a whole."""
        return redact(super().format(record))


class Json(Redacting):
    """One JSON object a line, for machines."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as JSON; the message and the traceback are redacted."""
        body = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "where": record.name,
            "message": redact(record.getMessage()),
        }
        if record.exc_info:
            body["traceback"] = redact(self.formatException(record.exc_info))
        return json.dumps(body, ensure_ascii=False)


class Quiet(logging.StreamHandler[TextIO]):
    """Says that a record could not be written, instead of printing it raw with its arguments."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - the library's name
        """Name the line of code; a standard error that is gone is nobody's to tell."""
        with contextlib.suppress(OSError, ValueError):
            where = f"{record.name}, line {record.lineno}"
            sys.stderr.write(f"a log record could not be written: {where}\n")


def set_up(form: str, level: str) -> None:
    """Log to standard error; libraries never below WARNING, since they log keys and people's data.

    Call it once, before anything else logs.
    """
    handler = Quiet(sys.stderr)
    handler.setFormatter(
        Json() if form == "json" else Redacting("%(asctime)s %(levelname)-7s %(name)s: %(message)s")
    )
    threshold = logging.getLevelNamesMapping()[level]
    logging.basicConfig(level=max(logging.WARNING, threshold), handlers=[handler], force=True)
    for name in _OURS:
        logging.getLogger(name).setLevel(threshold)
