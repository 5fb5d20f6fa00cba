"""The list of certificates: whose import counts, what it changes, and which cards show that."""

from dataclasses import replace
from datetime import timedelta

import pytest

from core.errors import NotAllowed, Problem
from core.messages import Kind, text
from core.people import Actor
from core.ports import CardPlace, Match, RegisterEntry
from core.registration import Registration
from core.usecases import open_cases as module
from core.usecases.register import (
    Difference,
    compare,
    import_register,
    keep,
    kept,
    match,
    register_line,
)
from storage.tables import history, registration
from tests.core.usecases.office import (
    GROUP,
    LEAD,
    NOW,
    OFFICER,
    STRANGER,
    VIEWER,
    Office,
    card_in_time,
)

TALK = "staff:9"


def entry(name: str, facility: str | None = None) -> RegisterEntry:
    """Give the certificate of what `Office.submits` hands in by that name."""
    called = f"Nhà thuốc {name}" if facility is None else facility
    return RegisterEntry(f"03-{name}-HNO", f"03-{name}/ĐKKDD-HNO", called)


async def imports(office: Office, *entries: RegisterEntry, by: Actor = LEAD) -> Difference:
    return await office.does(import_register, by, entries, office.policy, office.now)


async def listed(office: Office) -> set[RegisterEntry]:
    async with office.store.read() as tx:
        return set(await tx.register.all())


async def matches(office: Office) -> dict[str, str | None]:
    """Give how the registrations compare with the register, by facility."""
    return {row["facility"]: row["register_match"] for row in await office.rows(registration)}


async def hangs(office: Office, *cases: Registration) -> None:
    """Hang the cards of cases in the group, and have nothing owed."""
    async with office.store.begin() as tx:
        for case in cases:
            await tx.cards.put(CardPlace(case.id, GROUP, f"{case.id}", case.version))
    await office.forgets_owed()


async def redrawn(office: Office) -> list[int | None]:
    return [card.registration_id for card in await office.owed(Kind.CARD)]


# ── what an import changes ───────────────────────────────────────────────────────────────────────


async def test_an_imported_list_takes_the_place_of_the_one_there_was(office: Office) -> None:
    first = [entry("a"), entry("b"), entry("c")]
    assert await imports(office, *first) == Difference(tuple(first), (), ())
    assert await listed(office) == set(first)
    office.waits(days=1)

    second = [entry("d"), entry("b", "Nhà thuốc Bình"), entry("a"), entry("e")]
    told = Difference((second[0], second[3]), (second[1],), ("03-c-HNO",))
    assert await office.does(compare, second) == told
    assert await listed(office) == set(first)
    assert await imports(office, *second) == told

    assert await listed(office) == set(second)
    written = (await office.rows(history))[-1]
    assert (written["at"], written["event"]) == (office.now, "register-imported")
    assert (written["by"], written["by_name"]) == (LEAD.user, LEAD.name)
    assert written["detail"] == '{"new": 2, "changed": 1, "gone": 1}'
    assert await office.does(compare, second) == Difference((), (), ())


@pytest.mark.parametrize("actor", [STRANGER, VIEWER, OFFICER])
async def test_rule_7_only_leads_import(office: Office, actor: Actor) -> None:
    with pytest.raises(NotAllowed):
        await imports(office, entry("a"), by=actor)

    assert await listed(office) == set()


# ── how cases compare ────────────────────────────────────────────────────────────────────────────


async def test_without_a_list_nothing_is_compared(office: Office) -> None:
    case = await office.submits("a")

    assert await office.does(match, case.licence_key, case.facility) is None
    assert await office.does(register_line, case) == ()
    assert await matches(office) == {"Nhà thuốc a": None}


@pytest.mark.parametrize(
    ("certificate", "compared", "line"),
    [
        (entry("a"), Match.SAME, text("card-register-match")),
        (entry("a", "NHA THUOC: “A”"), Match.SAME, text("card-register-match")),
        (entry("a", "Số 1"), Match.DIFFERS, text("card-register-differs", facility="Số 1")),
        (entry("b", "Nhà thuốc a"), Match.MISSING, text("card-register-missing")),
    ],
)
async def test_a_licence_is_known_by_its_name_by_another_or_not_at_all(
    office: Office, certificate: RegisterEntry, compared: Match, line: object
) -> None:
    await imports(office, certificate)
    case = await office.submits("a")

    assert await office.does(match, case.licence_key, case.facility) is compared
    assert await office.does(register_line, case) == (line,)
    assert await matches(office) == {"Nhà thuốc a": compared}


