"""Conversations keep what `core.ports.Conversations` promises."""

from dataclasses import replace

from core.conversation import AccountPrompt, CodeState, RefusalPrompt
from core.registration import PersonRole
from storage.store import SqlStore
from tests.storage.clock import NOW, later
from tests.storage.examples import conversation, draft
from tests.storage.statements import counted


async def test_what_is_saved_is_loaded(store: SqlStore) -> None:
    saved = conversation(
        draft=draft(
            role=PersonRole.DIRECTOR,
            code=CodeState(1, NOW, tries=2),
            problems={"email": "sai tên miền"},
        ),
        desk=RefusalPrompt(17, 3, later(minutes=15), codes=("1", "4")),
        touched_at=NOW,
        codes_sent=(NOW, later(seconds=1)),
        burst=0.1,
    )
    async with store.begin() as tx:
        await tx.conversations.save(saved)
    async with store.read() as tx:
        assert await tx.conversations.get(saved.key) == saved


async def test_an_officers_prompt_keeps_its_kind(store: SqlStore) -> None:
    prompt = AccountPrompt(17, 3, later(minutes=15), login="hn.0123", sealed="gAAAA")
    async with store.begin() as tx:
        await tx.conversations.save(conversation(desk=prompt))
    async with store.read() as tx:
        loaded = await tx.conversations.get("public:1")

    assert loaded is not None
    assert loaded.desk == prompt


async def test_an_unknown_conversation_is_none(store: SqlStore) -> None:
    async with store.read() as tx:
        assert await tx.conversations.get("public:1") is None


async def test_get_sees_what_save_wrote_in_the_same_transaction(store: SqlStore) -> None:
    async with store.begin() as tx:
        before = await tx.conversations.get("public:1")
        await tx.conversations.save(conversation(name="Bình"))
        after = await tx.conversations.get("public:1")

    assert before is None
    assert after == conversation(name="Bình")


async def test_the_last_save_counts(store: SqlStore) -> None:
    async with store.begin() as tx:
        await tx.conversations.save(conversation(name="An"))
        await tx.conversations.save(conversation(name="Bình"))
    async with store.begin() as tx:
        await tx.conversations.save(conversation(name="Chi"))
    async with store.read() as tx:
        assert await tx.conversations.get("public:1") == conversation(name="Chi")


async def test_prefetch_leaves_get_nothing_to_ask(store: SqlStore) -> None:
    async with store.begin() as tx:
        await tx.conversations.save(conversation("public:1"))
    async with store.read() as tx:
        await tx.conversations.prefetch(["public:1", "public:2"])
        with counted(store) as statements:
            await tx.conversations.prefetch(["public:1"])
            known = await tx.conversations.get("public:1")
            unknown = await tx.conversations.get("public:2")

    assert (known, unknown) == (conversation(), None)
    assert statements == []


async def test_what_did_not_change_costs_nothing(store: SqlStore) -> None:
    async with store.begin() as tx:
        await tx.conversations.save(conversation())
    with counted(store) as statements:
        async with store.begin() as tx:
            loaded = await tx.conversations.get("public:1")
            assert loaded is not None
            await tx.conversations.save(replace(loaded))

    assert len(statements) == 1


async def test_many_conversations_are_written_by_one_statement(store: SqlStore) -> None:
    with counted(store) as statements:
        async with store.begin() as tx:
            for number in range(20):
                await tx.conversations.save(conversation(f"public:{number}"))

    assert len(statements) == 1


async def test_nothing_is_saved_when_the_transaction_fails(store: SqlStore) -> None:
    try:
        async with store.begin() as tx:
            await tx.conversations.save(conversation())
            raise RuntimeError("the handler failed")
    except RuntimeError:
        pass

    async with store.read() as tx:
        assert await tx.conversations.get("public:1") is None


async def test_to_remind_gives_those_whose_moment_has_passed(store: SqlStore) -> None:
    async with store.begin() as tx:
        for key, moment in [("c", later(hours=1)), ("b", NOW), ("a", later(hours=-1)), ("d", None)]:
            await tx.conversations.save(conversation(key, remind_at=moment))
        due = await tx.conversations.to_remind(NOW, 10)
        limited = await tx.conversations.to_remind(NOW, 1)

    assert [each.key for each in due] == ["a", "b"]
    assert [each.key for each in limited] == ["a"]


async def test_to_forget_gives_abandoned_drafts_and_prompts(store: SqlStore) -> None:
    prompt = RefusalPrompt(17, 3, NOW)
    async with store.begin() as tx:
        for each in (
            conversation("draft", draft=draft(), touched_at=later(hours=-2)),
            conversation("prompt", desk=prompt, touched_at=later(hours=-3)),
            conversation("never touched", draft=draft()),
            conversation("still busy", draft=draft(), touched_at=NOW),
            conversation("empty", touched_at=later(hours=-2)),
        ):
            await tx.conversations.save(each)
        abandoned = await tx.conversations.to_forget(NOW, 10)
        limited = await tx.conversations.to_forget(NOW, 2)

    assert {each.key for each in abandoned} == {"draft", "prompt", "never touched"}
    assert len(limited) == 2
