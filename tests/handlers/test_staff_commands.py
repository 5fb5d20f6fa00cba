"""What officers and leads type: the queue, the staff list, help; and what strangers get."""

import pytest

from bot.stage import Stage
from core.people import Role
from core.ports import Member
from core.usecases.members import seed_leads
from tests.handlers.actors import Player
from tests.handlers.cases import employ, hand_in_many, hands_in


async def roles(stage: Stage) -> dict[str, tuple[str, str]]:
    """The staff list: user → (name, role)."""
    async with stage.app.store.read() as tx:
        return {one.user: (one.name, one.role.value) for one in await tx.staff.all()}


# ── /choduyet ────────────────────────────────────────────────────────────────────────────────────


async def test_the_queue_lists_what_waits_with_a_button_to_open_each(desk: Stage) -> None:
    officer = Player(desk, desk.officer, desk.group)
    first, second = await hand_in_many(desk, 2)
    await officer.says("/choduyet 1")

    assert officer.last.text.splitlines() == [
        "Đang chờ: 2",
        f"🟢 {first.reference} Nhà thuốc số 0 · chờ duyệt · hạn 16/03/2026, còn 10 ngày làm việc",
        f"🟢 {second.reference} Nhà thuốc số 1 · chờ duyệt · hạn 16/03/2026, còn 10 ngày làm việc",
    ]
    assert officer.buttons == [first.reference, second.reference]


async def test_a_long_queue_goes_on_with_a_page_number(desk: Stage, officer: Player) -> None:
    cases = await hand_in_many(desk, 25)
    await officer.says("/choduyet 1")
    officer.hears("Đang chờ: 25", "… và 5 đăng ký nữa, gõ /choduyet 2 để xem tiếp")
    await officer.says("/choduyet 2")

    assert officer.buttons == [case.reference for case in cases[20:]]
    officer.hears_no("đăng ký nữa")


@pytest.mark.parametrize("words", ["/choduyet", "/queue", "/choduyet hai", "/choduyet 9"])
async def test_an_empty_queue_says_so(desk: Stage, officer: Player, words: str) -> None:
    await officer.says(words)

    officer.hears("Không có đăng ký nào đang chờ.")


# ── /canbo ───────────────────────────────────────────────────────────────────────────────────────


async def test_the_list_shows_names_roles_and_numbers(desk: Stage, lead: Player) -> None:
    await lead.says("/canbo")

    assert lead.last.text.splitlines()[:3] == [
        "Danh sách cán bộ",
        f"• Lê Thu Hồng: trưởng nhóm ({desk.lead.id})",
        f"• Trần Văn Minh: cán bộ ({desk.officer.id})",
    ]
    lead.hears("Xóa: /canbo xóa SỐ")


async def test_only_a_lead_is_told_how_to_change_the_list(desk: Stage, officer: Player) -> None:
    await officer.says("/canbo")

    officer.hears_no("Xóa:")


@pytest.mark.parametrize(
    ("words", "role"),
    [
        ("", "officer"),
        (" cán bộ", "officer"),
        (" trưởng nhóm", "lead"),
        (" TRUONG NHOM", "lead"),
        (" người xem", "viewer"),
        (" viewer", "viewer"),
    ],
)
async def test_a_lead_adds_somebody_by_replying_to_their_message(
    stage: Stage, lead: Player, officer: Player, words: str, role: str
) -> None:
    said = stage.officer.types("Xin chào cả nhóm", in_=stage.group)
    await lead.replies(said, f"/canbo{words}")

    assert (await roles(stage))[officer.user] == ("Trần Văn Minh", role)
    lead.hears("Đã ghi vào danh sách: Trần Văn Minh, ")


@pytest.mark.parametrize(
    ("words", "name", "role"),
    [
        ("777 Nguyễn Văn Bình", "Nguyễn Văn Bình", "officer"),
        ("777 Nguyễn Xuân Trường", "Nguyễn Xuân Trường", "officer"),
        ("777 Lê Thị Xem", "Lê Thị Xem", "officer"),
        ("777 Phạm Cán", "Phạm Cán", "officer"),
        ("777 Nguyễn Xuân Trường trưởng nhóm", "Nguyễn Xuân Trường", "lead"),
        ("tg:777 người xem", "tg:777", "viewer"),
        ("777", "tg:777", "officer"),
        ("777 " + "A" * 90, "A" * 64, "officer"),
    ],
)
async def test_a_lead_adds_somebody_by_number(
    stage: Stage, lead: Player, words: str, name: str, role: str
) -> None:
    """A name is no role: Trường is not a trưởng nhóm."""
    await lead.says(f"/canbo {words}")

    assert (await roles(stage))["tg:777"] == (name, role)


