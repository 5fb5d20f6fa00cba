"""Files of the sandbox: what people and bots upload, kept in memory."""

import hashlib
import io
import itertools
import mimetypes

from PIL import Image, UnidentifiedImageError

from sandbox.errors import bad_request
from sandbox.model import StoredFile

SIDES_LIMIT, RATIO_LIMIT = 10_000, 20  # width and height of a photo, together and to each other

_FOLDERS = {"photo": "photos", "document": "documents", "sticker": "stickers"}


class Files:
    """All files by id. Ids are long, opaque and good for every bot of the sandbox."""

    def __init__(self) -> None:
        self._by_id: dict[str, StoredFile] = {}
        self._by_path: dict[str, StoredFile] = {}
        self._numbers = itertools.count()

    def add(self, kind: str, content: bytes, name: str | None = None) -> StoredFile:
        """Store bytes as a photo, document or sticker.

        ApiError 400 IMAGE_PROCESS_FAILED when a photo is no picture, PHOTO_INVALID_DIMENSIONS when
        it is too large or too narrow.
        """
        if kind == "photo":
            size, mime = _look_at(content)
        else:
            size, mime = (0, 0), mimetypes.guess_type(name)[0] if name else None
        digest = hashlib.sha256(content).hexdigest()
        number = next(self._numbers)
        suffix = "." + name.rpartition(".")[2] if name and "." in name else ""
        stored = StoredFile(
            id=f"BQACAgUAAx{kind[0].upper()}{digest[:40]}{number:06d}",
            unique_id=f"AgAD{digest[:12]}",
            kind=kind,
            path=f"{_FOLDERS[kind]}/file_{number}{'.jpg' if kind == 'photo' else suffix}",
            content=content,
            name=name,
            mime=mime,
            width=size[0],
            height=size[1],
        )
        self._by_id[stored.id] = self._by_path[stored.path] = stored
        return stored

    def get(self, file_id: str) -> StoredFile | None:
        """Return the file of an id, None if there is none."""
        return self._by_id.get(file_id)

    def at(self, path: str) -> StoredFile | None:
        """Return the file a download path names, None if there is none."""
        return self._by_path.get(path)


def _look_at(content: bytes) -> tuple[tuple[int, int], str | None]:
    try:
        with Image.open(io.BytesIO(content)) as picture:
            size, mime = picture.size, Image.MIME.get(picture.format or "")
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError):
        raise bad_request("IMAGE_PROCESS_FAILED") from None
    if sum(size) > SIDES_LIMIT or max(size) > RATIO_LIMIT * min(size):
        raise bad_request("PHOTO_INVALID_DIMENSIONS")
    return size, mime
