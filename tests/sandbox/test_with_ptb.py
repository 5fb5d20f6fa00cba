"""python-telegram-bot's own client, unchanged, takes the sandbox for Telegram."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from sandbox import Bot, Person, Sandbox
from tests.sandbox.pictures import dot

if TYPE_CHECKING:
    from telegram import Bot as Client


@pytest.fixture
async def client(
    sandbox: Sandbox, bot: Bot, monkeypatch: pytest.MonkeyPatch
) -> "AsyncIterator[Client]":
    monkeypatch.setenv("PTB_TIMEDELTA", "true")
    from telegram import Bot as Client

    url = sandbox.api_url
    made = Client(bot.token, base_url=f"{url}/bot", base_file_url=f"{url}/file/bot")
    async with made:
        yield made


@pytest.fixture
def lan(sandbox: Sandbox, bot: Bot) -> Person:
    person = sandbox.world.person("Nguyễn Thị Lan")
    person.opens(bot, "abc")
    return person


async def test_sends_edits_and_deletes(client: "Client", lan: Person) -> None:
    from telegram import (
        InlineKeyboardButton,
        InlineKeyboardMarkup,
        LinkPreviewOptions,
        Message,
        ReplyParameters,
    )

    keyboard = InlineKeyboardMarkup([[InlineKeyboardButton("Duyệt", callback_data="v1:ok")]])
    sent = await client.send_message(
        lan.id,
        "<b>Hồ sơ</b> &lt;1&gt;",
        parse_mode="HTML",
        reply_markup=keyboard,
        reply_parameters=ReplyParameters(1, allow_sending_without_reply=True),
        link_preview_options=LinkPreviewOptions(is_disabled=True),
    )
    assert sent.text_html == "<b>Hồ sơ</b> &lt;1&gt;"
    assert sent.reply_to_message is not None
    assert sent.reply_markup == keyboard
    assert sent.link_preview_options == LinkPreviewOptions(is_disabled=True)

    edited = await client.edit_message_text("Xong", lan.id, sent.message_id)
    assert isinstance(edited, Message)
    assert edited.text == "Xong"
    assert edited.edit_date == sent.date
    marked = await client.edit_message_reply_markup(lan.id, sent.message_id, reply_markup=keyboard)
    assert isinstance(marked, Message)
    assert marked.reply_markup == keyboard
    copy = await client.copy_message(lan.id, lan.id, sent.message_id)
    assert copy.message_id == sent.message_id + 1
    assert await client.delete_messages(lan.id, [sent.message_id, copy.message_id])
    assert lan.sees == ""


async def test_sends_and_fetches_files(client: "Client", lan: Person) -> None:
    photo = await client.send_photo(lan.id, dot(), caption="Ảnh")
    assert photo.photo[0].width == 1
    document = await client.send_document(lan.id, b"x", caption="Tệp", filename="hồ sơ.txt")
    assert document.document is not None
    assert document.document.file_name == "hồ sơ.txt"
    captioned = await client.edit_message_caption(lan.id, document.message_id, caption="Khác")
    assert getattr(captioned, "caption", None) == "Khác"
    fetched = await document.document.get_file()
    assert bytes(await fetched.download_as_bytearray()) == b"x"


async def test_reads_updates_and_answers_presses(
    client: "Client", sandbox: Sandbox, bot: Bot, lan: Person
) -> None:
    from telegram import InlineKeyboardButton, InlineKeyboardMarkup
    from telegram.error import BadRequest

    keyboard = InlineKeyboardMarkup([[InlineKeyboardButton("Duyệt", callback_data="ok")]])
    await client.send_message(lan.id, "?", reply_markup=keyboard)
    lan.presses("Duyệt")
    lan.sends_photo()
    lan.sends_document("a.txt", b"x")
    lan.sends_sticker()
    group = sandbox.world.group("Tổ", bots=[bot])
    group.promotes(bot)
    group.migrates()
    lan.blocks(bot)
    updates = await client.get_updates(timeout=0)
    press = next(u.callback_query for u in updates if u.callback_query)
    assert press.data == "ok"
    assert await press.answer("Đã nhận", show_alert=True)
    assert lan.popups[-1].text == "Đã nhận"
    with pytest.raises(BadRequest, match="Query is too old"):
        await press.answer("Đã nhận")
    assert await client.get_updates(offset=updates[-1].update_id + 1, timeout=0) == ()


async def test_asks_about_chats_and_itself(
    client: "Client", sandbox: Sandbox, bot: Bot, lan: Person
) -> None:
    from telegram import BotCommand, BotCommandScopeAllPrivateChats

    group = sandbox.world.group("Tổ", kind="supergroup")
    group.adds(bot, admin=True)
    assert client.username == "KnltBot"
    assert (await client.get_chat(group.id)).title == "Tổ"
    assert {m.status for m in await client.get_chat_administrators(group.id)} == {
        "creator",
        "administrator",
    }
    assert (await client.get_chat_member(group.id, lan.id)).status == "left"
    scope = BotCommandScopeAllPrivateChats()
    await client.set_my_commands([BotCommand("tim", "Tìm")], scope=scope, language_code="vi")
    assert await client.get_my_commands(scope=scope, language_code="vi") == (
        BotCommand("tim", "Tìm"),
    )
    await client.set_webhook("http://127.0.0.1:9/x", secret_token="s", allowed_updates=["message"])
    info = await client.get_webhook_info()
    assert info.url == "http://127.0.0.1:9/x"
    assert info.allowed_updates == ("message",)
    assert await client.delete_webhook()


async def test_raises_its_exceptions(
    client: "Client", sandbox: Sandbox, bot: Bot, lan: Person
) -> None:
    from telegram.error import (
        BadRequest,
        ChatMigrated,
        Conflict,
        Forbidden,
        InvalidToken,
        NetworkError,
        RetryAfter,
    )

    group = sandbox.world.group("Tổ", bots=[bot])
    old = group.id
    group.migrates()
    with pytest.raises(ChatMigrated) as migrated:
        await client.send_message(old, "a")
    assert migrated.value.new_chat_id == group.id
    sandbox.faults.flood(7)
    with pytest.raises(RetryAfter) as flooded:
        await client.send_message(lan.id, "a")
    assert flooded.value.retry_after == timedelta(seconds=7)
    sandbox.faults.fail(502, html=True)
    sandbox.faults.drop()
    for _ in range(2):
        with pytest.raises(NetworkError):
            await client.send_message(lan.id, "a")
    with pytest.raises(BadRequest, match="essage is too long"):
        await client.send_message(lan.id, "a" * 4097)
    await client.set_webhook("http://127.0.0.1:9/x")
    with pytest.raises(Conflict):
        await client.get_updates(timeout=0)
    lan.blocks(bot)
    with pytest.raises(Forbidden, match="bot was blocked by the user"):
        await client.send_message(lan.id, "a")
    sandbox.world.bots.clear()
    with pytest.raises(InvalidToken):
        await client.get_me()
