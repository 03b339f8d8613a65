"""Verifies a journal: computes every seal anew from what the books say, and holds the chain against the checkpoints.

It reads and never mends. A break is told where it is, and the chain is followed behind it from the seal that lies
there, so that one change is one break and a second one is found as well.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from counterfoil.db.engine import Database
from counterfoil.ids import FactId, MerchantId
from counterfoil.journal.breaks import Break, Broken, Verified
from counterfoil.journal.chain import beginning, seal_of
from counterfoil.journal.checkpoints import NONE_BEFORE, Checkpoint, Checkpoints, digest_of, is_signed, read_line
from counterfoil.journal.encoding import fact_digest, rows_digest
from counterfoil.journal.model import ENCODING, Fact, Head, Seal
from counterfoil.journal.seals import store

CHUNK = 5_000
#: So many breaks are told; all are counted.
SHOWN_MAX = 20
#: A look at a whole table may take longer than a question of a till.
STATEMENT_SECONDS_MAX = 600
#: Checkpoints may lag behind the chain by as much.
SIGNED_MAX = timedelta(hours=1)

Heard = Callable[[int, int], None]


@dataclass(slots=True)
class _Found:
    """Breaks as they are met: the first ones, and how many."""

    breaks: list[Break] = field(default_factory=list)
    n: int = 0

    def add(self, found: Break) -> None:
        self.n += 1
        if len(self.breaks) < SHOWN_MAX:
            self.breaks.append(found)

    def add_all(self, others: _Found) -> None:
        self.breaks = [*self.breaks, *others.breaks][:SHOWN_MAX]
        self.n += others.n


@dataclass(frozen=True, slots=True, kw_only=True)
class _Followed:
    """What is left of a chain that was followed to its head."""

    n: int
    #: The seals that lie where a checkpoint signed one.
    at_signed: Mapping[int, bytes]
    #: When the first seal was made that no checkpoint speaks of; None where all are signed.
    unsigned_since: datetime | None


def verify(
    database: Database,
    checkpoints: Checkpoints,
    merchant_id: MerchantId,
    *,
    now: datetime,
    unsealed_max: timedelta,
    heard: Heard = lambda _done, _total: None,
) -> Verified:
    """Verify one merchant's journal; the database may be served meanwhile. `heard` is told of seals done and in all."""
    found = _Found()
    with database.transaction(merchant_id) as connection:
        head = store.head(connection, merchant_id) or beginning(merchant_id)
    of_lines = _Found()
    signed = _signed_lines(checkpoints, merchant_id, of_lines)
    followed = _follow(database, head, [line.position for _n, line in signed], found, heard)
    found.add_all(of_lines)
    accepted_n = _compare(checkpoints, signed, followed.at_signed, found)
    unsigned_since = followed.unsigned_since
    if unsigned_since is not None and now - unsigned_since > SIGNED_MAX:
        found.add(Break(broken=Broken.CHECKPOINTS_MISSING, file=str(checkpoints.file), at=unsigned_since))
    with database.transaction(merchant_id) as connection:
        store.enter(connection, statement_seconds_max=STATEMENT_SECONDS_MAX)
        for subject in store.untold_rows(connection, merchant_id, SHOWN_MAX):
            found.add(Break(broken=Broken.ROW_WITHOUT_FACT, subject=subject))
    with database.transaction(merchant_id) as connection:
        store.enter(connection, statement_seconds_max=STATEMENT_SECONDS_MAX)
        for fact in store.unsealed(connection, merchant_id, recorded_before=now - unsealed_max, limit=SHOWN_MAX):
            found.add(
                Break(
                    broken=Broken.FACT_UNSEALED,
                    fact_id=fact.fact_id,
                    tag=fact.tag,
                    subject=fact.subject,
                    at=fact.recorded_at,
                )
            )
    return Verified(
        merchant_id=merchant_id,
        seals_n=followed.n,
        checkpoints_n=len(signed),
        breaks=tuple(found.breaks),
        breaks_n=found.n,
        accepted_n=accepted_n,
    )


