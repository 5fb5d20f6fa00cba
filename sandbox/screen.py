"""What a chat looks like on a screen: printable transcripts, and buttons found by their words."""

from sandbox.model import Chat, Json, Message


def transcript(chat: Chat) -> str:
    """Return a chat as lines of `[time] name: words`, buttons in brackets below."""
    return "\n".join(_lines(message) for message in chat.visible()) or "(nothing said)"


def find_button(chat: Chat, label: str, on: Message | None = None) -> tuple[Message, Json] | None:
    """Return the message and wire button that say `label`: whole words first, then a part.

    The newest message wins. With `on` only that message counts, its former keyboards included.
    """
    wanted = label.casefold()
    screens = _screens(chat, on)
    for message, button in screens:
        if button["text"] == label:
            return message, button
    for message, button in screens:
        if wanted in button["text"].casefold():
            return message, button
    return None


def buttons_on(chat: Chat, on: Message | None = None) -> str:
    """Return a sentence of what can be pressed, for an error."""
    labels = list(dict.fromkeys(button["text"] for _, button in _screens(chat, on)))
    visible = ", ".join(f"[{label}]" for label in labels) or "no buttons at all"
    return f"on the screen: {visible}\n{transcript(chat)}"


def _screens(chat: Chat, on: Message | None) -> list[tuple[Message, Json]]:
    if on is not None:
        keyboards = [on.keyboard, *reversed(on.past_keyboards)]
        return [(on, button) for rows in keyboards for row in rows for button in row]
    return [
        (message, button)
        for message in reversed(chat.visible())
        for row in message.keyboard
        for button in row
    ]


def _lines(message: Message) -> str:
    who = "GroupAnonymousBot" if message.anonymous else message.sender.name
    time = message.date.strftime("%H:%M:%S")
    edited = " (edited)" if message.edited else ""
    lines = [f"[{time}] {who}{edited}: {_words(message)}"]
    lines += ["    " + " ".join(f"[{label}]" for label in row) for row in message.rows]
    return "\n".join(lines)


def _words(message: Message) -> str:
    if message.service is not None:
        return f"({next(iter(message.service))})"
    words = message.text.replace("\n", "\n    ")
    if message.media is not None:
        name = f" {message.media.file.name}" if message.media.file.name else ""
        return f"({message.media.kind}{name}) {words}".rstrip()
    return words
