"""What staff see on a card of earlier registrations that have something in common with it."""

from bot.stage import Stage
from tests.handlers.actors import Player
from tests.handlers.cases import Case, hands_in


async def _withdrawn(stage: Stage, case: Case) -> Case:
    before = await case.stored()
    async with stage.app.store.begin() as tx:
        assert await tx.registrations.save(before, before.withdraw())
    return case


async def test_each_kind_has_a_line_with_the_outcomes_the_newest_first(
    desk: Stage, neighbour: Player
) -> None:
    licences = [
        await _withdrawn(desk, await hands_in(desk, neighbour.person, email=f"{n}@gmail.com"))
        for n in range(4)
    ]
    mailbox = await _withdrawn(
        desk,
        await hands_in(
            desk, neighbour.person, licence="03-5555/ĐKKDD-HNO", email="LAN.antam@gmail.com"
        ),
    )
    account = await hands_in(desk, licence="03-6666/ĐKKDD-HNO", email="other@gmail.com")
    case = await hands_in(desk, email="lan.an.tam@gmail.com")

    named = ", ".join(f"{one.reference} cơ sở đã rút" for one in licences[:0:-1])
    assert case.card.text.splitlines()[-3:] == [
        f"📎 Cùng số GCN (4): {named} …",
        f"📎 Cùng email (1): {mailbox.reference} cơ sở đã rút",
        f"📎 Cùng người gửi (1): {account.reference} chờ duyệt",
    ]


async def test_a_first_registration_says_nothing_of_others(desk: Stage, neighbour: Player) -> None:
    await hands_in(
        desk,
        neighbour.person,
        licence="03-6666/ĐKKDD-HNO",
        email="other@gmail.com",
        facility="Nhà thuốc Khác",
    )
    case = await hands_in(desk)

    assert "📎" not in case.card.text


async def test_a_facility_that_was_typed_in_two_ways_is_pointed_out(
    desk: Stage, neighbour: Player
) -> None:
    stranger = desk.sandbox.world.person("Người Lạ")
    older = await _withdrawn(
        desk, await hands_in(desk, neighbour.person, facility="NT An Tam", email="a@gmail.com")
    )
    other = await hands_in(
        desk,
        stranger,
        licence="03-7777/ĐKKDD-HNO",
        email="b@gmail.com",
        facility="NHÀ THUỐC AN-TÂM",
    )
    case = await hands_in(desk, facility="Nhà thuốc An Tâm")

    assert case.card.text.splitlines()[-3:] == [
        f"📎 Cùng số GCN (1): {older.reference} cơ sở đã rút",
        f"📎 Cùng tên cơ sở, số GCN khác (1): {other.reference} chờ duyệt",
        f"✏️ Cùng số GCN, {older.reference} ghi tên khác: “NT An Tam”",
    ]