def _follow(database: Database, head: Head, signed: Sequence[int], found: _Found, heard: Heard) -> _Followed:
    """Compute every seal up to the head anew; `signed` are the places that checkpoints speak of, in their order."""
    begin = beginning(head.merchant_id)
    before, position, n = begin.seal, begin.position, 0
    kept: dict[int, bytes] = {0: before}
    unsigned_since = None
    wanted, last_signed = frozenset(signed), signed[-1] if signed else 0
    while position < head.position:
        with database.transaction(head.merchant_id) as connection:
            store.enter(connection, statement_seconds_max=STATEMENT_SECONDS_MAX)
            seals = store.seals_after(connection, head.merchant_id, position, CHUNK)
            if not seals:
                # The head was taken away while we looked.
                found.add(Break(broken=Broken.POSITIONS_MISSING, position=head.position))
                break
            facts = store.sealed_facts(connection, head.merchant_id, position, seals[-1].position)
        for seal in seals:
            for broken in _broken(head.merchant_id, seal, before, position, facts):
                found.add(broken)
            before, position, n = seal.seal, seal.position, n + 1
            if position > last_signed and unsigned_since is None:
                unsigned_since = seal.sealed_at
            if position in wanted:
                kept[position] = seal.seal
        heard(min(position, head.position), head.position)
    return _Followed(n=n, at_signed=kept, unsigned_since=unsigned_since)


def _broken(
    merchant_id: MerchantId, seal: Seal, before: bytes, position: int, facts: Mapping[FactId, Fact]
) -> Iterator[Break]:
    """Say what is wrong with one seal; at most one thing of the fact, and one of the chain."""
    fact = facts.get(seal.fact_id)

    def at_seal(broken: Broken) -> Break:
        return Break(
            broken=broken,
            position=seal.position,
            fact_id=seal.fact_id,
            tag=None if fact is None else fact.tag,
            subject=None if fact is None else fact.subject,
        )

    if seal.position != position + 1:
        yield Break(broken=Broken.POSITIONS_MISSING, position=seal.position - 1)
    if seal.encoding != ENCODING:
        yield at_seal(Broken.SPELLING_UNKNOWN)
    elif fact is None:
        yield at_seal(Broken.FACT_MISSING)
    elif fact_digest(merchant_id, fact) != seal.fact_digest:
        yield at_seal(Broken.FACT_CHANGED)
    elif rows_digest(fact) != seal.rows_digest:
        yield at_seal(Broken.ROWS_CHANGED)
    follows = seal_of(
        before, seal.position, seal.fact_digest, seal.rows_digest, encoding=seal.encoding, sealed_at=seal.sealed_at
    )
    if seal.position == position + 1 and follows != seal.seal:
        yield at_seal(Broken.SEAL_CHANGED)


def _signed_lines(checkpoints: Checkpoints, merchant_id: MerchantId, found: _Found) -> list[tuple[int, Checkpoint]]:
    """Return a merchant's lines that can be believed, with their numbers; the file as a whole has to hold."""
    signed: list[tuple[int, Checkpoint]] = []
    key, file = checkpoints.key(), str(checkpoints.file)
    before, n = NONE_BEFORE, 0
    counted = checkpoints.counted()
    for n, line in enumerate(checkpoints.lines(), 1):
        if n == 1 and key is None:
            found.add(Break(broken=Broken.KEY_MISSING, file=file))
        digest = digest_of(line)
        read = read_line(line)
        if read is None:
            found.add(Break(broken=Broken.LINE_UNREADABLE, file=file, line=n))
        else:
            if read.before != before:
                found.add(Break(broken=Broken.LINE_OUT_OF_CHAIN, file=file, line=n))
            if key is not None and not is_signed(read, key):
                found.add(Break(broken=Broken.LINE_FORGED, file=file, line=n))
            elif key is not None and read.merchant_id == merchant_id:
                signed.append((n, read))
        if counted is not None and n == counted[0] and digest != counted[1]:
            found.add(Break(broken=Broken.LINES_DROPPED, file=file, line=n))
        before = digest
    if (counted is not None and n < counted[0]) or (counted is None and n > 1):
        found.add(Break(broken=Broken.LINES_DROPPED, file=file, line=n + 1))
    return signed


def _compare(
    checkpoints: Checkpoints, signed: list[tuple[int, Checkpoint]], at: Mapping[int, bytes], found: _Found
) -> int:
    """Hold the chain against each line; returns how many disagree and were accepted later by name and reason."""
    accepted_before = max((n for n, line in signed if line.accepted_because is not None), default=0)
    accepted_n = 0
    for n, line in signed:
        there = at.get(line.position)
        if there is not None and there.hex() == line.seal:
            continue
        if n < accepted_before:
            accepted_n += 1
            continue
        broken = Broken.CUT_BACK if there is None else Broken.REBUILT
        found.add(Break(broken=broken, position=line.position, file=str(checkpoints.file), line=n))
    return accepted_n
