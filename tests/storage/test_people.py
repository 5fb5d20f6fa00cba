"""The staff list and the consents keep what their ports promise."""

from dataclasses import replace

from core.people import Role
from core.ports import ConsentProof, Member
from storage.store import SqlStore
from storage.tables import consent, consent_text
from tests.storage.clock import NOW, later

LAN = Member("tg:7", "Lan", Role.OFFICER, "tg:1", NOW)


async def test_rule_7_whoever_is_not_on_the_list_has_no_role(store: SqlStore) -> None:
    async with store.read() as tx:
        actor = await tx.staff.actor("tg:9", "Ai đó")

    assert (actor.user, actor.name, actor.role) == ("tg:9", "Ai đó", None)


async def test_a_member_has_the_role_the_list_gives_now(store: SqlStore) -> None:
    async with store.begin() as tx:
        await tx.staff.put(LAN)
        officer = await tx.staff.actor("tg:7", "Lan Trần")
        await tx.staff.put(replace(LAN, role=Role.LEAD))
        lead = await tx.staff.actor("tg:7", "Lan Trần")

    assert (officer.name, officer.role, lead.role) == ("Lan Trần", Role.OFFICER, Role.LEAD)


async def test_a_removed_member_has_no_rights_at_once(store: SqlStore) -> None:
    async with store.begin() as tx:
        await tx.staff.put(LAN)
        removed = await tx.staff.remove("tg:7", NOW)
        again = await tx.staff.remove("tg:7", NOW)
        unknown = await tx.staff.remove("tg:8", NOW)
        actor = await tx.staff.actor("tg:7", "Lan")
        members = await tx.staff.all()

    assert (removed, again, unknown) == (True, False, False)
    assert (actor.role, members) == (None, [])


async def test_a_removed_member_can_come_back(store: SqlStore) -> None:
    back = replace(LAN, role=Role.VIEWER, added_by="tg:2", added_at=later(days=1))
    async with store.begin() as tx:
        await tx.staff.put(LAN)
        await tx.staff.remove("tg:7", NOW)
        await tx.staff.put(back)

        assert await tx.staff.all() == [back]


async def test_the_list_gives_leads_first_then_names(store: SqlStore) -> None:
    names = [("b", Role.OFFICER), ("A", Role.VIEWER), ("z", Role.LEAD), ("y", Role.LEAD)]
    async with store.begin() as tx:
        for name, role in names:
            await tx.staff.put(Member(f"tg:{name}", name, role, "tg:1", NOW))

        assert [member.name for member in await tx.staff.all()] == ["y", "z", "A", "b"]


async def test_a_consent_is_kept_with_the_text_that_was_shown(store: SqlStore) -> None:
    proof = ConsentProof("tg:1", NOW, "telegram", "vi", "ab12", given=True)
    async with store.begin() as tx:
        first = await tx.consents.add(proof, "Tôi đồng ý …")
        second = await tx.consents.add(replace(proof, user="tg:2", given=False), "Tôi đồng ý …")

    assert second > first
    async with store.engines.read() as connection:
        texts = (await connection.execute(consent_text.select())).all()
        proofs = (await connection.execute(consent.select().order_by(consent.c.id))).all()
    assert [tuple(row) for row in texts] == [("ab12", "Tôi đồng ý …")]
    assert [tuple(row) for row in proofs] == [
        (first, "tg:1", NOW, "telegram", "vi", "ab12", True),
        (second, "tg:2", NOW, "telegram", "vi", "ab12", False),
    ]
