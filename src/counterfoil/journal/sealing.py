"""Seals the journal: gives every fact its place in the chain, off the hot path, one chunk in one transaction.

Only the sealer gives places. Sales take no lock for it and no number from it: numbers that are drawn before a commit
become visible out of order, and transaction ids begin anew when a database is restored, so "everything later than the
last one" would lose facts. What is sealed is what has no seal yet, by anti-join.

The anti-join does not look at the whole journal each time: it begins a while before the last fact that was sealed. A
fact is stamped when it is inserted and seen when its transaction commits. Nearly all commit within NEAR, so that is
where each pass begins; on a busy day the next step back would be read again every few seconds for nothing. The
transactions of the product end within seconds of their last statement (a statement ends after 30, an idle transaction
after 30), so FAR is several times what may lie between, and one pass each FAR_EVERY begins there. Both are shortcuts
and no promise: the first pass of a process, and one each FULL_EVERY, leave them out, so a fact that came later still,
or a clock that was set back, costs a delay and never a place.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from counterfoil.crash_points import passing
from counterfoil.db.engine import Database
from counterfoil.ids import MerchantId
from counterfoil.journal.chain import beginning, chained
from counterfoil.journal.checkpoints import Checkpoints
from counterfoil.journal.model import Head
from counterfoil.journal.seals import store

#: Facts in one transaction: large enough that its commit costs little, small enough for a moment's memory.
CHUNK = 5_000
#: So many chunks in one pass at most; the next pass goes on.
CHUNKS_MAX = 10_000
#: Whoever gives way to sales takes a chunk of this size in a pass, for as long as what is left is younger than that.
CHUNK_GIVING_WAY = 2_000
YOUNG = timedelta(minutes=1)
NEAR = timedelta(seconds=10)
FAR = timedelta(minutes=3)
FAR_EVERY = timedelta(minutes=1)
FULL_EVERY = timedelta(hours=1)
#: A pass over a whole journal may take longer than a question of a till.
STATEMENT_SECONDS_MAX = 300

#: A fact that has no place after this long is told: the sealer is not running, or somebody hid the fact from it.
UNSEALED_MAX = timedelta(minutes=5)

#: A chain that grows is signed this often; what is sealed since then is told from its own chain only.
SIGN_EVERY = timedelta(minutes=10)

_EVER = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealed:
    """What one pass did."""

    facts_n: int
    #: How far the chain goes now; None where somebody else is sealing it.
    head: Head | None


@dataclass(slots=True, kw_only=True)
class Sealer:
    """Seals facts as the sealer's role, and writes checkpoints; one for a process, used by one thread."""

    #: The database as the sealer's role sees it.
    database: Database
    checkpoints: Checkpoints
    clock: Callable[[], datetime]
    _full_at: dict[MerchantId, datetime] = field(default_factory=dict)
    _far_at: dict[MerchantId, datetime] = field(default_factory=dict)
    _signed_at: dict[MerchantId, datetime] = field(default_factory=dict)

    def seal(
        self,
        merchant_id: MerchantId,
        *,
        sign_now: bool = False,
        gives_way: bool = False,
        heard: Callable[[int], None] = lambda _n: None,
        is_ending: Callable[[], bool] = lambda: False,
    ) -> Sealed:
        """Seal what a merchant's journal holds by now, or until told to end; `heard` is told how many so far.

        A checkpoint is written where one is due, or at once with `sign_now`. With `gives_way` a pass leaves young facts
        to the next one, so that a rush of sales has the machine, and is sealed in the calmer minutes after it. Nothing
        is done where another sealer is at it. CheckpointDisagrees where the chain is not the one that an earlier
        checkpoint signed: what is sealed stays sealed, and nothing more is signed until somebody has looked.
        """
        begun = self.clock()
        is_full = begun - self._full_at.get(merchant_id, _EVER) >= FULL_EVERY
        is_far = begun - self._far_at.get(merchant_id, _EVER) >= FAR_EVERY
        sealed_n, since = 0, _EVER if is_full else None
        chunk = CHUNK_GIVING_WAY if gives_way else CHUNK
        for _chunk in range(CHUNKS_MAX):
            head, n, since = self._seal_chunk(merchant_id, since, FAR if is_far else NEAR, chunk)
            sealed_n += n
            if head is None:
                return Sealed(facts_n=sealed_n, head=None)
            heard(sealed_n)
            # The oldest are sealed first, so what a pass leaves is younger than what it has taken.
            if n < chunk or (gives_way and begun - since < YOUNG):
                break
            if is_ending():
                return Sealed(facts_n=sealed_n, head=head)
        if is_full:
            self._full_at[merchant_id] = begun
        if is_far:
            self._far_at[merchant_id] = begun
        assert head is not None
        if sealed_n:
            passing("seal:written")
        if sign_now or begun - self._signed_at.get(merchant_id, _EVER) >= SIGN_EVERY:
            self._sign(head)
            self._signed_at[merchant_id] = begun
        return Sealed(facts_n=sealed_n, head=head)

    def waiting(self, merchant_id: MerchantId) -> int:
        """Return how many facts have no seal yet."""
        with self.database.transaction(merchant_id) as connection:
            store.enter(connection, statement_seconds_max=STATEMENT_SECONDS_MAX)
            return store.unsealed_n(connection, merchant_id)

    def merchants(self) -> list[MerchantId]:
        """Return whose journals there are."""
        with self.database.engine.begin() as connection:
            return store.merchant_ids(connection)

    def _seal_chunk(
        self, merchant_id: MerchantId, since: datetime | None, back: timedelta, chunk: int
    ) -> tuple[Head | None, int, datetime]:
        """Seal one chunk; returns the head after it, how many, and from when the next chunk has to look.

        Without `since`, the first chunk of a pass, it looks `back` from the last fact that was sealed.
        """
        with self.database.transaction(merchant_id) as connection:
            store.enter(connection, statement_seconds_max=STATEMENT_SECONDS_MAX)
            if not store.taken(connection, merchant_id):
                return None, 0, _EVER
            # Taken before anything is read, so the head is the one that the sealer before us has left.
            head = store.head(connection, merchant_id) or beginning(merchant_id)
            now = self.clock()
            if since is None:
                last = store.last_recorded_at(connection, merchant_id) or _EVER
                # A fact that claims to be of the future must not keep those of the present from being seen.
                since = max(min(last, now), _EVER + back) - back
            facts = store.facts_to_seal(connection, merchant_id, since, chunk)
            if not facts:
                return head, 0, since
            seals = chained(head, facts, now=now)
            store.write(connection, merchant_id, seals)
        last_seal = seals[-1]
        after = Head(merchant_id=merchant_id, position=last_seal.position, seal=last_seal.seal)
        return after, len(seals), facts[-1].recorded_at

    def _sign(self, head: Head) -> None:
        """Write a checkpoint, unless the last one already says so; the chain must still be the one it was."""
        if not head.position:
            return
        last = self.checkpoints.last(head.merchant_id)
        if last is not None:
            with self.database.transaction(head.merchant_id) as connection:
                there = store.seal_at(connection, head.merchant_id, last.position)
            self.checkpoints.refuse_another_chain(last, there)
            if last.position == head.position:
                return
        self.checkpoints.write(head, now=self.clock())
