"""`knlt check`: one plain sentence for each thing that is wrong, or will be soon."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from bot.check import Finding, check, describe, failed
from bot.settings import Mailbox, Settings, SmtpServer
from bot.vault import new_key
from sandbox import Bot, Group, Sandbox, SandboxClock
from storage.migrate import downgrade, upgrade

TOKEN = "1000001:" + "p" * 35
SPRING = datetime.fromisoformat("2026-03-10T09:00:00+07:00")
WINTER = datetime.fromisoformat("2026-11-22T09:00:00+07:00")


@dataclass
class Office:
    sandbox: Sandbox
    bot: Bot
    group: Group
    database: str

    async def check(self, **changes: Any) -> list[Finding]:
        given: dict[str, Any] = {
            "public_token": SecretStr(TOKEN),
            "telegram_api": self.sandbox.api_url,
            "staff_chat": str(self.group.id),
            "staff_leads": ("tg:1",),
            "database_url": SecretStr(self.database),
            "smtp_url": SmtpServer("127.0.0.1", self.sandbox.mail_server.port),
            "mail_from": Mailbox("no-reply@example.vn"),
            "secret_keys": (SecretStr(new_key()),),
            "public_sdk": "ptb",
        }
        settings = Settings(_env_file=None, **(given | changes))  # type: ignore[call-arg]
        return await check(settings, self.sandbox.clock)


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    database = f"sqlite+aiosqlite:///{tmp_path}/knlt.db"
    await upgrade(database)
    async with Sandbox(clock=SandboxClock(SPRING, frozen=True)) as sandbox:
        bot = sandbox.world.bot("KnltBot", TOKEN)
        owner = sandbox.world.person("Lê Thu Hồng")
        group = sandbox.world.group("Tổ KNLT", admins=[owner], bots=[bot], kind="supergroup")
        yield Office(sandbox, bot, group, database)


def _wrong(findings: list[Finding]) -> list[str]:
    return [finding.sentence for finding in findings if finding.level != "ok"]


async def test_a_sound_set_up_has_nothing_wrong(office: Office) -> None:
    findings = await office.check()

    assert _wrong(findings) == []
    assert not failed(findings)
    assert "@KnltBot can write in the staff group" in describe(findings)


async def test_a_token_that_telegram_does_not_know_is_said(office: Office) -> None:
    findings = await office.check(public_token=SecretStr("999999:" + "x" * 35))

    assert _wrong(findings) == [
        "Telegram does not know the bot of PUBLIC_TOKEN: ask @BotFather for its token."
    ]
    assert failed(findings)


async def test_a_group_without_the_bot_is_said(office: Office) -> None:
    office.group.removes(office.bot)

    findings = await office.check()
    assert "add it to the group" in _wrong(findings)[0]
    assert failed(findings)


async def test_no_group_yet_says_what_to_type(office: Office) -> None:
    findings = await office.check(staff_chat=None)

    assert "/ketnoi " in _wrong(findings)[0]
    assert not failed(findings)


async def test_a_mail_server_that_is_down_is_said(office: Office) -> None:
    findings = await office.check(smtp_url=SmtpServer("127.0.0.1", 1))

    assert "The mail server 127.0.0.1:1 does not take us" in _wrong(findings)[0]
    assert failed(findings)


async def test_a_database_out_of_reach_is_said_and_the_rest_is_looked_at(office: Office) -> None:
    findings = await office.check(
        database_url=SecretStr("postgresql+asyncpg://nobody@127.0.0.1:1/none")
    )

    assert failed(findings)
    assert any("KnltBot" in finding.sentence for finding in findings)


async def test_an_old_database_is_said(office: Office) -> None:
    await downgrade(office.database, "base")

    assert "empty" in describe(await office.check())


async def test_missing_keys_come_with_a_fresh_one(office: Office) -> None:
    findings = await office.check(secret_keys=())

    assert "A fresh key for SECRET_KEYS" in describe(findings)
    assert failed(findings)


async def test_a_calendar_that_ends_within_60_days_is_warned_of(office: Office) -> None:
    office.sandbox.clock.set(WINTER)

    findings = await office.check()
    assert "The working calendar ends on 31/12/2026" in _wrong(findings)[0]
    assert not failed(findings)


async def test_nobody_to_lead_is_warned_of(office: Office) -> None:
    findings = await office.check(staff_leads=())

    assert _wrong(findings) == ["STAFF_LEADS is empty: nobody can put officers on the staff list."]
