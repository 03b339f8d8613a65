"""Lays out what Prometheus is told, in its text format; without any merchant's name unless the settings ask for it."""

from __future__ import annotations

from collections import Counter as Sums
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, TypeVar

from counterfoil.measures.counters import Counters
from counterfoil.measures.standing import Books, Told

if TYPE_CHECKING:
    from prometheus_client.core import GaugeMetricFamily

    from counterfoil.measures.store import OfMerchant

Word = TypeVar("Word")

#: Prometheus' text format, as every version of it reads it; whoever sends it adds that it is in UTF-8.
MEDIA_TYPE = "text/plain; version=0.0.4"

#: Name, what it says, labels beside the merchant's: one line of docs/reference/metrics.md each, held by a test.
GAUGES = {
    "counterfoil_payments_unknown": "Payments whose outcome nobody knows and that are being asked for.",
    "counterfoil_payment_unknown_oldest_seconds": "Since when the oldest unknown payment is unknown; 0 where none is.",
    "counterfoil_findings_open": "Findings that stand.",
    "counterfoil_cases_open": "Cases that are not ended.",
    "counterfoil_facts_unsealed_oldest_seconds": "How long the oldest fact has waited for its place in the chain.",
    "counterfoil_watch_last_look_seconds": "How long ago that was recorded which the watch has looked at last.",
    "counterfoil_jobs": "Jobs of the worker that wait, are worked on, or were given up.",
    "counterfoil_worker_beat_seconds": "How long ago a worker last said that it is there.",
    "counterfoil_payment_due_seconds": "How long a payment has waited for its next step; 0 where none waits.",
    "counterfoil_backup_seconds": "How long ago the last backup was taken.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What is told; one for a process."""

    counters: Counters
    books: Books
    #: Whether each number is told of each merchant by its id.
    by_merchant: bool = False

    def exposition(self) -> bytes:
        """Return everything, as Prometheus reads it. May wait for the database."""
        from prometheus_client import generate_latest  # noqa: PLC0415 — counters.py says why

        registry = self.counters.registry()
        registry.register(_Gauges(self.books.told(), by_merchant=self.by_merchant))
        return generate_latest(registry)


class _Gauges:
    """What the books say, as families of the library."""

    def __init__(self, told: Told, *, by_merchant: bool) -> None:
        self._told, self._by_merchant = told, by_merchant

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Yield every family."""
        whose = [(one.merchant_id, [one]) for one in self._told.merchants]
        groups: Sequence[tuple[str, Sequence[OfMerchant]]] = (
            whose if self._by_merchant else [("", self._told.merchants)]
        )
        yield from self._payments(groups)
        yield from self._findings(groups)
        yield from self._moments(groups)
        yield from self._background()

    def _payments(self, groups: Iterable[tuple[str, Sequence[OfMerchant]]]) -> Iterator[GaugeMetricFamily]:
        unknown, oldest = self._family("payments_unknown"), self._family("payment_unknown_oldest_seconds")
        for name, merchants in groups:
            unknown.add_metric(self._labels(name), sum(one.unknown_n for one in merchants))
            oldest.add_metric(self._labels(name), self._age(one.unknown_since for one in merchants) or 0)
        yield unknown
        yield oldest

    def _findings(self, groups: Iterable[tuple[str, Sequence[OfMerchant]]]) -> Iterator[GaugeMetricFamily]:
        findings = self._family("findings_open", "exception", "severity")
        cases = self._family("cases_open", "state")
        for name, merchants in groups:
            for words, n in _summed(one.findings for one in merchants).items():
                findings.add_metric([*words, *self._labels(name)], n)
            for state, n in _summed(one.cases for one in merchants).items():
                cases.add_metric([state, *self._labels(name)], n)
        yield findings
        yield cases

    def _moments(self, groups: Iterable[tuple[str, Sequence[OfMerchant]]]) -> Iterator[GaugeMetricFamily]:
        sealed, watched = self._family("facts_unsealed_oldest_seconds"), self._family("watch_last_look_seconds")
        for name, merchants in groups:
            sealed.add_metric(self._labels(name), self._age(one.unsealed_since for one in merchants) or 0)
            looked = self._age(one.watched_through for one in merchants)
            if looked is not None:
                watched.add_metric(self._labels(name), looked)
        yield sealed
        yield watched

    def _background(self) -> Iterator[GaugeMetricFamily]:
        jobs = self._family("jobs", "queue", "status", of_merchants=False)
        for words, n in sorted(self._told.jobs.items()):
            jobs.add_metric(list(words), n)
        yield jobs
        standing = self._told.standing
        for name, moment, otherwise in (
            ("worker_beat_seconds", standing.worker_beat_at, None),
            ("payment_due_seconds", standing.payment_due_since, 0.0),
            ("backup_seconds", standing.backed_up_at, None),
        ):
            family, age = self._family(name, of_merchants=False), self._age([moment])
            # What never was has no age: a number would say something.
            if (value := otherwise if age is None else age) is not None:
                family.add_metric([], value)
            yield family

    def _family(self, name: str, *labels: str, of_merchants: bool = True) -> GaugeMetricFamily:
        from prometheus_client.core import GaugeMetricFamily  # noqa: PLC0415 — counters.py says why

        full = f"counterfoil_{name}"
        more = ["merchant"] if of_merchants and self._by_merchant else []
        return GaugeMetricFamily(full, GAUGES[full], labels=[*labels, *more])

    def _labels(self, merchant_id: str) -> list[str]:
        return [merchant_id] if self._by_merchant else []

    def _age(self, moments: Iterable[datetime | None]) -> float | None:
        """Return how old the oldest of these is, in seconds; None where there is none."""
        oldest = min((moment for moment in moments if moment is not None), default=None)
        return None if oldest is None else max((self._told.at - oldest).total_seconds(), 0.0)


def _summed(counts: Iterable[Mapping[Word, int]]) -> Mapping[Word, int]:
    summed: Sums[Word] = Sums()
    for each in counts:
        summed.update(each)
    return summed
