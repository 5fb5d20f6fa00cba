"""Pictures for tests, made on the spot."""

import io

from PIL import Image


def dot() -> bytes:
    """Return the PNG of one black dot."""
    buffer = io.BytesIO()
    Image.new("L", (1, 1)).save(buffer, "PNG")
    return buffer.getvalue()
