"""Writes which tale each order belongs to, for whoever wants to know which look-alike a false finding fell for."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from counterfoil.world.casting import PLAIN, Repertoire
from counterfoil.world.chance import Ints
from counterfoil.world.sheet import Rows
from counterfoil.world.writing.lettering import words
from counterfoil.world.writing.naming import Names
from counterfoil.world.writing.schema import TALES_SCHEMA


def tales_table(
    rows: Rows, names: Names, repertoire: Repertoire, tale_of_slot: Ints, first_slot: int, merchant_id: str
) -> pa.Table:
    """Write the tale of each order of some days, ordinary sales left out; lost orders are among them."""
    oid = np.concatenate([rows.orders["oid"], rows.lost["oid"]])
    slot = np.concatenate([rows.orders["slot"], rows.lost["slot"]])
    tale = tale_of_slot[slot - first_slot]
    told = np.flatnonzero(tale != PLAIN)
    told = told[np.argsort(names.order(oid[told]))]
    columns = [
        words(np.zeros(len(told), dtype=np.int64), [merchant_id]),
        names.order_id(oid[told]),
        words(tale[told] - 1, [each.name for each in repertoire.tales]),
    ]
    return pa.Table.from_arrays(columns, names=TALES_SCHEMA.names)
