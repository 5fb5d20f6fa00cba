"""A Telegram-compatible Bot API server with people, a mail inbox and a clock; knows no bot.

async with Sandbox(limits=False) as sandbox:
    bot = sandbox.world.bot("KnltBot", token="123456:secret")  # API at sandbox.api_url
    director = sandbox.world.person("Nguyễn Thị Lan")
    group = sandbox.world.group("Tổ KNLT", admins=[officer], bots=[bot])
    director.scans("https://t.me/KnltBot?start=abc")
    await director.waits_for("Xin chào")
    director.presses("Đồng ý")
    officer.presses("Duyệt", in_=group)
    sandbox.clock.shift(timedelta(days=14))
    assert sandbox.inbox.last_to("lan@nhathuoc.vn").text
"""

from sandbox.bots import Bot
from sandbox.clock import SandboxClock
from sandbox.errors import ApiError, NothingToPress
from sandbox.mail import Inbox, Mail
from sandbox.model import Chat, Message, Status
from sandbox.people import Group, Person, Popup
from sandbox.sandbox import Sandbox
from sandbox.world import World

__all__ = [
    "ApiError",
    "Bot",
    "Chat",
    "Group",
    "Inbox",
    "Mail",
    "Message",
    "NothingToPress",
    "Person",
    "Popup",
    "Sandbox",
    "SandboxClock",
    "Status",
    "World",
]
