"""How one host wants its messages: elements, encodings, times, codes. Frozen data, so that another host is data.

Nothing here opens a connection. What a profile leaves open is the same for every host that this link can speak to.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from types import MappingProxyType

from counterfoil.books.payments.model import Kind
from counterfoil.books.payments.ports import Decline, Entry
from counterfoil.ids import TerminalId
from counterfoil.links.acquirers.iso8583.codes import APPROVALS, DOUBTS, REFUSALS

#: DE 41 and DE 42 have so many characters.
TERMINAL_CHARACTERS = 8
MERCHANT_CHARACTERS = 15


class Numbers(StrEnum):
    """How digits are written."""

    TEXT = "text"  #: one character a digit
    PACKED = "packed"  #: two digits a byte (BCD), lengths and message type too


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """The length that stands before each message on the wire."""

    size: int = 2
    #: Decimal digits instead of a binary number, highest byte first.
    is_text: bool = False
    #: Whether the length counts the header too.
    counts_itself: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """One host's dialect. Times are milliseconds."""

    header: Header = Header()
    #: Five bytes before each message, hexadecimal; answers come with the two addresses exchanged.
    tpdu: str | None = None
    numbers: Numbers = Numbers.TEXT
    #: The bit map as hexadecimal characters, as some hosts want it.
    bitmap_is_text: bool = False
    #: How words are written: DE 43 and private elements.
    text_encoding: str = "ascii"
    #: The zone of DE 12 and 13; DE 7 is always UTC.
    zone: str = "UTC"
    #: LLLVAR: carries our payment id, and behind a `/` the id of the payment that an undo or a refund points at.
    private_element: int = 48
    #: LLLVAR: carries a payment code or a token, which is no card number.
    code_element: int = 62
    #: Whether DE 43 carries what the customer reads on their statement.
    sends_subject: bool = True
    #: DE 3 of each kind; a reversal has that of its original.
    processing_codes: Mapping[Kind, str] = field(
        default_factory=lambda: MappingProxyType({Kind.SALE: "000000", Kind.VOID: "020000", Kind.REFUND: "200000"})
    )
    settlement_code: str = "920000"
    #: DE 3 of the second 0500, behind the upload of a batch.
    uploaded_code: str = "960000"
    #: First two digits of DE 22.
    entries: Mapping[Entry, str] = field(
        default_factory=lambda: MappingProxyType(
            {
                Entry.KEYED: "01",
                Entry.SWIPED: "02",
                Entry.CODE: "03",
                Entry.CHIP: "05",
                Entry.CONTACTLESS: "07",
                Entry.TOKEN: "10",
            }
        )
    )
    #: DE 25 of a sale, a void and a refund, and of a reversal: no answer came.
    condition: str = "00"
    reversal_reason: str = "98"
    approvals: frozenset[str] = APPROVALS
    doubts: Mapping[str, str] = field(default_factory=lambda: DOUBTS)
    refusals: Mapping[str, Decline] = field(default_factory=lambda: REFUSALS)
    #: Whether 0800 with DE 70 = 001 must be answered before anything else.
    signs_on: bool = True
    connect_ms: int = 5_000
    answer_ms: int = 25_000
    write_ms: int = 5_000
    #: After so long a silence 0800 with DE 70 = 301 is sent; after a second one the connection is given up.
    echo_after_ms: int = 60_000
    #: The first pause after a failed connection; it doubles up to the last.
    back_off_ms: int = 100
    back_off_ms_max: int = 2_000
    #: How long, and how many, messages are known by which nobody waits any more.
    remember_ms: int = 6 * 3_600_000
    remembered_max: int = 20_000
    frame_bytes_max: int = 4_096


#: The dialect of `counterfoil.storm.acquirer`, with its private codes: the standard has none for these two.
SIMULATED_HOST = Profile(
    refusals=MappingProxyType({**REFUSALS, "NS": Decline.ALREADY_SETTLED, "NU": Decline.ALREADY_UNDONE})
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Who we are to the host: DE 42, and DE 41 of each of our terminals that is called otherwise there."""

    merchant_number: str
    terminal_numbers: Mapping[TerminalId, str] = field(default_factory=dict)


def in_milliseconds(profile: Profile, **times: int) -> Profile:
    """Return the profile with other times, by the names of its fields without `_ms`."""
    return replace(profile, **{f"{name}_ms": value for name, value in times.items()})  # type: ignore[arg-type]  # all these fields are whole numbers
