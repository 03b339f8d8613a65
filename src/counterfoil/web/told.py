"""What a page says once, because something was done just before: by name, so that nobody else can word it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from counterfoil.languages import Text


class Told(StrEnum):
    """The messages that there are."""

    DESIGN_PRESSED = "design_pressed"
    TILL_CHOSEN = "till_chosen"
    SIGNED_OUT_EVERYWHERE = "signed_out_everywhere"


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One of them, as it is shown. kind: good, info, warn."""

    title: Text
    kind: str = "good"


MESSAGES: Mapping[Told, Message] = MappingProxyType(
    {
        Told.DESIGN_PRESSED: Message(
            title=Text(en="Pressed once, whatever happens. Nothing was changed.", zh="只会执行一次。未作任何更改。")
        ),
        Told.TILL_CHOSEN: Message(title=Text(en="This browser is at the till now.", zh="此浏览器已绑定收银机。")),
        Told.SIGNED_OUT_EVERYWHERE: Message(
            title=Text(en="You are signed out on every device.", zh="已在所有设备上退出登录。")
        ),
    }
)
