"""aiogram's own client, unchanged, takes every answer of the sandbox for Telegram's."""

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

import pytest

from sandbox import Bot, Person, Sandbox
from tests.sandbox.pictures import dot

if TYPE_CHECKING:
    from aiogram import Bot as Client


@pytest.fixture
async def client(sandbox: Sandbox, bot: Bot) -> "AsyncIterator[Client]":
    from aiogram import Bot as Client
    from aiogram.client.session.aiohttp import AiohttpSession
    from aiogram.client.telegram import TelegramAPIServer

    session = AiohttpSession(api=TelegramAPIServer.from_base(sandbox.api_url))
    async with Client(bot.token, session=session) as made:
        yield made


@pytest.fixture
def lan(sandbox: Sandbox, bot: Bot) -> Person:
    person = sandbox.world.person("Nguyễn Thị Lan")
    person.opens(bot, "abc")
    return person


async def test_sends_edits_and_deletes(client: "Client", lan: Person) -> None:
    from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup, ReplyParameters

    keyboard = InlineKeyboardMarkup(
        inline_keyboard=[[InlineKeyboardButton(text="Duyệt", callback_data="v1:ok")]]
    )
    sent = await client.send_message(
        lan.id,
        "<b>Hồ sơ</b> &lt;1&gt;",
        parse_mode="HTML",
        reply_markup=keyboard,
        reply_parameters=ReplyParameters(message_id=1),
        disable_notification=True,
        protect_content=True,
    )
    assert sent.text == "Hồ sơ <1>"
    assert sent.html_text == "<b>Hồ sơ</b> &lt;1&gt;"
    assert sent.reply_to_message is not None
    assert sent.reply_markup is not None
    assert sent.reply_markup.inline_keyboard[0][0].callback_data == "v1:ok"

    edited = await client.edit_message_text("Xong", chat_id=lan.id, message_id=sent.message_id)
    assert getattr(edited, "text", None) == "Xong"
    marked = await client.edit_message_reply_markup(
        chat_id=lan.id, message_id=sent.message_id, reply_markup=keyboard
    )
    assert getattr(marked, "reply_markup", None) is not None
    assert await client.delete_message(lan.id, sent.message_id)
    assert lan.sees == ""


async def test_sends_and_fetches_files(client: "Client", lan: Person) -> None:
    from aiogram.types import BufferedInputFile

    photo = await client.send_photo(lan.id, BufferedInputFile(dot(), "dot.png"), caption="Ảnh")
    assert photo.photo is not None
    assert (photo.photo[0].width, photo.photo[0].height) == (1, 1)
    document = await client.send_document(
        lan.id,
        BufferedInputFile("Đây".encode(), "hồ sơ.txt"),
        caption="<i>Tệp</i>",
        parse_mode="HTML",
    )
    assert document.document is not None
    assert document.document.file_name == "hồ sơ.txt"
    content = await client.download(document.document)
    assert content is not None
    assert content.read().decode() == "Đây"
    again = await client.send_document(lan.id, document.document.file_id)
    assert again.document is not None
    assert again.document.file_unique_id == document.document.file_unique_id


async def test_reads_updates_of_every_kind(
    client: "Client", sandbox: Sandbox, bot: Bot, lan: Person
) -> None:
    from aiogram.types import ForceReply

    group = sandbox.world.group("Tổ", kind="group")
    group.adds(bot, admin=True)
    officer = group.member("Minh")
    forum = sandbox.world.group("Chủ đề", bots=[bot], topics=["Hồ sơ"])
    group.migrates()
    group.promotes(officer, anonymous=True)
    officer.types("/start@KnltBot", in_=group)
    lan.sends_photo(caption="Giấy phép")
    lan.sends_document("a.xlsx", b"x")
    lan.sends_sticker()
    asked = await client.send_message(lan.id, "Lý do?", reply_markup=ForceReply())
    lan.replies(sandbox.world.private(bot, lan).messages[asked.message_id], "Vì")
    lan.edits(lan.types("a", in_=bot), "b")
    lan.blocks(bot)
    updates = await client.get_updates(allowed_updates=[])
    assert {update.event_type for update in updates} == {
        "message",
        "edited_message",
        "my_chat_member",
        "chat_member",
    } - {"chat_member"}
    assert await client.get_updates(offset=updates[-1].update_id + 1) == []
    assert forum.chat.is_forum