async def test_open_cases_are_compared_with_a_new_list_and_closed_ones_are_not(
    office: Office,
) -> None:
    for name in ("same", "differs", "missing"):
        await office.submits(name)
    await office.approves(await office.submits("approved"))
    await office.refuses(await office.submits("refused"))

    await imports(
        office, entry("same"), entry("differs", "Khác"), entry("approved"), entry("refused")
    )

    assert await matches(office) == {
        "Nhà thuốc same": "same",
        "Nhà thuốc differs": "differs",
        "Nhà thuốc missing": "missing",
        "Nhà thuốc approved": "same",
        "Nhà thuốc refused": None,
    }


async def test_all_open_cases_are_compared_however_many_are_loaded_at_once(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "AT_ONCE", 2)
    for name in "abcde":
        await office.submits(name)

    await imports(office, *map(entry, "abcde"))

    assert set((await matches(office)).values()) == {"same"}


async def test_an_emptied_list_compares_nothing_any_more(office: Office) -> None:
    cases = [await office.submits(name) for name in ("a", "b")]
    await imports(office, entry("a"), entry("c"))
    await hangs(office, *cases)

    await imports(office)

    assert set((await matches(office)).values()) == {None}
    assert await redrawn(office) == [case.id for case in cases]


async def test_cards_on_which_an_import_shows_are_drawn_again_and_only_they(
    office: Office,
) -> None:
    names = ("stays", "renamed", "found", "lost", "absent", "still-renamed", "respelt")
    cases = {name: await office.submits(name) for name in names}
    await imports(
        office,
        entry("stays"),
        entry("renamed"),
        entry("lost"),
        entry("still-renamed", "Tên khác"),
        entry("respelt"),
    )
    await hangs(office, *cases.values())
    office.waits(days=1)

    await imports(
        office,
        entry("stays"),
        entry("renamed", "Tên mới"),
        entry("found"),
        entry("still-renamed", "Tên khác nữa"),
        entry("respelt", "NHÀ THUỐC RESPELT"),
    )

    mark = f"register:{office.now.isoformat()}"
    assert await office.owed() == [
        replace(card_in_time(cases[name], mark), context={"card": "redrawn"})
        for name in ("renamed", "found", "lost", "still-renamed")
    ]
    assert await matches(office) == {
        "Nhà thuốc stays": "same",
        "Nhà thuốc renamed": "differs",
        "Nhà thuốc found": "same",
        "Nhà thuốc lost": "missing",
        "Nhà thuốc absent": "missing",
        "Nhà thuốc still-renamed": "differs",
        "Nhà thuốc respelt": "same",
    }


async def test_the_same_list_again_draws_nothing(office: Office) -> None:
    cases = [await office.submits(name) for name in ("a", "b", "c")]
    await imports(office, entry("a"), entry("b", "Tên khác"))
    await hangs(office, *cases)

    await imports(office, entry("a"), entry("b", "Tên khác"))

    assert await redrawn(office) == []


async def test_a_card_that_does_not_hang_yet_is_not_drawn_for_an_import(office: Office) -> None:
    hanging, new = [await office.submits(name) for name in ("a", "b")]
    await hangs(office, hanging)

    await imports(office, entry("a"), entry("b"))

    assert await redrawn(office) == [hanging.id]
    assert await matches(office) == {"Nhà thuốc a": "same", "Nhà thuốc b": "same"}
    assert await office.case(new) == new


# ── between sending and confirming ───────────────────────────────────────────────────────────────

ENTRIES = [entry("a"), entry("b")]


async def keeps(office: Office) -> None:
    await office.does(keep, TALK, "1f", ENTRIES, office.vault, office.now)


async def test_a_list_is_kept_sealed_for_half_an_hour(office: Office) -> None:
    await keeps(office)
    last = NOW + timedelta(minutes=30) - timedelta(microseconds=1)

    assert await office.does(kept, TALK, "1f", office.vault, last) == ENTRIES
    async with office.store.read() as tx:
        upload = await tx.uploads.get(TALK)
    assert upload is not None
    assert b"03-a-HNO" not in upload.sealed


@pytest.mark.parametrize(
    ("conversation", "mark", "after"),
    [(TALK, "1f", 30), (TALK, "1e", 0), ("staff:8", "1f", 0)],
)
async def test_a_list_is_gone_when_its_time_is_over_or_another_came(
    office: Office, conversation: str, mark: str, after: int
) -> None:
    await keeps(office)

    with pytest.raises(Problem) as refused:
        await office.does(kept, conversation, mark, office.vault, NOW + timedelta(minutes=after))

    assert refused.value.text == text("upload-gone")


async def test_a_list_opens_for_its_own_conversation_only(office: Office) -> None:
    await keeps(office)
    async with office.store.begin() as tx:
        upload = await tx.uploads.get(TALK)
        assert upload is not None
        await tx.uploads.put(replace(upload, conversation="staff:8"))

    with pytest.raises(ValueError, match=r"^the sealed upload belongs to another conversation$"):
        await office.does(kept, "staff:8", "1f", office.vault, office.now)
