"""aiogram with each of its types built when it is first used.

aiogram declares its types to be built late (`defer_build`), and then has pydantic build all 400 of
them while it is imported: three seconds and 100 MB, though a bot that reads messages and presses
uses a few dozen. Here that loop builds nothing, and a type that is used finds the names it needs.
"""

import sys
from collections.abc import Mapping
from functools import partial
from typing import Any

from pydantic import BaseModel

BUILD = "model_rebuild"


def load_aiogram() -> None:
    """Import aiogram, unless it was imported before."""
    if "aiogram" in sys.modules:
        return
    build = BaseModel.__dict__[BUILD]
    setattr(BaseModel, BUILD, classmethod(_not_yet))
    try:
        from aiogram import types
        from aiogram.client.default import Default
        from aiogram.methods import Response, TelegramMethod
    finally:
        setattr(BaseModel, BUILD, build)
    names = {name: getattr(types, name) for name in types.__all__} | {"Default": Default}
    for base in (types.TelegramObject, TelegramMethod, Response):
        setattr(base, BUILD, classmethod(partial(_build, build.__func__, names)))


def _not_yet(model: type[Any], /, **options: Any) -> None:
    """Leave a type unbuilt, whatever the options."""
    del model, options


def _build(
    build: Any, names: Mapping[str, Any], model: type[Any], /, **options: Any
) -> bool | None:
    """Build a type; pydantic asks for it by itself, without the names its annotations need."""
    options.setdefault("_types_namespace", names)
    built: bool | None = build(model, **options)
    return built
