"""Who may be written to: strangers, blocks, groups that moved or threw the bot out."""

from sandbox import Bot, Sandbox
from tests.sandbox.conftest import Api


async def test_a_person_who_never_wrote_cannot_be_written_to(api: Api, sandbox: Sandbox) -> None:
    stranger = sandbox.world.person("Lan")
    refused = await api.refusal("sendMessage", chat_id=stranger.id, text="a")
    assert (refused.code, refused.description) == (
        403,
        "Forbidden: bot can't initiate conversation with a user",
    )
    for chat_id in (999, -999, "@nobody"):
        refused = await api.refusal("sendMessage", chat_id=chat_id, text="a")
        assert (refused.code, refused.description) == (400, "Bad Request: chat not found")


async def test_having_written_to_one_bot_opens_no_other(
    api: Api, sandbox: Sandbox, bot: Bot
) -> None:
    lan = sandbox.world.person("Lan")
    lan.opens(sandbox.world.bot("StaffBot"))
    assert (await api.refusal("sendMessage", chat_id=lan.id, text="a")).code == 403
    lan.opens(bot)
    assert await api("sendMessage", chat_id=lan.id, text="a")


async def test_a_block_lasts_until_it_is_lifted(api: Api, sandbox: Sandbox, bot: Bot) -> None:
    lan = sandbox.world.person("Lan")
    lan.opens(bot)
    lan.blocks(bot)
    lan.blocks(bot)
    refused = await api.refusal("sendMessage", chat_id=lan.id, text="a")
    assert (refused.code, refused.description) == (
        403,
        "Forbidden: bot was blocked by the user",
    )
    lan.unblocks(bot)
    assert await api("sendMessage", chat_id=lan.id, text="a")
    lan.blocks(bot)
    lan.opens(bot)
    assert await api("sendMessage", chat_id=lan.id, text="a")
    changes = [u["my_chat_member"] for u in await api("getUpdates") if "my_chat_member" in u]
    assert [c["new_chat_member"]["status"] for c in changes] == [
        "kicked",
        "member",
        "kicked",
        "member",
    ]


async def test_a_bot_thrown_out_is_told_and_refused(api: Api, sandbox: Sandbox, bot: Bot) -> None:
    for kind in ("group", "supergroup"):
        group = sandbox.world.group("Tổ", bots=[bot], kind=kind)
        group.removes(bot)
        refused = await api.refusal("sendMessage", chat_id=group.id, text="a")
        assert refused.description == f"Forbidden: bot was kicked from the {kind} chat"
        assert refused.code == 403
        group.loses(bot)
        refused = await api.refusal("sendMessage", chat_id=group.id, text="a")
        assert refused.description == f"Forbidden: bot is not a member of the {kind} chat"
    last = (await api("getUpdates"))[-1]["my_chat_member"]
    assert last["new_chat_member"]["status"] == "left"


async def test_a_bot_may_leave(api: Api, sandbox: Sandbox, bot: Bot) -> None:
    group = sandbox.world.group("Tổ", bots=[bot])
    assert await api("leaveChat", chat_id=group.id)
    assert (await api.refusal("sendMessage", chat_id=group.id, text="a")).code == 403


async def test_a_group_that_migrates_gets_a_new_id(api: Api, sandbox: Sandbox, bot: Bot) -> None:
    group = sandbox.world.group("Tổ", bots=[bot])
    officer = group.member("Minh")
    card = await api("sendMessage", chat_id=group.id, text="Hồ sơ")
    old = group.id
    group.migrates()
    new = group.id

    told = [u["message"] for u in await api("getUpdates") if "message" in u][-2:]
    assert (told[0]["chat"]["id"], told[0]["migrate_to_chat_id"]) == (old, new)
    assert (told[1]["chat"]["id"], told[1]["migrate_from_chat_id"]) == (new, old)
    assert told[1]["chat"]["type"] == "supergroup"
    for method, given in (
        ("sendMessage", {"text": "a"}),
        ("editMessageText", {"text": "a", "message_id": card["message_id"]}),
    ):
        refused = await api.refusal(method, chat_id=old, **given)
        assert refused.code == 400
        assert refused.description == "Bad Request: group chat was upgraded to a supergroup chat"
        assert refused.parameters == {"migrate_to_chat_id": new}
    given = {"chat_id": new, "message_id": card["message_id"] + 100, "text": "a"}
    assert (
        "message to edit not found" in (await api.refusal("editMessageText", **given)).description
    )
    await api("sendMessage", chat_id=new, text="b")
    assert group.last.text == "b"
    assert (await api("getChatMember", chat_id=new, user_id=officer.id))["status"] == "member"


async def test_bots_do_not_write_to_bots(api: Api, sandbox: Sandbox) -> None:
    other = sandbox.world.bot("StaffBot")
    refused = await api.refusal("sendMessage", chat_id=other.id, text="a")
    assert refused.description == "Forbidden: bots can't send messages to bots"
