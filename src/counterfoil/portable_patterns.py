"""Patterns that every engine reads alike, and answers in time. Pure.

DuckDB, PostgreSQL, Spark and Python have each a regular expression of their own. What they share are signs, classes,
groups, choices and repetitions. Each of these alone is plain; written into one another they are not. RE2, which DuckDB
uses, multiplies repetitions of repetitions and takes no more than a thousand (re2/regexp.h, `kMaxRepeat`). PostgreSQL
writes them out, and where what is repeated may be empty, as in `(?:(?:a?){0,31}){0,31}`, it thinks for minutes.

A class is read sign by sign, for there engines differ most: `[a-c-e]` is an error to PostgreSQL alone, `[a&&b]` is
empty to Java alone, and Python warns of `[a--]`. And `^` and `$` stand only where nothing can be before or behind them:
PostgreSQL finds `a^b` in "ab".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from counterfoil.errors import BadOption

_RANGE = "|".join(f"[{kind}]-[{kind}]" for kind in ("0-9", "a-z", "A-Z", "\u4e00-\u9fff"))
_IN_CLASS = rf"{_RANGE}|[^\[\]\\^&~|\-]|[~|](?![~|])|\\[\\\[\]^\-dw]"
#: `-` is itself only where no range can be: first or last.
_CLASS = rf"\[\^?(?:-?(?:{_IN_CLASS})+-?|-)\]"
_SIGN = rf"[^\\\[\](){{}}|*+?^$.]|\.|\\[\\.^$*+?()\[\]{{}}|/\-dDwW]|{_CLASS}"
_TOKEN = re.compile(
    rf"(?:(?P<sign>{_SIGN})|(?P<close>\)))(?:(?P<times>[*+?]|\{{[0-9]{{1,2}}(?:,(?:[0-9]{{1,2}})?)?\}})\??)?"
    r"|(?P<open>\((?:\?:)?)|(?P<choice>\|)|(?P<edge>[\^$])"
)

#: What repetitions inside each other may come to, multiplied: as RE2 counts them.
MULTIPLIED_MAX = 1_000
#: Signs of a pattern in which every counted repetition is written out, as engines do; a list of 300 skus has no more.
SIGNS_MAX = 3_000
#: Of these, what may be left out or is repeated without end: PostgreSQL's time grows with their square, and with more
#: than these a pattern takes it seconds.
LOOSE_MAX = 500
#: Python's own reader goes down a step for each group in a group.
DEPTH_MAX = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What a part of a pattern comes to; nothing at all, to begin with."""

    signs_n: int = 0
    #: How much of it may be left out, or is repeated without end.
    loose_n: int = 0
    #: Its repetitions inside each other, multiplied, where they are most.
    multiplied: int = 1
    may_be_empty: bool = True

    def then(self, other: Part) -> Part:
        """Return this with another part behind it."""
        return self._beside(other, may_be_empty=self.may_be_empty and other.may_be_empty)

    def or_else(self, other: Part) -> Part:
        """Return the choice of this and another part."""
        return self._beside(other, may_be_empty=self.may_be_empty or other.may_be_empty)

    def repeated(self, least: int, most: int | None) -> Part:
        """Return this so many times; `most` is None where there is no end."""
        copies_n = least + 1 if most is None else most
        loose_n = 1 if most is None else most - least
        return Part(
            signs_n=self.signs_n * copies_n,
            loose_n=self.loose_n * copies_n + loose_n,
            multiplied=self.multiplied * max(least if most is None else most, 1),
            may_be_empty=self.may_be_empty or least == 0,
        )

    def _beside(self, other: Part, *, may_be_empty: bool) -> Part:
        return Part(
            signs_n=self.signs_n + other.signs_n,
            loose_n=self.loose_n + other.loose_n,
            multiplied=max(self.multiplied, other.multiplied),
            may_be_empty=may_be_empty,
        )


_SIGN_ALONE = Part(signs_n=1, may_be_empty=False)


