"""The id of a finding: the same fault has the same id on every engine, in every run, on every day (convention 3)."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable

#: Base32 characters of a finding id; 26 carry 130 bits.
ID_LENGTH = 26


def finding_id(exception: str, merchant_id: str, subjects: Iterable[str]) -> str:
    """Return the first 26 base32 characters of SHA-256 over exception, merchant and the sorted subjects.

    Each part is its UTF-8 with its length in front, as four bytes, so that no two lists of parts run together.
    Diagnosis, as-of, policy and amounts are left out: a case survives when `stalled` becomes `late`.
    """
    parts = [exception.encode(), merchant_id.encode(), *sorted(subject.encode() for subject in subjects)]
    digest = hashlib.sha256(b"".join(len(part).to_bytes(4, "big") + part for part in parts))
    return base64.b32encode(digest.digest()).decode("ascii")[:ID_LENGTH]
