"""Logging for operators: one line each, and no secret in any of them."""

from __future__ import annotations

import json
import logging
import sys
from datetime import UTC, datetime

from bot.domain.keys import redact

_NOISY = ("httpx", "httpcore", "aiohttp", "telegram", "apscheduler", "asyncio")


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


def set_up(form: str, level: str) -> None:
    """Log to standard error; libraries never below WARNING, since they log addresses with keys."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        Json() if form == "json" else Redacting("%(asctime)s %(levelname)-7s %(name)s: %(message)s")
    )
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for name in _NOISY:
        logging.getLogger(name).setLevel(max(logging.WARNING, logging.getLevelName(level)))