async def test_a_member_added_by_number_is_named_when_they_first_act(
    stage: Stage, lead: Player, officer: Player
) -> None:
    await lead.says(f"/canbo {stage.officer.id}")
    lead.hears(f"Đã ghi vào danh sách: {stage.officer.id}, cán bộ.")
    await officer.says("/choduyet 1")

    assert (await roles(stage))[officer.user] == ("Trần Văn Minh", "officer")


async def test_changing_a_role_keeps_the_name_and_changing_nothing_keeps_the_role(
    desk: Stage, lead: Player, officer: Player
) -> None:
    await lead.says(f"/canbo {desk.officer.id} trưởng nhóm")
    assert (await roles(desk))[officer.user] == ("Trần Văn Minh", "lead")

    said = desk.officer.types("Vâng", in_=desk.group)
    await lead.replies(said, "/canbo")
    assert (await roles(desk))[officer.user] == ("Trần Văn Minh", "lead")


@pytest.mark.parametrize("way", ["/canbo xóa {}", "/canbo XOÁ {}", "/canbo remove tg:{}", "reply"])
async def test_rule_7_a_removed_member_can_do_nothing_from_then_on(
    desk: Stage, lead: Player, officer: Player, way: str
) -> None:
    case = await hands_in(desk)
    if way == "reply":
        await lead.replies(desk.officer.types("Tạm biệt", in_=desk.group), "/canbo xóa")
    else:
        await lead.says(way.format(desk.officer.id))
    lead.hears("Đã xóa Trần Văn Minh khỏi danh sách; quyền hết hiệu lực ngay.")
    await officer.presses("Duyệt", on=case.card)

    assert "chưa có quyền" in officer.popup
    assert await case.events() == ["submitted"]


@pytest.mark.parametrize("words", ["xóa", "xóa ai đó", "xóa 0", "Nguyễn Văn Bình", "-5", "٣"])
async def test_a_command_that_names_nobody_tells_how(desk: Stage, lead: Player, words: str) -> None:
    await lead.says(f"/canbo {words}")

    lead.hears("Thêm: trả lời tin nhắn của người đó bằng /canbo")


async def test_removing_a_stranger_says_that_they_are_not_listed(desk: Stage, lead: Player) -> None:
    await lead.says("/canbo xóa 999")

    lead.hears("Người này không có trong danh sách.")


@pytest.mark.parametrize("words", ["xóa {}", "{} cán bộ", "{} người xem"])
async def test_the_last_lead_stays_one(desk: Stage, lead: Player, words: str) -> None:
    await lead.says("/canbo " + words.format(desk.lead.id))

    lead.hears("Phải còn ít nhất một trưởng nhóm.")
    assert (await roles(desk))[lead.user][1] == "lead"


async def test_a_lead_may_go_when_there_is_another(
    desk: Stage, lead: Player, officer: Player
) -> None:
    await lead.says(f"/canbo {desk.officer.id} trưởng nhóm")
    await lead.says(f"/canbo xóa {desk.lead.id}")

    assert set(await roles(desk)) == {officer.user}


async def test_replying_to_the_bot_puts_no_bot_on_the_list(desk: Stage, lead: Player) -> None:
    case = await hands_in(desk)
    await lead.replies(case.card, "/canbo trưởng nhóm")

    lead.hears("Thêm: trả lời tin nhắn của người đó bằng /canbo")
    assert len(await roles(desk)) == 2


async def test_configured_leads_are_leads_again_after_a_restart_and_keep_their_names(
    desk: Stage,
) -> None:
    user = f"tg:{desk.lead.id}"
    async with desk.app.store.begin() as tx:
        now = desk.clock.now()
        await tx.staff.put(Member(user, "Lê Thu Hồng", Role.VIEWER, "tg:1", now))
        await seed_leads(tx, [user], now)

    assert (await roles(desk))[user] == ("Lê Thu Hồng", "lead")


# ── people who are not on the list ───────────────────────────────────────────────────────────────


async def test_an_unlisted_person_who_presses_is_turned_away_and_a_lead_adds_them_in_one_tap(
    desk: Stage,
) -> None:
    new = Player(desk, desk.group.member("Phạm Thu Hà"), desk.group)
    lead = Player(desk, desk.lead, desk.group)
    case = await hands_in(desk)
    await new.presses("Duyệt", on=case.card)

    assert (
        new.popup
        == "Anh/chị chưa có quyền làm việc này. Xin trưởng nhóm cấp quyền bằng lệnh /canbo."
    )
    new.hears("Phạm Thu Hà vừa bấm nút nhưng chưa có trong danh sách cán bộ.")
    await lead.presses("Thêm Phạm Thu Hà làm cán bộ")
    lead.hears("Đã ghi vào danh sách: Phạm Thu Hà, cán bộ.")
    lead.hears_no("vừa bấm nút")
    await new.presses("Duyệt", on=case.card)
    assert (await case.stored()).decided_by == new.user


