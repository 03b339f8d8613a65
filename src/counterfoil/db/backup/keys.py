"""Whether the secret key at hand is the one that a backup needs. It knows fingerprints only, and never sees a key."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType

from counterfoil.errors import BadOption
from counterfoil.languages import Text


class KeyRefusal(StrEnum):
    """Why a backup is not brought back to where it would be worth less than it was."""

    MISSING = "secret_key_missing"  #: no key lies there, and a fresh one would open nothing
    ANOTHER = "secret_key_another"  #: the key that lies there is that of another installation


WORDS: Mapping[KeyRefusal, Text] = MappingProxyType(
    {
        KeyRefusal.MISSING: Text(
            en="{file}: secret_key_missing: it needs the secret key {needed}, and there is none in {place}; without it "
            "no PIN, no password and no voucher fits and no customer can be read. Nothing was done: put the key of "
            "then there, or go on without it with --without-key",
            zh="{file}：secret_key_missing：该备份需要密钥 {needed}，而 {place} 处没有密钥；缺少它，任何 PIN、密码、"
            "礼券都无法通过，顾客信息也无法读取。未作任何改动：请把当时的密钥放到该处，或以 --without-key 放弃密钥继续",
        ),
        KeyRefusal.ANOTHER: Text(
            en="{file}: secret_key_another: it needs the secret key {needed}, and that of {place} is {found}; with it "
            "no PIN, no password and no voucher fits and no customer can be read. Nothing was done: put the key of "
            "then there, or go on without it with --without-key",
            zh="{file}：secret_key_another：该备份需要密钥 {needed}，而 {place} 的密钥是 {found}；用它，任何 PIN、"
            "密码、礼券都无法通过，顾客信息也无法读取。未作任何改动：请把当时的密钥放到该处，"
            "或以 --without-key 放弃密钥继续",
        ),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyAtHand:
    """The secret key of the place to which a backup is brought back."""

    #: Where it lies, or would lie: a file or a variable.
    place: str
    #: None: there is none yet.
    fingerprint: str | None


def refusal_of_key(needed: str | None, at_hand: KeyAtHand) -> KeyRefusal | None:
    """Say why the key at hand does not do; None: it does, or the backup does not say which one it needs."""
    if needed is None or needed == at_hand.fingerprint:
        return None
    return KeyRefusal.MISSING if at_hand.fingerprint is None else KeyRefusal.ANOTHER


def refuse_another_key(file: Path, needed: str | None, at_hand: KeyAtHand) -> None:
    """Raise BadOption where the key at hand is not the one that a backup needs."""
    no = refusal_of_key(needed, at_hand)
    if no is not None:
        raise BadOption(
            WORDS[no].filled(file=file, needed=needed, place=at_hand.place, found=at_hand.fingerprint or "-")
        )