async def test_answers_presses(client: "Client", sandbox: Sandbox, bot: Bot, lan: Person) -> None:
    from aiogram.exceptions import TelegramBadRequest
    from aiogram.types import InaccessibleMessage, InlineKeyboardButton, InlineKeyboardMarkup

    keyboard = InlineKeyboardMarkup(
        inline_keyboard=[[InlineKeyboardButton(text="Duyệt", callback_data="ok")]]
    )
    sent = await client.send_message(lan.id, "?", reply_markup=keyboard)
    lan.presses("Duyệt")
    await client.delete_message(lan.id, sent.message_id)
    lan.presses("Duyệt", on=sandbox.world.private(bot, lan).messages[sent.message_id])
    first, second = [u.callback_query for u in (await client.get_updates())[-2:]]
    assert first is not None
    assert second is not None
    assert isinstance(second.message, InaccessibleMessage)
    assert await client.answer_callback_query(first.id, "Đã nhận", show_alert=True)
    with pytest.raises(TelegramBadRequest, match="query is too old"):
        await client.answer_callback_query(first.id)


async def test_asks_about_chats_and_itself(
    client: "Client", sandbox: Sandbox, bot: Bot, lan: Person
) -> None:
    from aiogram.types import (
        BotCommand,
        BotCommandScopeChat,
        ChatMemberAdministrator,
        ChatMemberOwner,
    )

    group = sandbox.world.group("Tổ", kind="supergroup")
    group.adds(bot, admin=True)
    assert (await client.get_me()).can_read_all_group_messages is False
    assert (await client.get_chat(group.id)).title == "Tổ"
    assert (await client.get_chat(lan.id)).type == "private"
    members = await client.get_chat_administrators(group.id)
    assert {type(m) for m in members} == {ChatMemberOwner, ChatMemberAdministrator}
    assert (await client.get_chat_member(group.id, lan.id)).status == "left"
    assert await client.get_chat_member_count(group.id) == 2
    scope = BotCommandScopeChat(chat_id=group.id)
    await client.set_my_commands([BotCommand(command="tim", description="Tìm")], scope=scope)
    assert [c.command for c in await client.get_my_commands(scope=scope)] == ["tim"]
    assert await client.get_my_commands() == []
    await client.delete_my_commands(scope=scope)
    await client.set_my_name("KNLT", language_code="vi")
    assert (await client.get_my_name(language_code="vi")).name == "KNLT"
    await client.set_my_description("Đăng ký")
    await client.set_my_short_description("Ngắn")
    await client.send_chat_action(lan.id, "typing")
    sent = await client.send_message(group.id, "Ghim")
    assert await client.pin_chat_message(group.id, sent.message_id)
    pinned = (await client.get_chat(group.id)).pinned_message
    assert pinned is not None
    assert pinned.message_id == sent.message_id
    await client.set_webhook("http://127.0.0.1:9/x", secret_token="s", max_connections=3)
    assert (await client.get_webhook_info()).max_connections == 3
    assert await client.delete_webhook(drop_pending_updates=True)


async def test_raises_its_exceptions(
    client: "Client", sandbox: Sandbox, bot: Bot, lan: Person
) -> None:
    from aiogram.exceptions import (
        ClientDecodeError,
        TelegramConflictError,
        TelegramEntityTooLarge,
        TelegramForbiddenError,
        TelegramMigrateToChat,
        TelegramNetworkError,
        TelegramRetryAfter,
        TelegramServerError,
    )
    from aiogram.types import BufferedInputFile

    group = sandbox.world.group("Tổ", bots=[bot])
    old = group.id
    group.migrates()
    with pytest.raises(TelegramMigrateToChat) as migrated:
        await client.send_message(old, "a")
    assert migrated.value.migrate_to_chat_id == group.id
    sandbox.faults.flood(7)
    with pytest.raises(TelegramRetryAfter) as flooded:
        await client.send_message(lan.id, "a")
    assert flooded.value.retry_after == 7
    sandbox.faults.fail(500)
    with pytest.raises(TelegramServerError):
        await client.send_message(lan.id, "a")
    sandbox.faults.fail(502, html=True)
    with pytest.raises(ClientDecodeError):
        await client.send_message(lan.id, "a")
    sandbox.faults.drop()
    with pytest.raises(TelegramNetworkError):
        await client.send_message(lan.id, "a")
    with pytest.raises(TelegramEntityTooLarge):
        await client.send_document(lan.id, BufferedInputFile(bytes(56 * 1024 * 1024), "big"))
    await client.set_webhook("http://127.0.0.1:9/x")
    with pytest.raises(TelegramConflictError):
        await client.get_updates()
    lan.blocks(bot)
    with pytest.raises(TelegramForbiddenError):
        await client.send_message(lan.id, "a")
