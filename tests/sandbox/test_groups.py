"""Groups: who is what, and what privacy mode lets a bot see."""

import pytest

from sandbox import Bot, Group, Person, Sandbox
from tests.sandbox.conftest import Api


@pytest.fixture
def officer(sandbox: Sandbox) -> Person:
    return sandbox.world.person("Minh")


@pytest.fixture
def group(sandbox: Sandbox, bot: Bot, officer: Person) -> Group:
    return sandbox.world.group("Tổ", members=[officer], bots=[bot])


async def heard(api: Api) -> list[str]:
    updates = await api("getUpdates")
    if updates:
        await api("getUpdates", offset=updates[-1]["update_id"] + 1)
    return [u["message"]["text"] for u in updates if "text" in u.get("message", {})]


async def test_with_privacy_a_bot_hears_commands_and_replies_to_itself(
    api: Api, group: Group, officer: Person
) -> None:
    await api("sendMessage", chat_id=group.id, text="Lý do?")
    said = officer.types("chuyện riêng", in_=group)
    officer.types("/tim@KNLTbot a")
    officer.types("/tim@OtherBot a")
    officer.types("/thongke")
    officer.replies(said, "với nhau")
    officer.replies(group.last, "Thiếu giấy")
    assert await heard(api) == ["/tim@KNLTbot a", "/thongke", "Thiếu giấy"]
    assert (await api("getMe"))["can_read_all_group_messages"] is False


async def test_without_privacy_or_as_administrator_it_hears_everything(
    api: Api, bot: Bot, group: Group, officer: Person
) -> None:
    bot.privacy = False
    officer.types("một", in_=group)
    bot.privacy = True
    officer.types("hai")
    group.promotes(bot)
    officer.types("ba")
    group.demotes(bot)
    officer.types("bốn")
    assert await heard(api) == ["một", "ba"]


async def test_a_bare_command_goes_to_the_bot_that_spoke_last(
    api: Api, bot: Bot, group: Group, officer: Person, sandbox: Sandbox
) -> None:
    other = sandbox.world.bot("Other")
    group.adds(other)
    officer.types("/mot", in_=group)
    sandbox.world.post(group.chat, other, "Xin chào")
    officer.types("/hai")
    await api("sendMessage", chat_id=group.id, text="a")
    officer.types("/ba")
    assert await heard(api) == ["/mot", "/ba"]


async def test_a_bot_hears_no_bot(api: Api, group: Group, sandbox: Sandbox, bot: Bot) -> None:
    bot.privacy = False
    other = sandbox.world.bot("Other")
    group.adds(other)
    sandbox.world.post(group.chat, other, "/tim")
    assert await heard(api) == []


async def test_members_and_their_rights(
    api: Api, bot: Bot, group: Group, officer: Person, sandbox: Sandbox
) -> None:
    async def status(account: Person | Bot) -> dict[str, object]:
        answer: dict[str, object] = await api("getChatMember", chat_id=group.id, user_id=account.id)
        return answer

    stranger = sandbox.world.person("Lạ")
    assert (await status(group.owner))["status"] == "creator"
    assert (await status(officer))["status"] == "member"
    assert (await status(stranger))["status"] == "left"
    group.removes(officer)
    assert (await status(officer))["status"] == "kicked"
    group.adds(bot, admin=True, rights=frozenset({"can_pin_messages"}))
    own = await status(bot)
    assert (own["can_pin_messages"], own["can_delete_messages"]) == (True, False)
    refused = await api.refusal("getChatMember", chat_id=group.id, user_id=12345)
    assert refused.description == "Bad Request: user not found"
    admins = await api("getChatAdministrators", chat_id=group.id)
    assert [a["user"]["id"] for a in admins] == [group.owner.id, bot.id]
    assert await api("getChatMemberCount", chat_id=group.id) == 2
    with pytest.raises(ValueError, match="Minh is not in Tổ"):
        officer.types("a", in_=group)


async def test_private_chats_have_no_administrators(api: Api, bot: Bot, officer: Person) -> None:
    officer.opens(bot)
    refused = await api.refusal("getChatAdministrators", chat_id=officer.id)
    assert refused.description == ("Bad Request: there are no administrators in the private chat")


async def test_a_private_chat_has_two_members(
    api: Api, bot: Bot, officer: Person, sandbox: Sandbox
) -> None:
    officer.opens(bot)
    assert await api("getChatMemberCount", chat_id=officer.id) == 2
    for user_id in (officer.id, bot.id):
        given = {"chat_id": officer.id, "user_id": user_id}
        assert (await api("getChatMember", **given))["status"] == "member"
    stranger = sandbox.world.person("Lạ")
    refused = await api.refusal("getChatMember", chat_id=officer.id, user_id=stranger.id)
    assert refused.description == "Bad Request: member not found"
    assert (await api.refusal("leaveChat", chat_id=officer.id)).code == 400


async def test_the_anonymous_administrator_is_no_member(api: Api, group: Group) -> None:
    given = {"chat_id": group.id, "user_id": 1087968824}
    assert (await api("getChatMember", **given))["status"] == "left"


async def test_administrators_are_told_of_members_if_they_ask(
    api: Api, bot: Bot, group: Group, sandbox: Sandbox
) -> None:
    group.promotes(bot)
    await api("getUpdates", allowed_updates=["chat_member"])
    group.adds(sandbox.world.person("Mới"))
    change = (await api("getUpdates"))[-1]["chat_member"]
    assert change["old_chat_member"]["status"] == "left"
    assert change["new_chat_member"]["status"] == "member"


async def test_an_anonymous_administrator_speaks_as_the_group_but_presses_as_themselves(
    api: Api, bot: Bot, officer: Person, sandbox: Sandbox
) -> None:
    plain = sandbox.world.group("Tổ", members=[officer])
    with pytest.raises(ValueError, match="supergroup"):
        plain.promotes(officer, anonymous=True)
    group = sandbox.world.group("Tổ", members=[officer], bots=[bot], kind="supergroup")
    group.promotes(officer, anonymous=True)
    officer.types("/duyet", in_=group)
    markup = {"inline_keyboard": [[{"text": "Duyệt", "callback_data": "ok"}]]}
    await api("sendMessage", chat_id=group.id, text="Hồ sơ", reply_markup=markup)
    officer.presses("Duyệt")
    said, pressed = (await api("getUpdates"))[-2:]
    assert said["message"]["from"]["id"] == 1087968824
    assert said["message"]["sender_chat"]["id"] == group.id
    assert pressed["callback_query"]["from"]["id"] == officer.id
    given = {"chat_id": group.id, "user_id": officer.id}
    assert (await api("getChatMember", **given))["is_anonymous"] is True


async def test_group_helpers(group: Group, officer: Person, sandbox: Sandbox, bot: Bot) -> None:
    assert group.member("Minh") is officer
    newcomer = group.member("Hoa")
    assert newcomer.types("chào", in_=group) in group.messages
    with pytest.raises(AssertionError, match="no bot has spoken"):
        group.last  # noqa: B018 - reading it is the test
    with pytest.raises(ValueError, match="no topics"):
        group.opens_topic("a")
    with pytest.raises(KeyError):
        group.topic("a")
    group.migrates()
    with pytest.raises(ValueError, match="plain group"):
        group.migrates()
    with pytest.raises(ValueError, match="not 'channel'"):
        sandbox.world.group("a", kind="channel")
