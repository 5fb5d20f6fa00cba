"""Chats and members, and the bot's own rights there."""

from sandbox import wire
from sandbox.api.call import Call
from sandbox.errors import bad_request
from sandbox.model import ANONYMOUS_ADMIN_ID, Account, Json, Status


def get_chat(call: Call) -> Json:
    """Answer getChat with ChatFullInfo."""
    return wire.full_chat(call.chat(acting=False))


def get_chat_member(call: Call) -> Json:
    """Answer getChatMember with the ChatMember; somebody who never joined has left."""
    chat = call.chat(acting=False)
    account = _account(call, call.args["user_id"])
    if chat.private:
        if account not in (chat.bot, chat.person):
            raise bad_request("member not found")
        return {"user": wire.user(account), "status": Status.MEMBER.value}
    return wire.member(chat.member(account), chat)


def get_chat_administrators(call: Call) -> list[Json]:
    """Answer getChatAdministrators: other bots are left out."""
    chat = call.chat(acting=False)
    if chat.private:
        raise bad_request("there are no administrators in the private chat")
    return [
        wire.member(member, chat)
        for member in chat.members.values()
        if member.status.leads and (not member.account.is_bot or member.account is call.bot)
    ]


def get_chat_member_count(call: Call) -> int:
    """Answer getChatMemberCount."""
    chat = call.chat(acting=False)
    if chat.private:
        return 2
    return sum(member.status.inside for member in chat.members.values())


def leave_chat(call: Call) -> bool:
    """Answer leaveChat."""
    chat = call.chat()
    if chat.private:
        raise bad_request("chat member status can't be changed in private chats")
    call.world.set_member(chat, call.bot, Status.LEFT, by=call.bot)
    return True


def get_file(call: Call) -> Json:
    """Answer getFile with the File and its file_path."""
    found = call.world.files.get(call.args["file_id"])
    if found is None:
        raise bad_request("wrong file_id or the file is temporarily unavailable")
    if len(found.content) > 20 * 1024 * 1024:
        raise bad_request("file is too big")
    return wire.file(found)


def _account(call: Call, user_id: int) -> Account:
    if user_id == ANONYMOUS_ADMIN_ID:
        return wire.ANONYMOUS_ADMIN
    found: Account | None = call.world.people.get(user_id)
    if found is None:
        found = next((bot for bot in call.world.bots.values() if bot.id == user_id), None)
    if found is None:
        raise bad_request("user not found")
    return found