@dataclass(slots=True)
class _Group:
    """A group that is being read: the choices before, and the one that is read now."""

    #: Whether nothing can be before it.
    is_first: bool
    before: Part | None = None
    now: Part = field(default_factory=Part)
    #: Whether anything stands in the choice that is read now.
    is_begun: bool = False
    #: Whether that choice has come to a `$`, so that nothing can be behind it; and whether any choice has.
    is_ended: bool = False
    has_end: bool = False
    has_edge: bool = False

    @property
    def is_at_begin(self) -> bool:
        """Whether what is read next can have nothing before it."""
        return self.is_first and not self.is_begun

    def add(self, part: Part) -> None:
        self.now = self.now.then(part)
        self.is_begun = True

    def add_edge(self, edge: str) -> None:
        self.is_begun = self.has_edge = True
        if edge == "$":
            self.is_ended = self.has_end = True

    def add_group(self, closed: _Group, part: Part) -> None:
        self.add(part)
        self.has_edge = self.has_edge or closed.has_edge
        self.is_ended = closed.has_end
        self.has_end = self.has_end or closed.has_end

    def choose(self) -> None:
        """Begin another choice."""
        self.before, self.now = self.whole(), Part()
        self.is_begun = self.is_ended = False

    def whole(self) -> Part:
        return self.now if self.before is None else self.before.or_else(self.now)


def read_pattern(key: str, value: str, source: str) -> str:
    """Return a pattern that every engine reads alike; BadOption names its key and says what to change."""
    return _Reader(source=source, key=key).read(value)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reader:
    """Reads one pattern; where it stands, and under which name, is for whoever is told of it."""

    source: str
    key: str

    def read(self, value: str) -> str:
        if len(value) > SIGNS_MAX:
            raise self._too_large()
        part = self._measured(self._tokens(value))
        if part.multiplied > MULTIPLIED_MAX:
            raise BadOption(
                f"{self.source}: {self.key} repeats repetitions {part.multiplied} times in all, and engines take "
                f"{MULTIPLIED_MAX} at most: choose smaller numbers in its braces"
            )
        if part.signs_n > SIGNS_MAX or part.loose_n > LOOSE_MAX:
            raise self._too_large()
        try:
            re.compile(value)
        except re.error as error:
            raise BadOption(f"{self.source}: {self.key} is no regular expression: {error}") from error
        return value

    def _tokens(self, value: str) -> Iterator[re.Match[str]]:
        at = 0
        while at < len(value):
            token = _TOKEN.match(value, at)
            if token is None or not token[0].isprintable():
                raise BadOption(
                    f"{self.source}: {self.key} wants only signs, classes, groups, choices and repetitions, which "
                    f"every engine reads alike, found {value!r}"
                )
            yield token
            at = token.end()

    def _measured(self, tokens: Iterable[re.Match[str]]) -> Part:
        """Add up what a pattern comes to; a group that is not closed is left to whoever compiles it."""
        groups = [_Group(is_first=True)]
        for token in tokens:
            now = groups[-1]
            if token["choice"] is not None:
                now.choose()
            elif token["close"] is not None and len(groups) > 1:
                closed = groups.pop()
                part = self._times(closed.whole(), token["times"])
                if closed.has_edge and token["times"] is not None:
                    raise self._misplaced_edge()
                groups[-1].add_group(closed, part)
            elif now.is_ended or (token["edge"] == "^" and not now.is_at_begin):
                raise self._misplaced_edge()
            elif token["edge"] is not None:
                now.add_edge(token["edge"])
            elif token["open"] is not None:
                groups.append(_Group(is_first=now.is_at_begin))
                if len(groups) > DEPTH_MAX:
                    raise self._too_large()
            elif token["sign"] is not None:
                now.add(self._times(_SIGN_ALONE, token["times"]))
        return groups[0].whole()

    def _times(self, part: Part, times: str | None) -> Part:
        least, most = _bounds(times)
        if part.may_be_empty and most != 1:
            raise BadOption(
                f"{self.source}: {self.key} repeats with {times} what may be empty, and some engines think for minutes "
                "about that: let what is repeated hold at least one sign"
            )
        return part if times is None else part.repeated(least, most)

    def _misplaced_edge(self) -> BadOption:
        return BadOption(
            f"{self.source}: {self.key} has ^ or $ where engines read it differently: let ^ stand only where the "
            "pattern or one of its choices begins, $ only where it ends, and repeat neither"
        )

    def _too_large(self) -> BadOption:
        return BadOption(
            f"{self.source}: {self.key} is too large: with its repetitions written out it may have {SIGNS_MAX} signs, "
            f"{LOOSE_MAX} that are optional or endless, and {DEPTH_MAX} groups inside each other; write a shorter one, "
            "such as what skus of goods begin with"
        )


def _bounds(times: str | None) -> tuple[int, int | None]:
    """Return how often something is repeated at least and at most; None: without end."""
    match times:
        case None:
            return 1, 1
        case "?":
            return 0, 1
        case "*" | "+":
            return int(times == "+"), None
        case _:
            least, comma, most = times.strip("{}").partition(",")
            if not comma:
                return int(least), int(least)
            return int(least), int(most) if most else None
