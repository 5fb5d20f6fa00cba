"""One conversation from scan to decision, as a bot over HTTP and people in the world see it."""

from sandbox import Bot, Sandbox
from tests.sandbox.conftest import Api


async def test_a_pharmacy_and_an_officer_talk_to_a_bot(
    sandbox: Sandbox, bot: Bot, api: Api
) -> None:
    lan = sandbox.world.person("Nguyễn Thị Lan")
    officer = sandbox.world.person("Trần Văn Minh")
    group = sandbox.world.group("Tổ KNLT", members=[officer], bots=[bot])
    lan.scans("https://t.me/KnltBot?start=abc")
    updates = await api("getUpdates")
    assert [next(k for k in u if k != "update_id") for u in updates] == [
        "my_chat_member",
        "message",
        "message",
    ]
    assert updates[-1]["message"]["text"] == "/start abc"
    assert updates[-1]["message"]["entities"] == [{"type": "bot_command", "offset": 0, "length": 6}]
    keyboard = {"inline_keyboard": [[{"text": "Đồng ý", "callback_data": "yes"}]]}
    sent = await api(
        "sendMessage",
        chat_id=lan.id,
        text="Xin <b>chào</b>",
        parse_mode="HTML",
        reply_markup=keyboard,
    )
    assert lan.sees == "Xin chào"
    assert sent["entities"] == [{"type": "bold", "offset": 4, "length": 4}]

    lan.presses("Đồng ý")
    offset = updates[-1]["update_id"] + 1
    [press] = await api("getUpdates", offset=offset)
    assert press["callback_query"]["data"] == "yes"
    await api(
        "answerCallbackQuery",
        callback_query_id=press["callback_query"]["id"],
        text="Đã nhận",
        show_alert=True,
    )
    assert lan.popups[-1].text == "Đã nhận"
    assert lan.popups[-1].alert
    await api("editMessageText", chat_id=lan.id, message_id=sent["message_id"], text="Xong")
    assert lan.sees == "Xong"

    card = {"inline_keyboard": [[{"text": "Duyệt", "callback_data": "ok"}]]}
    await api("sendMessage", chat_id=group.id, text="Hồ sơ mới", reply_markup=card)
    officer.presses("Duyệt", in_=group)
    assert len(group.cards) == 1
    member = await api("getChatMember", chat_id=group.id, user_id=officer.id)
    assert member["status"] == "member"
