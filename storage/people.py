"""The staff list, and the proofs of consent."""

from datetime import datetime

from sqlalchemy import bindparam, select, update

from core.people import Actor, Role
from core.ports import ConsentProof, Member
from storage.tables import consent, consent_text, staff
from storage.work import Work, on_each, upsert

_ROLE = select(staff.c.role).where(
    staff.c.user_id == bindparam("user_id"), staff.c.removed_at.is_(None)
)
_PUT = upsert(staff)
_REMOVE = (
    update(staff)
    .where(staff.c.user_id == bindparam("member"), staff.c.removed_at.is_(None))
    .values(removed_at=bindparam("now"))
)
_ALL = select(
    staff.c.user_id, staff.c.name, staff.c.role, staff.c.added_by, staff.c.added_at
).where(staff.c.removed_at.is_(None))

_KEEP_TEXT = on_each(
    lambda insert: insert(consent_text).on_conflict_do_nothing(index_elements=["hash"])
)
_PROVE = consent.insert().returning(consent.c.id)


class SqlStaff:
    """Implements `core.ports.Staff`."""

    def __init__(self, work: Work) -> None:
        self._work = work

    async def actor(self, user: str, name: str) -> Actor:
        """See `Staff.actor`."""
        role = (await self._work.run(_ROLE, {"user_id": user})).scalar()
        return Actor(user, name, None if role is None else Role(role))

    async def put(self, member: Member) -> None:
        """See `Staff.put`."""
        await self._work.run(
            _PUT,
            {
                "user_id": member.user,
                "name": member.name,
                "role": member.role.value,
                "added_by": member.added_by,
                "added_at": member.added_at,
                "removed_at": None,
            },
        )

    async def remove(self, user: str, now: datetime) -> bool:
        """See `Staff.remove`."""
        return (await self._work.run(_REMOVE, {"member": user, "now": now})).rowcount == 1

    async def all(self) -> list[Member]:
        """See `Staff.all`."""
        members = [
            Member(user, name, Role(role), added_by, added_at)
            for user, name, role, added_by, added_at in await self._work.run(_ALL)
        ]
        return sorted(members, key=lambda m: (m.role is not Role.LEAD, m.name.casefold(), m.user))


class SqlConsents:
    """Implements `core.ports.Consents`."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self._kept: set[str] = set()

    async def add(self, proof: ConsentProof, shown: str) -> int:
        """See `Consents.add`; the text is written once in a transaction."""
        if proof.text_hash not in self._kept:
            await self._work.run(_KEEP_TEXT, {"hash": proof.text_hash, "shown": shown})
            self._kept.add(proof.text_hash)
        found = await self._work.run(
            _PROVE,
            {
                "user_id": proof.user,
                "at": proof.at,
                "channel": proof.channel,
                "locale": proof.locale,
                "text_hash": proof.text_hash,
                "given": proof.given,
            },
        )
        return int(found.scalar_one())
