"""The programs that are measured, each run as a process of its own."""

import sys

# What only developers have installed is not theirs to carry: structlog loads rich where it can.
sys.modules["rich"] = None  # type: ignore[assignment]
