"""Rows that contradict each other: cells that wander to another row of the same table.

A slip that names the order of one sale and the payment of another, a refund in another currency than its sale, a
void of a refund: a valid file can hold all of them, and two judges must still agree.
"""

from __future__ import annotations

from random import Random

from counterfoil.books.format import TABLES

from .history_town import Row


def twist(dice: Random, table: str, rows: list[Row], share: float) -> None:
    """Give a share of the rows one cell of another row; keys stay, so that the rows stay valid."""
    columns = [name for name in TABLES[table].names if name != "merchant_id" and name not in TABLES[table].key]
    for row in rows:
        if dice.random() < share:
            column = dice.choice(columns)
            row[column] = dice.choice(rows)[column]
