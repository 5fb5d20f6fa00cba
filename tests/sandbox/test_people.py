"""What people do and see, as tests tell it."""

import asyncio
from datetime import timedelta

import pytest

from sandbox import Bot, NothingToPress, Person, Sandbox
from tests.sandbox.conftest import Api


@pytest.fixture
def lan(sandbox: Sandbox, bot: Bot) -> Person:
    return sandbox.world.person("Lan")


@pytest.mark.parametrize(
    ("payload", "arrives"),
    [
        ("abc", "/start abc"),
        ("A-z_9" + "x" * 59, "/start A-z_9" + "x" * 59),
        ("x" * 65, "/start"),
        ("a.b", "/start"),
        ("a b", "/start"),
        ("ạ", "/start"),
        ("", "/start"),
    ],
)
def test_deep_links(lan: Person, bot: Bot, payload: str, arrives: str) -> None:
    assert lan.scans(f"https://t.me/knltbot?start={payload}").text == arrives
    assert lan.opens(bot, payload).text == arrives


def test_links_to_nowhere(lan: Person) -> None:
    with pytest.raises(ValueError, match="no bot @Other"):
        lan.scans("https://t.me/Other?start=a")
    with pytest.raises(ValueError, match="no link to a bot"):
        lan.scans("https://example.com/KnltBot")


def test_a_long_text_goes_out_in_parts(lan: Person, bot: Bot, sandbox: Sandbox) -> None:
    lan.opens(bot)
    lan.types("👍" * 2048 + "a")
    parts = [m.text for m in sandbox.world.private(bot, lan).visible()]
    assert parts == ["/start", "👍" * 2048, "a"]
    with pytest.raises(ValueError, match="no empty message"):
        lan.types(" ")


async def test_buttons_are_found_by_their_words(api: Api, lan: Person, bot: Bot) -> None:
    lan.opens(bot)

    async def card(*labels: str) -> None:
        row = [{"text": label, "callback_data": f"{label[:9]}"} for label in labels]
        markup = {"inline_keyboard": [row]}
        await api("sendMessage", chat_id=lan.id, text="Thẻ", reply_markup=markup)

    await card("Duyệt")
    await card("✅ Duyệt", "Bỏ duyệt")
    older, newer = lan.hears()
    lan.presses("Duyệt")
    lan.presses("✅ duyệt")
    lan.presses("Duyệt", on=newer)
    pressed = [u["callback_query"] for u in (await api("getUpdates"))[-3:]]
    assert [p["message"]["message_id"] for p in pressed] == [older.id, newer.id, newer.id]
    with pytest.raises(NothingToPress) as nothing:
        lan.presses("Từ chối")
    assert "Lan sees no button 'Từ chối'; on the screen: [✅ Duyệt], [Bỏ duyệt], [Duyệt]" in str(
        nothing.value
    )
    with pytest.raises(NothingToPress, match="sees no button 'Bỏ duyệt'"):
        lan.presses("Bỏ duyệt", on=older)


async def test_keys_of_a_custom_keyboard_type_their_words(api: Api, lan: Person, bot: Bot) -> None:
    lan.opens(bot)
    keys = {"keyboard": [["Giám đốc", {"text": "DS PTCM"}]], "resize_keyboard": True}
    await api("sendMessage", chat_id=lan.id, text="Vai trò?", reply_markup=keys)
    lan.presses("DS PTCM")
    assert (await api("getUpdates"))[-1]["message"]["text"] == "DS PTCM"
    await api("sendMessage", chat_id=lan.id, text="Xong", reply_markup={"remove_keyboard": True})
    with pytest.raises(NothingToPress):
        lan.presses("DS PTCM")


async def test_a_link_button_gives_its_address(api: Api, lan: Person, bot: Bot) -> None:
    lan.opens(bot)
    link = {"inline_keyboard": [[{"text": "Mở", "url": "https://t.me/KnltBot?start=a"}]]}
    await api("sendMessage", chat_id=lan.id, text="a", reply_markup=link)
    assert lan.presses("Mở") == "https://t.me/KnltBot?start=a"


async def test_waiting_ends_with_the_awaited_word(api: Api, lan: Person, bot: Bot) -> None:
    lan.opens(bot)
    await api("sendMessage", chat_id=lan.id, text="Tên?")
    lan.types("Lan")
    waiting = asyncio.create_task(lan.waits_for("Tên"))
    await asyncio.sleep(0)
    assert not waiting.done()
    await api("sendMessage", chat_id=lan.id, text="Khoan")
    await api("editMessageText", chat_id=lan.id, message_id=2, text="Tên: Lan")
    assert (await waiting).text == "Tên: Lan"
    with pytest.raises(AssertionError, match="to hear 'Xong'") as late:
        await lan.waits_for("Xong", within=0.01)
    assert "KnltBot: Khoan" in str(late.value)


async def test_waiting_for_a_popup(api: Api, lan: Person, bot: Bot) -> None:
    lan.opens(bot)
    markup = {"inline_keyboard": [[{"text": "Có", "callback_data": "y"}]]}
    await api("sendMessage", chat_id=lan.id, text="?", reply_markup=markup)
    lan.presses("Có")
    waiting = asyncio.create_task(lan.waits_for_popup("Vâng"))
    query = (await api("getUpdates"))[-1]["callback_query"]
    given = {"callback_query_id": query["id"], "text": "Vâng", "show_alert": True}
    await api("answerCallbackQuery", **given)
    assert (await waiting).alert
    lan.presses("Có")
    with pytest.raises(AssertionError, match="popup"):
        await lan.waits_for_popup(within=0.01)


async def test_a_transcript_reads_like_the_screen(
    api: Api, lan: Person, bot: Bot, sandbox: Sandbox
) -> None:
    lan.opens(bot, "abc")
    markup = {
        "inline_keyboard": [
            [{"text": "Có", "callback_data": "y"}],
            [{"text": "Không", "callback_data": "n"}],
        ]
    }
    await api("sendMessage", chat_id=lan.id, text="Đồng ý\nchứ?", reply_markup=markup)
    sandbox.clock.shift(timedelta(seconds=61))
    lan.sends_photo(caption="Giấy phép")
    lan.sends_document("a.xlsx", b"x")
    lan.sends_sticker()
    lan.edits(lan.types("a"), "b")
    lan.deletes(lan.types("gone"))
    assert lan.transcript() == "\n".join(
        (
            "[05:00:00] Lan: /start abc",
            "[05:00:00] KnltBot: Đồng ý",
            "    chứ?",
            "    [Có]",
            "    [Không]",
            "[05:01:01] Lan: (photo) Giấy phép",
            "[05:01:01] Lan: (document a.xlsx)",
            "[05:01:01] Lan: (sticker sticker.webp)",
            "[05:01:01] Lan (edited): b",
        )
    )


def test_people_act_where_they_are(lan: Person, bot: Bot, sandbox: Sandbox) -> None:
    with pytest.raises(AssertionError, match="no chat open"):
        lan.types("a")
    lan.opens(bot)
    with pytest.raises(AssertionError, match="has heard nothing yet"):
        lan.last  # noqa: B018 - reading it is the test
    assert lan.sees == ""
    bots = sandbox.world.post(sandbox.world.private(bot, lan), bot, "a")
    with pytest.raises(ValueError, match="their own"):
        lan.edits(bots, "b")
    with pytest.raises(ValueError, match="is Lan"):
        sandbox.world.person("Hoa", id=lan.id)
