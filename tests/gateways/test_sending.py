"""What both clients put on the screen, and that the gateway asks for it right."""

from bot.telegram.gateway import TelegramGateway
from core.messages import Address, Choice, Message, Text, text
from sandbox import Person

ODD_NAMES = ["<b>", "_*[", "a & b", "</code>", "\u202egnol\u202c", "&lt;", "< Gabriele />", "<3"]


def said(key: str = "plain", **more: object) -> Message:
    return Message((Text(key),), **more)  # type: ignore[arg-type]


async def test_a_message_is_html_with_a_keyboard(
    gateway: TelegramGateway, chat: Address, lan: Person
) -> None:
    sent = await gateway.send(
        chat,
        Message(
            (text("hello", name="Lan"), Text("plain")),
            (
                (Choice("1.s.x.a", Text("yes")), Choice("1.s.x.b", Text("no"))),
                (Choice("", Text("site"), url="https://soyte.hanoi.gov.vn"),),
            ),
        ),
        "vi",
    )

    shown = lan.last
    assert sent == str(shown.id)
    assert shown.text == "Xin chào Lan\nKhông có gì để điền"
    assert [entity["type"] for entity in shown.entities] == ["bold"]
    assert shown.rows == [["Đồng ý", "Từ chối & đóng"], ["Trang của Sở"]]
    assert shown.keyboard[0][0]["callback_data"] == "1.s.x.a"
    assert shown.keyboard[1][0]["url"] == "https://soyte.hanoi.gov.vn"
