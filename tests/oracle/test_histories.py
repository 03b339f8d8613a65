"""The random histories are worth running: valid, repeatable, and nasty enough that every diagnosis occurs."""

from __future__ import annotations

from collections import Counter

from counterfoil.books.format import TABLES, Kind

from .finding import EXCEPTIONS
from .histories import RandomHistory, random_books
from .law import find
from .shrink import show, shrink

SEEDS = range(300)


def _size(seed: int) -> int:
    return 5 + seed * 7 % 36


def test_the_same_seed_gives_the_same_history() -> None:
    assert random_books(7, 30) == random_books(7, 30)
    assert random_books(7, 30) != random_books(8, 30)


def test_every_row_obeys_the_book_format() -> None:
    for seed in range(40):
        history = random_books(seed, 20)
        for table, rows in history.books.items():
            keys = Counter(tuple(row[name] for name in TABLES[table].key) for row in rows)
            assert max(keys.values(), default=1) == 1
            for row in rows:
                assert set(row) == set(TABLES[table].names)
                for column in TABLES[table]:
                    value = row[column.name]
                    assert value is not None or not column.required
                    assert value is None or column.kind is not Kind.ENUM or value in column.words
                    assert value is None or column.required or column.name in history.carried[table]


def test_every_diagnosis_occurs() -> None:
    found: Counter[str] = Counter()
    for seed in SEEDS:
        history = random_books(seed, _size(seed))
        found.update(f.diagnosis for f in find(history.books, history.carried, history.policy, history.as_of))
    rare = {name for diagnoses in EXCEPTIONS.values() for name in diagnoses if not found[name]}
    assert rare == set()


def test_the_order_of_rows_changes_nothing() -> None:
    for seed in range(60):
        history = random_books(seed, 25)
        turned = {table: rows[::-1] for table, rows in history.books.items()}
        straight = find(history.books, history.carried, history.policy, history.as_of)
        assert find(turned, history.carried, history.policy, history.as_of) == straight


def test_a_subject_is_found_once_in_an_exception() -> None:
    for seed in range(60):
        history = random_books(seed, 25)
        found = find(history.books, history.carried, history.policy, history.as_of)
        sets = Counter((f.exception, f.merchant_id, frozenset((f.subject, f.other_subject))) for f in found)
        assert max(sets.values(), default=1) == 1


def test_a_history_shrinks_to_the_rows_that_matter() -> None:
    def finds_a_replay(history: RandomHistory) -> bool:
        found = find(history.books, history.carried, history.policy, history.as_of)
        return any(f.diagnosis == "replayed_request" for f in found)

    histories = (random_books(seed, 12) for seed in SEEDS)
    small = shrink(next(history for history in histories if finds_a_replay(history)), finds_a_replay)
    left = {table: len(rows) for table, rows in small.books.items() if rows}
    assert left == {"orders": 2}
    assert show(small).count("orders: ") == 2
