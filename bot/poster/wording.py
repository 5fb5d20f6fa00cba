"""A poster's words taken from the catalogue of texts."""

from collections.abc import Callable

from bot.poster.poster import PosterWording

RULES, STEPS = 3, 4


def poster_wording(
    say: Callable[..., str],
    *,
    language: str,
    support: str,
    days: int,
    place: str | None = None,
    licence: str | None = None,
) -> PosterWording:
    """Words for a poster in `language`, where `say(key, **values)` gives one text of it.

    `support` is an e-mail address, `days` how many working days an answer takes, `licence` the
    number a one-time ticket is for, and `place` the code of where a poster hangs.
    """
    return PosterWording(
        language=language,
        issuer=say("poster-issuer"),
        department=say("poster-department"),
        title=say("poster-title"),
        subtitle=say("poster-subtitle"),
        rules_heading=say("poster-rules"),
        rules=tuple(say(f"poster-rule-{number}") for number in range(1, RULES + 1)),
        steps_heading=say("poster-steps"),
        steps=tuple(say(f"poster-step-{number}") for number in range(1, STEPS + 1)),
        result=say("poster-result", days=days),
        link_heading=say("poster-link"),
        support=say("poster-support", address=support),
        reserved=None if licence is None else say("poster-reserved", licence=licence),
        place=None if place is None else say("poster-place", place=place),
    )
