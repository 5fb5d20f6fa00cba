"""Pictures for tests, made on the spot."""

import io

from PIL import Image


def dot() -> bytes:
    """Return the PNG of one black dot."""
    return blank(1, 1)


def blank(width: int, height: int) -> bytes:
    """Return a black PNG of a size."""
    buffer = io.BytesIO()
    Image.new("1", (width, height)).save(buffer, "PNG")
    return buffer.getvalue()
