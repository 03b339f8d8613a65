"""One run: all books copied and judged as in the night, and then values of the policy tried on the days until now.

What is measured is what somebody waits for who presses the button. Beside each stands what share it is of judging
everything anew, in the same run: the machine is noisy.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from datetime import time as time_of_day
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from counterfoil.bench.previews.shop import MERCHANT, Shop, open_shop
from counterfoil.counter.deciding_policies import tried_value
from counterfoil.desk.copies.kept import NAME as JUDGED
from counterfoil.desk.copies.kept import KeptBooks
from counterfoil.desk.previews.model import ORDERS_COPIED_MAX, Change, Days, Preview
from counterfoil.desk.previews.previewing import preview
from counterfoil.desk.previews.store import are_more_orders
from counterfoil.desk.watch.session import WatchSession
from counterfoil.desk.watch.whole import copy_books, judged_and_kept
from counterfoil.desk.watching import calendar_of
from counterfoil.refusals import Refused
from counterfoil.shop.policies.store import policy_at

if TYPE_CHECKING:
    from counterfoil.audit.intake.options import Progress
    from counterfoil.db.engine import Database

#: What is promised of a month, on two cores.
SECONDS_MAX = 10.0
#: A page waits for less; here what is slow is measured, and not refused.
WAITED_SECONDS_MAX = 900.0

#: What is tried, by the name in the policy: values of all five rules, read early and late on their way.
VALUES: Mapping[str, str] = MappingProxyType(
    {
        "slip_within": "5min",
        "return_window": "14d",
        "ship_within": "24h",
        "acquirer_latest": "T+5 10:00",
        "duplicate_window": "1h",
    }
)
#: Nobody has decided anything in this shop.
_IN_FORCE = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Night:
    """What the books are, and how long it takes to judge all of them."""

    rows_n: int
    findings_n: int
    copying_seconds: float
    judging_seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """One value, tried on the same days once or several times."""

    key: str
    value: str
    days: int
    #: Whether the books were asked as the night had judged them; else rows were copied and judged.
    is_of_the_night: bool
    rows_n: int
    #: Findings that are new, gone or changed.
    differing_n: int
    seconds: tuple[float, ...]

    @property
    def median_seconds(self) -> float:
        """How long somebody waits."""
        return statistics.median(self.seconds)


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """One run."""

    orders: int
    night: Night
    tried: tuple[Tried, ...]

    def share(self, one: Tried) -> float:
        """Return what part of judging everything anew a preview takes."""
        return one.median_seconds / self.night.judging_seconds

    def told(self) -> dict[str, object]:
        """Return it as `--json` writes it."""
        return {
            "seconds_max": max(one.median_seconds for one in self.tried),
            "orders": self.orders,
            "night": asdict(self.night),
            "tried": [
                {**asdict(one), "median_seconds": one.median_seconds, "share_of_judging": self.share(one)}
                for one in self.tried
            ],
        }


def measure_previews(
    folder: Path, *, orders: int, rounds: int, progress: Progress, values: Mapping[str, str] = VALUES
) -> Measured:
    """Measure previews over a shop of so many orders, which is kept in `folder`; each value is tried `rounds` times."""
    shop = open_shop(folder, orders=orders, progress=progress)
    kept = KeptBooks(shop.home.path / JUDGED)
    night = _judged(shop, kept, progress)
    if kept.get(MERCHANT) is None:
        raise RuntimeError("there is no room to keep the books as they were judged")
    with shop.database() as database:
        trial = _Trial(shop=shop, database=database, progress=progress, steps=len(values) * rounds + 1)
        month = Days.until(shop.now.astimezone(trial.zone).date())
        tried = [trial.tried(key, value, month, kept=kept, rounds=rounds) for key, value in values.items()]
        if trial.are_few_orders(month.last):
            today = Days.until(month.last, 1)
            tried.append(trial.tried(*next(iter(values.items())), today, kept=None, rounds=1))
    return Measured(orders=orders, night=night, tried=tuple(tried))


def broken_promises(found: Measured) -> Iterator[str]:
    """Yield every promise that a run does not keep: what is promised is a month."""
    for one in found.tried:
        if one.days > 1 and one.median_seconds > SECONDS_MAX:
            yield (
                f"{one.key} = {one.value}, {one.days} days: {one.median_seconds:.1f} s, promised are {SECONDS_MAX:.0f}"
            )


def _judged(shop: Shop, kept: KeptBooks, progress: Progress) -> Night:
    """Copy and judge all books, and keep them, as the nightly cross-check does; the desk is not held against them."""
    with (
        tempfile.TemporaryDirectory(prefix="counterfoil-") as scratch,
        WatchSession(shop.addresses.application) as session,
    ):
        progress.advance("judging", 0, 2)
        begun = time.perf_counter()
        with session.run(MERCHANT) as alone:
            if not alone:
                raise RuntimeError("somebody else watches this shop just now")
            calendar = calendar_of(policy_at(session.connection, MERCHANT, shop.now).audit, shop.now)
            rows_n = copy_books(session.driver, Path(scratch))
        copied = time.perf_counter()
        progress.advance("judging", 1, 2)
        findings = judged_and_kept(Path(scratch), calendar, MERCHANT, kept, rows_n=rows_n)
        judged = time.perf_counter()
        progress.advance("judging", 2, 2)
    return Night(
        rows_n=rows_n,
        findings_n=findings.num_rows,
        copying_seconds=copied - begun,
        judging_seconds=judged - copied,
    )


@dataclass(slots=True, kw_only=True)
class _Trial:
    """Tries one value after the other, as the page of the policy does."""

    shop: Shop
    database: Database
    progress: Progress
    steps: int
    done: int = 0

    @property
    def zone(self) -> ZoneInfo:
        """The clock of the shop."""
        return ZoneInfo(self.shop.time_zone)

    def are_few_orders(self, day: date) -> bool:
        """Say whether so few orders were placed since a day began that they could be copied."""
        since = datetime.combine(day, time_of_day(), self.zone)
        with self.database.snapshot(MERCHANT) as connection:
            return not are_more_orders(connection, ORDERS_COPIED_MAX, since=since)

    def tried(self, key: str, value: str, days: Days, *, kept: KeptBooks | None, rounds: int) -> Tried:
        """Try a value; without kept books, rows are copied."""
        changed = tried_value(_IN_FORCE, key, value, time_zone=self.shop.time_zone)
        assert not isinstance(changed, Refused), changed.code
        answers = [self._timed(changed, days, kept) for _ in range(rounds)]
        said = answers[-1][0]
        judged = None if kept is None else kept.get(MERCHANT)
        return Tried(
            key=key,
            value=value,
            days=days.count,
            is_of_the_night=judged is not None and said.rows_n == judged.judgement.rows_n,
            rows_n=said.rows_n,
            differing_n=sum(said.count(change) for change in Change if change is not Change.SAME),
            seconds=tuple(seconds for _, seconds in answers),
        )

    def _timed(self, changed: str, days: Days, kept: KeptBooks | None) -> tuple[Preview, float]:
        """Make one preview, and return how many seconds it took from the question to the answer."""
        begun = time.perf_counter()
        said = preview(
            self.database,
            MERCHANT,
            (_IN_FORCE, changed),
            days,
            time_zone=self.shop.time_zone,
            now=self.shop.now,
            kept=None if kept is None else kept.get(MERCHANT),
            seconds_max=WAITED_SECONDS_MAX,
        )
        taken = time.perf_counter() - begun
        assert not isinstance(said, Refused), said.code
        self.done += 1
        self.progress.advance("measuring", self.done, self.steps)
        return said, taken
