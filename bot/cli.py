"""The command line. Each command imports what it needs, so that none pays for another's parts.

Exit status: 0 for success, 2 for bad input or configuration with one plain sentence per problem,
1 for a story or a check that did not come out.
"""

import argparse
import asyncio
import errno
import sys
from collections.abc import Callable, Coroutine, Sequence
from datetime import date, timedelta
from pathlib import Path

from bot.settings import Settings, SettingsProblem, load_settings

OK, BAD_INPUT = 0, 2
TICKET_DAYS = 365


class BadInput(Exception):
    """What was given on the command line cannot be used; the text says why."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; return the exit status."""
    options = _parser().parse_args(arguments)
    try:
        status: int = options.command(options)
    except (SettingsProblem, BadInput) as problem:
        print(problem, file=sys.stderr)
        return BAD_INPUT
    except KeyboardInterrupt:
        return OK
    return status


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="knlt", description="Registration of KNLT accounts by chat."
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def command(
        name: str, function: Callable[[argparse.Namespace], int], help_: str
    ) -> argparse.ArgumentParser:
        one = commands.add_parser(name, help=help_, description=help_)
        one.set_defaults(command=function)
        return one

    run = command("run", _run, "Run the program until it is told to stop.")
    run.add_argument(
        "--role",
        choices=("all", "web", "worker"),
        default="all",
        help="web takes updates in, worker does everything else, all does both (default)",
    )
    demo = command("demo", _demo, "Run the whole program on a sandbox: no token, no servers.")
    demo.add_argument("--port", type=int, default=0, help="of the page; any free one by default")
    demo.add_argument("--empty", action="store_true", help="without sample registrations")
    command("play", _play, "Play one whole story by itself, and check each step of it.")
    command("check", _check, "Say what is wrong with the set-up; exit status 2 if anything is.")
    qr = command("qr", _qr, "Write the deep link as PNG, SVG and an A4 poster as PDF.")
    qr.add_argument("--bot", help="the bot's username; asked of Telegram by default")
    qr.add_argument("--place", metavar="CODE", help="count the scans of this poster by a code")
    qr.add_argument("--ticket", metavar="LICENCE", help="a one-time ticket for one licence")
    qr.add_argument("--days", type=int, default=TICKET_DAYS, help="how long a ticket is good")
    qr.add_argument("--language", choices=("vi", "en"), default="vi", help="of the poster")
    qr.add_argument("--out", type=Path, default=Path(), help="the folder to write to")
    migrate = command("migrate", _migrate, "Bring the database to this version.")
    migrate.add_argument("--to", default="head", help="a revision; the newest by default")
    calendar = command("import-calendar", _import_calendar, "Replace the working calendar.")
    calendar.add_argument("file", type=Path, help="a JSON file like core/data/calendar_vn.json")
    register = command("import-register", _import_register, "Replace the list of certificates.")
    register.add_argument("file", type=Path, help="XLSX or CSV; columns are found by their headers")
    register.add_argument("--yes", action="store_true", help="do not ask before it is replaced")
    audit = command("audit", _audit, "Print the history of a registration.")
    audit.add_argument("reference", help="such as 26-K7QX9M")
    backup = command("backup", _backup, "Copy the database while the program runs.")
    backup.add_argument("file", type=Path, help="a new file; SQLite's, or pg_dump's for PostgreSQL")
    return parser


def _run(options: argparse.Namespace) -> int:
    from bot import logs
    from bot.clock import SystemClock
    from bot.run import run

    settings = load_settings()
    logs.set_up(settings.log_format, settings.log_level)
    return _plainly(lambda: run(settings, SystemClock(), options.role))


def _check(_: argparse.Namespace) -> int:
    from bot.check import check, describe, failed
    from bot.clock import SystemClock

    findings = asyncio.run(check(load_settings(), SystemClock()))
    print(describe(findings))
    return BAD_INPUT if failed(findings) else OK


def _demo(options: argparse.Namespace) -> int:
    from bot.demo import demo

    try:
        return _plainly(lambda: demo(options.port, empty=options.empty))
    except OSError as error:
        raise BadInput(f"Port {options.port} cannot be listened on: {error.strerror}.") from None


def _play(_: argparse.Namespace) -> int:
    from bot.play import play

    return asyncio.run(play())


def _migrate(options: argparse.Namespace) -> int:
    from storage.migrate import upgrade

    settings = load_settings()
    return _plainly(lambda: upgrade(settings.database_url.get_secret_value(), options.to))


