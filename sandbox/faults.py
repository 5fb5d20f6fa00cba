"""Faults tests inject into the API: what the next calls suffer instead of, or besides, working."""

from dataclasses import dataclass


@dataclass(eq=False)
class Fault:
    """A planned fault: `left` calls still to suffer it, `hits` that have.

    `method` (any case) and `chat_id` narrow the calls it meets; None meets all.
    `effect` says whether the method's effect happens before the answer is spoiled.
    """

    left: int
    method: str | None = None
    chat_id: int | None = None
    code: int | None = None
    description: str = ""
    html: bool = False
    retry_after: int | None = None
    drop: bool = False
    effect: bool = False
    delay: float = 0.0
    hits: int = 0

    def meets(self, method: str, chat_id: int | None) -> bool:
        """Whether a call suffers this fault."""
        if self.left < 1 or (self.method and self.method.lower() != method.lower()):
            return False
        return self.chat_id is None or self.chat_id == chat_id


class Faults:
    """The plan: faults wait in order, each call meets the first that fits."""

    def __init__(self) -> None:
        self._plan: list[Fault] = []

    def __bool__(self) -> bool:
        return bool(self._plan)

    def fail(
        self,
        code: int = 500,
        description: str = "Internal Server Error",
        *,
        times: int = 1,
        method: str | None = None,
        chat: int | None = None,
        html: bool = False,
        effect: bool = False,
    ) -> Fault:
        """Answer the next `times` calls with an error `code`, as JSON or as a proxy's HTML page."""
        return self._add(Fault(times, method, chat, code, description, html=html, effect=effect))

    def flood(
        self,
        retry_after: int,
        *,
        times: int = 1,
        method: str | None = None,
        chat: int | None = None,
    ) -> Fault:
        """Answer the next calls 429 asking to wait `retry_after` seconds."""
        words = f"Too Many Requests: retry after {retry_after}"
        return self._add(Fault(times, method, chat, 429, words, retry_after=retry_after))

    def drop(
        self,
        *,
        times: int = 1,
        method: str | None = None,
        chat: int | None = None,
        effect: bool = False,
    ) -> Fault:
        """Close the connection without an answer, before or (`effect`) after the call worked."""
        return self._add(Fault(times, method, chat, drop=True, effect=effect))

    def delay(
        self, seconds: float, *, times: int = 1, method: str | None = None, chat: int | None = None
    ) -> Fault:
        """Answer the next calls properly, but only after `seconds` of real time."""
        return self._add(Fault(times, method, chat, delay=seconds, effect=True))

    def end(self, fault: Fault) -> None:
        """Forget one planned fault, also one that has been suffered to its end."""
        fault.left = 0
        self._plan = [planned for planned in self._plan if planned is not fault]

    def clear(self) -> None:
        """Forget all planned faults."""
        self._plan.clear()

    def meet(self, method: str, chat_id: int | None) -> Fault | None:
        """Return the fault this call suffers, counted; None for a healthy call."""
        for fault in self._plan:
            if fault.meets(method, chat_id):
                fault.left -= 1
                fault.hits += 1
                if fault.left < 1:
                    self._plan.remove(fault)
                return fault
        return None

    def _add(self, fault: Fault) -> Fault:
        self._plan.append(fault)
        return fault
