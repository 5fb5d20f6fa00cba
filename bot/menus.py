"""The menus of commands that Telegram shows, in both languages and by audience."""

from collections.abc import Mapping

import structlog

from bot.telegram.client import Audience
from bot.telegram.gateway import TelegramGateway
from core.policy import Policy
from core.ports import SendFailed

log = structlog.get_logger()

Menu = tuple[tuple[str, str], ...]

FACILITY: Mapping[str | None, Menu] = {
    None: (
        ("dangky", "Đăng ký tài khoản KNLT"),
        ("trangthai", "Xem kết quả đến đâu"),
        ("quaylai", "Về câu hỏi trước"),
        ("huy", "Bỏ phần đang nhập dở"),
        ("trogiup", "Trợ giúp"),
    ),
    "en": (
        ("register", "Register for a KNLT account"),
        ("status", "See where your registration stands"),
        ("back", "Go back one question"),
        ("cancel", "Drop what you are filling in"),
        ("help", "Help"),
    ),
}
STAFF: Mapping[str | None, Menu] = {
    None: (
        ("choduyet", "Danh sách đang chờ"),
        ("tim", "Tìm đăng ký"),
        ("thongke", "Số liệu tuần và tháng"),
        ("lich", "Lịch làm việc"),
        ("lydo", "Lý do từ chối"),
        ("lammoi", "Treo lại các thẻ"),
        ("xuat", "Xuất lô chờ tài khoản"),
        ("suachua", "Tin nhắn chưa xử lý được"),
        ("baocao", "Báo cáo của tháng (Excel)"),
        ("canbo", "Danh sách cán bộ"),
        ("trogiup", "Trợ giúp"),
    ),
    "en": (
        ("queue", "What waits for a decision"),
        ("find", "Find a registration"),
        ("figures", "Figures of the week and month"),
        ("calendar", "The working calendar"),
        ("reasons", "Reasons for a refusal"),
        ("refresh", "Hang the cards again"),
        ("export", "Export a batch that waits for accounts"),
        ("repair", "What was given up"),
        ("report", "The month's report (Excel)"),
        ("staff", "The staff list"),
        ("help", "Help"),
    ),
}


async def set_menus(gateways: Mapping[str, TelegramGateway], policy: Policy) -> None:
    """Set the menus of every bot; a refusal costs the menu and nothing else."""
    for name, gateway in gateways.items():
        at_desk = name == policy.staff_bot
        private = FACILITY if name == policy.public_bot else STAFF
        try:
            for language, menu in private.items():
                await gateway.client.set_commands(menu, Audience.PRIVATE, language)
            for language, menu in (STAFF if at_desk else {}).items():
                await gateway.client.set_commands(menu, Audience.GROUPS, language)
        except SendFailed as failure:
            log.warning("menu_not_set", bot=name, reason=failure.reason)
