"""When the database cannot do what it should: gone, full, read-only. Nothing is lost, and the till is told plainly."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

import psycopg
from psycopg import errors
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from counterfoil.errors import CounterfoilError
from counterfoil.languages import Text


class Kind(StrEnum):
    """What is the matter with the database."""

    UNREACHABLE = "books_unreachable"
    FULL = "books_full"
    READ_ONLY = "books_read_only"
    BUSY = "books_busy"
    BROKEN = "books_broken"


TEXTS: Mapping[Kind, Text] = MappingProxyType(
    {
        Kind.UNREACHABLE: Text(
            en="The books cannot be reached. Whether this was recorded is not known: send it again with the same id.",
            zh="账本暂时无法访问，尚不知是否已记录。请用同一编号重新发送。",
        ),
        Kind.FULL: Text(
            en="The disk of the books is full. Nothing was recorded: keep the sale, make room, and send it again.",
            zh="账本所在磁盘已满，未记录任何内容。请保留该销售，腾出空间后重新发送。",
        ),
        Kind.READ_ONLY: Text(
            en="The books can only be read at present. Nothing was recorded: keep the sale, and send it again later.",
            zh="账本目前只读，未记录任何内容。请保留该销售，稍后重新发送。",
        ),
        Kind.BUSY: Text(
            en="The books are too busy to take this now. Nothing was recorded: send it again with the same id.",
            zh="账本过于繁忙，未记录任何内容。请用同一编号重新发送。",
        ),
        Kind.BROKEN: Text(
            en="The database answered as Counterfoil did not expect. Nothing was recorded; please report it.",
            zh="数据库的回答出乎意料，未记录任何内容。请上报。",
        ),
    }
)

_FULL = (errors.DiskFull, errors.OutOfMemory, errors.ProgramLimitExceeded)
_NO_TEXT = (errors.CharacterNotInRepertoire, errors.UntranslatableCharacter)
_READ_ONLY = (errors.ReadOnlySqlTransaction,)
_BUSY = (
    *(errors.DeadlockDetected, errors.SerializationFailure, errors.LockNotAvailable),
    *(errors.QueryCanceled, errors.TooManyConnections),
)


class Trouble(CounterfoilError):
    """The database could not do it: its fault, not the request's."""

    def __init__(self, kind: Kind) -> None:
        self.kind = kind
        self.text = TEXTS[kind]
        super().__init__(self.text.en)

    @property
    def may_pass(self) -> bool:
        """Whether the connection is worth another try at once."""
        return self.kind is Kind.UNREACHABLE


def trouble_of(error: psycopg.Error) -> Trouble:
    """Say what is the matter, from what the driver raised; the driver's words may hold data and are not passed on."""
    if isinstance(error, _FULL):
        return Trouble(Kind.FULL)
    if isinstance(error, _READ_ONLY):
        return Trouble(Kind.READ_ONLY)
    if isinstance(error, _BUSY):
        return Trouble(Kind.BUSY)
    if isinstance(error, psycopg.OperationalError | psycopg.InterfaceError):
        return Trouble(Kind.UNREACHABLE)
    return Trouble(Kind.BROKEN)


def trouble_behind(error: SQLAlchemyError) -> Trouble | None:
    """Say what is the matter where a statement failed; None where it is a fault of ours, and no trouble."""
    if isinstance(error, PoolTimeout):
        return Trouble(Kind.BUSY)
    if not isinstance(error, DBAPIError) or not isinstance(error.orig, psycopg.Error):
        return None
    trouble = trouble_of(error.orig)
    return None if trouble.kind is Kind.BROKEN else trouble


def is_no_text(error: SQLAlchemyError) -> bool:
    """Say whether a text could not be asked for because no text of the books can be like it: it holds a zero byte."""
    behind = error.orig if isinstance(error, DBAPIError) else None
    # The driver itself refuses it as a parameter, and says no state then (psycopg, `adapt`); in JSON the server does.
    return isinstance(behind, _NO_TEXT) or (isinstance(behind, psycopg.DataError) and behind.sqlstate is None)
