"""The numbers and names that the owner may set; everything else follows from the letter."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from core.licence import HANOI, Authority

HANOI_TIME = ZoneInfo("Asia/Ho_Chi_Minh")


@dataclass(frozen=True, slots=True)
class Policy:
    """How this office runs the registration.

    - `working_days` until a registration expires; the letter says 10.
    - `undo` is how long a mail with a result waits, so that a decision can be taken back.
    - `opens` to `closes` are office hours of working days; a claim lapses after `claim_life` of
      them.
    - `draft_life` counts from the person's last word.
    - `staff_bot` is "staff" when the desk has a bot of its own, else "public".
    """

    working_days: int = 10
    tz: ZoneInfo = HANOI_TIME
    undo: timedelta = timedelta(seconds=120)
    draft_life: timedelta = timedelta(hours=24)
    ask_code: bool = True
    digest_at: time = time(8)
    opens: time = time(8)
    closes: time = time(17)
    claim_life: timedelta = timedelta(hours=2)
    mail_daily_cap: int = 400
    authority: Authority = HANOI
    public_bot: str = "public"
    staff_bot: str = "public"
    mail_domain: str = "localhost"
    bot_link: str = ""

    def today(self, now: datetime) -> date:
        """Give the local date of a moment."""
        return now.astimezone(self.tz).date()

    def local(self, day: date, at: time) -> datetime:
        """Give the moment at which a local clock shows `at` on a day."""
        return datetime.combine(day, at, tzinfo=self.tz)
