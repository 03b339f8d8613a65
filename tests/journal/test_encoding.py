"""Different facts are never spelt the same."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

from hypothesis import given
from hypothesis import strategies as st

from counterfoil.db.tables import METADATA
from counterfoil.ids import FactId, MerchantId
from counterfoil.journal.chain import beginning, chained
from counterfoil.journal.coverage import COVERED
from counterfoil.journal.encoding import encoded, fact_digest, rows_digest
from counterfoil.journal.model import Fact

_TIMES = st.datetimes(timezones=st.just(UTC))
# Letters that the spelling itself uses come often, so that one value could pretend to be two.
_TEXTS = st.text(alphabet=st.sampled_from("nsbit:0123456789"), max_size=12) | st.text(max_size=8)
_VALUES = st.lists(st.none() | _TEXTS | st.integers() | st.binary(max_size=8) | _TIMES, max_size=5)
_NOW = datetime(2026, 3, 1, tzinfo=UTC)


def typed(values: list[object]) -> list[tuple[type, object]]:
    return [(type(value), value) for value in values]


@given(_VALUES, _VALUES)
def test_two_sequences_are_spelt_the_same_only_if_they_are_the_same(one: list[object], other: list[object]) -> None:
    assert (encoded(*one) == encoded(*other)) == (typed(one) == typed(other))  # type: ignore[arg-type]  # any values


@given(st.lists(_TEXTS, min_size=1, max_size=4), st.data())
def test_moving_the_border_between_two_values_is_another_spelling(texts: list[str], data: st.DataObject) -> None:
    whole = "".join(texts)
    border = data.draw(st.integers(0, len(whole)))
    assert (encoded(*texts) == encoded(whole[:border], whole[border:])) == (texts == [whole[:border], whole[border:]])


def test_a_time_is_the_same_in_every_zone() -> None:
    there = _NOW.astimezone(timezone(timedelta(hours=8)))
    assert encoded(there) == encoded(_NOW)
    assert encoded(_NOW + timedelta(microseconds=1)) != encoded(_NOW)


_FACTS = st.builds(
    Fact,
    _TEXTS.map(FactId),
    _TEXTS,
    _TEXTS,
    _TIMES,
    _TIMES,
    st.none() | _TEXTS,
    st.none() | _TEXTS,
    _TEXTS,
    _TEXTS,
)


@given(_FACTS, _FACTS)
def test_two_facts_have_the_same_digests_only_if_they_are_the_same(one: Fact, other: Fact) -> None:
    same = (fact_digest("m", one), rows_digest(one)) == (fact_digest("m", other), rows_digest(other))
    assert same == (one == other)


@given(st.lists(_FACTS, min_size=2, max_size=5), st.data())
def test_any_other_order_or_content_ends_in_another_seal(facts: list[Fact], data: st.DataObject) -> None:
    changed = list(facts)
    place = data.draw(st.integers(0, len(facts) - 1))
    match data.draw(st.sampled_from(["drop", "swap", "change", "add"])):
        case "drop":
            del changed[place]
        case "swap":
            changed[0], changed[place] = changed[place], changed[0]
        case "change":
            changed[place] = data.draw(_FACTS)
        case _:
            changed.insert(place, data.draw(_FACTS))
    head = beginning(MerchantId("m"))
    ends = [[seal.seal for seal in chained(head, each, now=_NOW)][-1] for each in (facts, changed)]
    assert (ends[0] == ends[1]) == (facts == changed)


def test_no_two_merchants_chains_are_alike() -> None:
    fact = Fact(FactId("f"), "a:b:c", "order:o", _NOW, _NOW, None, None, "{}", "")
    seals = [chained(beginning(MerchantId(name)), [fact], now=_NOW)[0].seal for name in ("m1", "m2")]
    assert seals[0] != seals[1]


def test_a_seal_covers_every_column_that_may_not_change() -> None:
    """A new column is either updatable, or a new encoding covers it: `journal/coverage.py` says how."""
    for name, columns in COVERED.items():
        table = METADATA.tables[name]
        facts = [
            column.name
            for column in table.columns
            if column.name != "merchant_id" and column.name not in table.info["updatable"]
        ]
        assert list(columns) == facts
