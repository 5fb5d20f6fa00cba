"""Logs: structlog and the standard library through one pipeline that hides secrets and people.

Whatever a line is made of, it is redacted twice: values by the name of their key, and the finished
line by pattern, so that a token inside a URL inside a traceback is found as well.
"""

import logging
import re
import sys
import threading
from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Any, Literal, TextIO

import structlog
from structlog.stdlib import ProcessorFormatter
from structlog.typing import EventDict, Processor, WrappedLogger

Format = Literal["json", "text"]

HIDDEN = "[hidden]"

_SECRET_NAME = re.compile(
    r"token|passw|pwd|secret|api_?key|authori[sz]ation|cookie|credential"
    r"|e_?mail$|phone|(database|smtp)_url",
    re.IGNORECASE,
)
_PATTERNS = (
    # Bot tokens, also behind "/bot" in a URL, where no word boundary precedes the digits.
    (re.compile(r"(?<!\d)\d{6,12}:[\w-]{30,}"), HIDDEN),
    (re.compile(r"/bot[^/\s\"']+(?=/)"), f"/bot{HIDDEN}"),
    # What Fernet seals, and its keys.
    (re.compile(r"gAAAAA[\w-]{40,}={0,2}"), HIDDEN),
    (re.compile(r"(?<![\w-])[\w-]{43}=(?![\w=])"), HIDDEN),
    # The password in a URL; greedy, since an unescaped one may hold "@" or "/" itself.
    (re.compile(r"(\w://[^\s/:@\"']*):[^\s\"']+@"), rf"\1:{HIDDEN}@"),
    (re.compile(r"\b(Bearer|Basic) [\w+/.=-]{8,}"), rf"\1 {HIDDEN}"),
    # An e-mail address keeps its first letter and its domain: enough to recognise one's own.
    (re.compile(r"(?<![\w.+-])([\w+-])[\w.+'-]*@(?=[\w-]+\.)"), r"\1***@"),
)
_RENDERERS: Mapping[Format, Sequence[Processor]] = {
    "json": (
        structlog.processors.format_exc_info,
        structlog.processors.JSONRenderer(ensure_ascii=False),
    ),
    "text": (
        # Plain, because the richer tracebacks show the values of local variables.
        structlog.dev.ConsoleRenderer(
            colors=False, exception_formatter=structlog.dev.plain_traceback
        ),
    ),
}
# Louder than they are worth, or logging each URL with its token.
_QUIET = ("httpx", "httpcore", "aiohttp.access", "apscheduler", "alembic")


def set_up(log_format: Format, level: str, stream: TextIO | None = None) -> None:
    """Send every log of the process to `stream` (standard error), from `level` on.

    Also uncaught exceptions and warnings go this way, because Python's own way hides nothing.
    """
    handler = _Handler(stream or sys.stderr)
    handler.setFormatter(_Redacting(log_format))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    logging.captureWarnings(capture=True)
    sys.excepthook = _log_uncaught
    threading.excepthook = _log_uncaught_in_thread
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *_shared(),
            ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
    )


def redact_names(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """Hide the values whose key names a secret or a person's address, at any depth."""
    return {key: _named(key, value) for key, value in event.items()}


def redact_text(text: str) -> str:
    """Hide in a text whatever looks like a token, a key, a password in a URL or an address."""
    for pattern, shown in _PATTERNS:
        text = pattern.sub(shown, text)
    return text


def _named(key: object, value: Any) -> Any:
    if isinstance(key, str) and _SECRET_NAME.search(key) and value is not None:
        return HIDDEN
    if isinstance(value, Mapping):
        return {inner: _named(inner, held) for inner, held in value.items()}
    if isinstance(value, list | tuple):
        return [_named(None, held) for held in value]
    return value


def _shared() -> list[Processor]:
    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
    ]


class _Redacting(ProcessorFormatter):
    """Renders structlog's events and the standard library's records alike, then redacts."""

    def __init__(self, log_format: Format) -> None:
        super().__init__(
            foreign_pre_chain=_shared(),
            processors=[
                ProcessorFormatter.remove_processors_meta,
                redact_names,
                *_RENDERERS[log_format],
            ],
        )

    def format(self, record: logging.LogRecord) -> str:
        """Render a record as one redacted line (tracebacks span several in text format)."""
        return redact_text(super().format(record))


class _Handler(logging.StreamHandler[TextIO]):
    """Says that a record could not be written, where Python would print all of its values."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - logging's name
        """Name the place of the record, and nothing of it."""
        self.stream.write(f"a log line of {record.name}, line {record.lineno}, was unreadable\n")


def _log_uncaught(
    kind: type[BaseException], error: BaseException, traceback: TracebackType | None
) -> None:
    if issubclass(kind, KeyboardInterrupt):
        return
    logging.getLogger(__name__).critical("uncaught", exc_info=(kind, error, traceback))


def _log_uncaught_in_thread(args: threading.ExceptHookArgs) -> None:
    if args.exc_value is not None:
        _log_uncaught(args.exc_type, args.exc_value, args.exc_traceback)
