"""Whether the watch has stopped looking at a shop's books, and since when. Pure.

A watch that fails at every look writes nothing, so it is known by what is missing: a moment up to which it has read
that moves no more. Nobody is told of a shop that was just opened, or of a house whose worker has only just begun.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from counterfoil.jobs.schedule import SCHEDULE
from counterfoil.languages import Text

_EVERY = next(planned.every for planned in SCHEDULE if planned.task == "watch_books")
#: A large shop's books are held against each other at night, or judged anew under another policy, in some minutes, and
#: the watch waits so long; what is later than this waits for a person.
RUNS_MISSED_MAX = 15
LATE_AFTER = _EVERY * RUNS_MISSED_MAX

WORDS: Mapping[str, Text] = MappingProxyType(
    {
        "title": Text(en="The books have not been looked at since {since}", zh="自 {since} 起，账本未再被核查"),
        "what": Text(
            en="Tills go on selling. But what has gone wrong since then is not listed here, and no case closes by "
            "itself.",
            zh="收银不受影响，但此后出现的问题不会列在这里，个案也不会自动结案。",
        ),
        "do": Text(
            en="Was a value of the policy decided shortly before? Decide it as it was. Otherwise tell whoever looks "
            "after the server: the worker is not running, or its log says “watch_failed”, and why.",
            zh="如果此前刚改过政策，请改回原值；否则请通知服务器管理员：后台程序没有运行，或其日志中有"
            "“watch_failed”及其原因。",
        ),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stand:
    """How far the watch has read a merchant's books."""

    #: Whatever was recorded before, it has looked at; None: it has not looked yet.
    read_through: datetime | None
    #: Since when there is such a merchant.
    created_at: datetime

    @property
    def since(self) -> datetime:
        """Since when nobody has looked."""
        return self.read_through or self.created_at

    def is_late(self, *, opened_at: datetime, now: datetime) -> bool:
        """Say whether the watch should have looked by now, in a house that is open since `opened_at`."""
        return now - max(self.since, opened_at) > LATE_AFTER
