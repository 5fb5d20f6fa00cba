"""What a picture of figures shows, as intent: who draws it chooses sizes, letters and shades."""

from dataclasses import dataclass
from datetime import date

from core.messages import Text


@dataclass(frozen=True, slots=True)
class Series:
    """A name and one count for each day."""

    name: Text
    counts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Days:
    """Two series over the same days: what comes in, as columns, and what goes out, as a line."""

    title: Text
    days: tuple[date, ...]
    incoming: Series
    outgoing: Series


@dataclass(frozen=True, slots=True)
class Bars:
    """Labelled counts, the first on top. `graded`: from the harmless to the pressing."""

    title: Text
    rows: tuple[tuple[Text, int], ...]
    graded: bool = False


@dataclass(frozen=True, slots=True)
class Chart:
    """A picture for a narrow screen, from top to bottom. A part without counts says `nothing`."""

    title: Text
    parts: tuple[Days | Bars, ...]
    nothing: Text
