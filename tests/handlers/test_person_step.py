"""The question for the name of the director or the pharmacist."""

from tests.handlers.actors import FACILITY, LICENCE, Player, draft_of


async def reaches_person(director: Player) -> None:
    await director.agrees()
    for answer in (LICENCE, FACILITY, "giám đốc"):
        await director.says(answer)


async def test_a_name_of_one_word_is_asked_for_in_full(director: Player) -> None:
    await reaches_person(director)
    await director.says("Lan")
    director.hears("đầy đủ họ và tên", "Nguyễn Thị Hoa")

    await director.says("Trần Thị Lan")
    director.hears("email")
    draft = await draft_of(director)
    assert draft is not None
    assert (draft.person, draft.typed) == ("Trần Thị Lan", None)


async def test_whoever_has_one_name_only_sends_it_again(director: Player) -> None:
    await reaches_person(director)
    await director.says("Rơm")
    await director.says("  Rơm ")

    director.hears("email")
    draft = await draft_of(director)
    assert draft is not None
    assert (draft.person, draft.typed) == ("Rơm", None)


async def test_another_word_is_asked_about_again(director: Player) -> None:
    await reaches_person(director)
    await director.says("Lan")
    await director.says("Hoa")

    director.hears("đầy đủ họ và tên")