async def test_the_request_is_made_once_a_day_and_no_officer_can_grant_it(desk: Stage) -> None:
    new = Player(desk, desk.group.member("Phạm Thu Hà"), desk.group)
    officer = Player(desk, desk.officer, desk.group)
    case = await hands_in(desk)
    for label in ("Duyệt", "Từ chối", "Chi tiết"):
        await new.presses(label, on=case.card)

    assert new.transcript.count("vừa bấm nút") == 1
    await officer.presses("Thêm Phạm Thu Hà")
    assert "chưa có quyền" in officer.popup
    assert new.user not in await roles(desk)


async def test_a_viewer_who_presses_too_much_is_not_asked_for(desk: Stage, officer: Player) -> None:
    await employ(desk, desk.officer, Role.VIEWER)
    case = await hands_in(desk)
    await officer.presses("Duyệt", on=case.card)

    officer.hears_nothing()


async def test_a_press_elsewhere_asks_nobody(split_stage: Stage) -> None:
    """Such as in a private chat or a group that is not the staff's."""
    stranger = split_stage.sandbox.world.person("Người lạ")
    other = split_stage.sandbox.world.group("Khác", members=[stranger], bots=[split_stage.desk])
    player = Player(split_stage, stranger, other)
    await player.says("/trogiup")
    await player.taps("1.c.details.1.1")

    assert "chưa có quyền" in player.popup
    assert "vừa bấm nút" not in player.transcript + split_stage.group.transcript()


async def test_an_unlisted_person_in_private_with_the_desks_own_bot_gets_their_number(
    split_stage: Stage,
) -> None:
    player = Player(split_stage, split_stage.officer, split_stage.desk)
    await player.opens()
    player.hears("Phần này dành cho cán bộ.", str(split_stage.officer.id))
    await player.sends_sticker()
    player.hears(str(split_stage.officer.id))


async def test_a_member_in_private_with_the_desks_own_bot_gets_help_for_anything_else(
    split_stage: Stage,
) -> None:
    player = Player(split_stage, split_stage.lead, split_stage.desk)
    for act in (player.opens, player.sends_sticker, player.sends_photo):
        await act()
        player.hears("Lệnh của cán bộ")
    for words in ("xin chào", "/khongco", "/huy"):
        await player.says(words)
        player.hears("Lệnh của cán bộ")


# ── hidden administrators ────────────────────────────────────────────────────────────────────────


async def test_a_hidden_administrator_is_asked_to_show_themselves(split_stage: Stage) -> None:
    stage = split_stage
    stage.group.migrates()
    stage.group.promotes(stage.lead, anonymous=True)
    await stage.settle()
    lead = Player(stage, stage.lead, stage.group)
    await lead.says("/canbo 777 Nguyễn Văn Bình")

    lead.hears("Anh/chị đang ẩn danh.")
    assert "tg:777" not in await roles(stage)


async def test_a_press_of_a_hidden_administrator_carries_their_own_name(
    split_stage: Stage,
) -> None:
    stage = split_stage
    stage.group.migrates()
    stage.group.promotes(stage.lead, anonymous=True)
    case = await hands_in(stage)
    lead = Player(stage, stage.lead, stage.group)
    await lead.presses("Duyệt", on=case.card)

    assert (await case.stored()).decided_name == "Lê Thu Hồng"


async def test_a_reply_of_a_hidden_administrator_is_nobodys_reason(split_stage: Stage) -> None:
    stage = split_stage
    stage.group.migrates()
    case = await hands_in(stage)
    lead = Player(stage, stage.lead, stage.group)
    await lead.presses("Từ chối", on=case.card)
    asked = lead.last
    stage.group.promotes(stage.lead, anonymous=True)
    await lead.replies(asked, "Tên giám đốc chưa đúng với GCN")

    lead.hears_no("Thư về")
    lead.hears("chưa có quyền")


# ── commands in the group ────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("words", ["/trogiup", "/help", "/khongco"])
async def test_help_and_unknown_commands_in_the_group_list_what_there_is(
    desk: Stage, words: str
) -> None:
    officer = Player(desk, desk.officer, desk.group)
    await officer.says(f"{words}@{desk.desk.username}")

    officer.hears("Lệnh của cán bộ", "/choduyet – ", "/ketnoi MÃ")


async def test_start_in_the_group_of_the_desks_own_bot_gets_help(split_stage: Stage) -> None:
    lead = Player(split_stage, split_stage.lead, split_stage.group)
    await lead.says("/start")

    lead.hears("Lệnh của cán bộ")


async def test_a_command_for_another_bot_is_left_to_it(desk: Stage, officer: Player) -> None:
    desk.group.promotes(desk.desk)
    await officer.says("/choduyet@BotKhac")

    officer.hears_nothing()


async def test_pictures_in_the_group_are_no_business_of_the_desk(
    desk: Stage, officer: Player
) -> None:
    desk.group.promotes(desk.desk)
    await officer.sends_photo()
    await officer.says("Chúc cả nhóm buổi sáng tốt lành")

    officer.hears_nothing()