def _import_calendar(options: argparse.Namespace) -> int:
    from bot.office import import_calendar
    from core.calendar import CalendarError, parse_calendar

    try:
        calendar, notes = parse_calendar(options.file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(f"{options.file} cannot be read: {error}") from None
    except CalendarError as error:
        raise BadInput(f"{options.file}: {error}") from None
    return _plainly(lambda: import_calendar(load_settings(), calendar, notes))


def _import_register(options: argparse.Namespace) -> int:
    from bot.office import import_register

    try:
        content = options.file.read_bytes()
    except OSError as error:
        raise BadInput(f"{options.file} cannot be read: {error.strerror}.") from None
    return _plainly(lambda: import_register(load_settings(), content, sure=options.yes))


def _audit(options: argparse.Namespace) -> int:
    from bot.office import audit
    from core.reference import read_reference

    reference = read_reference(options.reference)
    if reference is None:
        raise BadInput(f"{options.reference} is no reference; one looks like 26-K7QX9M.")
    return _plainly(lambda: audit(load_settings(), reference))


def _backup(options: argparse.Namespace) -> int:
    from storage.backup import BackupFailed, back_up
    from storage.engine import BadDatabaseUrl

    try:
        back_up(load_settings().database_url.get_secret_value(), options.file)
    except (BackupFailed, BadDatabaseUrl) as problem:
        raise BadInput(str(problem)) from None
    return OK


def _qr(options: argparse.Namespace) -> int:
    settings = load_settings()
    if options.place and options.ticket:
        raise BadInput("Give --place or --ticket, not both.")
    payload, licence = _payload(settings, options)
    username = options.bot or asyncio.run(_ask_username(settings))
    link = f"https://t.me/{username.removeprefix('@')}" + (f"?start={payload}" if payload else "")
    for path in _write_qr(link, options, licence, settings):
        print(path)
    print(link)
    return OK


def _payload(settings: Settings, options: argparse.Namespace) -> tuple[str, str | None]:
    from core.ticket import place_payload

    if options.ticket:
        return _ticket(settings, options)
    if not options.place:
        return "", None
    try:
        return place_payload(options.place), None
    except ValueError as error:
        raise BadInput(str(error)) from None


def _ticket(settings: Settings, options: argparse.Namespace) -> tuple[str, str]:
    import secrets

    from bot.clock import SystemClock
    from bot.vault import FernetVault
    from core.licence import LicenceStatus, read_licence
    from core.ticket import NONCE_BYTES, ticket_payload
    from handlers.entry import TICKET_PURPOSE

    reading = read_licence(options.ticket)
    if reading.licence is None or reading.status not in (LicenceStatus.OK, LicenceStatus.CONFIRM):
        raise BadInput(f"{options.ticket} is no licence number such as 03-1234/ĐKKDD-HNO.")
    if not settings.secret_keys:
        raise BadInput("SECRET_KEYS must be set: a ticket is signed with the newest key.")
    vault = FernetVault([key.get_secret_value() for key in settings.secret_keys])
    today: date = SystemClock().now().astimezone(settings.timezone).date()
    payload = ticket_payload(
        reading.licence,
        secrets.token_bytes(NONCE_BYTES),
        vault.keys(TICKET_PURPOSE)[0],
        today + timedelta(days=options.days),
    )
    return payload, reading.licence.canonical


async def _ask_username(settings: Settings) -> str:
    """Ask Telegram for the public bot's username, without loading an SDK for it."""
    import aiohttp

    if settings.public_token is None:
        raise BadInput("Give --bot USERNAME, or set PUBLIC_TOKEN so that Telegram can be asked.")
    url = f"{settings.telegram_api}/bot{settings.public_token.get_secret_value()}/getMe"
    try:
        async with aiohttp.ClientSession() as session, session.get(url) as response:
            answer = await response.json()
    except (aiohttp.ClientError, TimeoutError) as error:
        raise BadInput(
            f"Telegram cannot be reached ({type(error).__name__}); give --bot USERNAME."
        ) from None
    if not answer.get("ok"):
        raise BadInput("Telegram does not know the bot of PUBLIC_TOKEN.")
    return str(answer["result"]["username"])


def _write_qr(
    link: str, options: argparse.Namespace, licence: str | None, settings: Settings
) -> list[Path]:
    from bot.poster.poster import poster_pdf
    from bot.poster.qr import qr_png, qr_svg
    from bot.poster.wording import poster_wording
    from bot.texts.catalogue import load
    from core.messages import text

    catalogue = load(settings.timezone)
    wording = poster_wording(
        lambda key, **values: catalogue.plain(text(key, **values), options.language),
        language=options.language,
        support=catalogue.plain(text("poster-support-address"), options.language),
        days=settings.working_days,
        place=options.place,
        licence=licence,
    )
    stem = "knlt-" + (options.place or ("ticket" if licence else "poster"))
    pieces = {
        f"{stem}.png": qr_png(link),
        f"{stem}.svg": qr_svg(link),
        f"{stem}.pdf": poster_pdf(link, wording),
    }
    try:
        options.out.mkdir(parents=True, exist_ok=True)
        for name, content in pieces.items():
            (options.out / name).write_bytes(content)
    except OSError as error:
        raise BadInput(f"{options.out} cannot be written to: {error.strerror}.") from None
    return [options.out / name for name in pieces]


def _plainly(work: Callable[[], Coroutine[object, object, object]]) -> int:
    """Run a coroutine; turn the failures an operator can mend into one plain sentence each."""
    from core.ports import SendFailed
    from storage.engine import BadDatabaseUrl, DatabaseUnavailable

    try:
        asyncio.run(work())
    except (BadDatabaseUrl, DatabaseUnavailable) as error:
        raise BadInput(str(error)) from None
    except SendFailed as failure:
        raise BadInput(f"Telegram refused us: {failure.reason}.") from None
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            raise
        raise BadInput("LISTEN is in use already: another program runs there.") from None
    return OK
