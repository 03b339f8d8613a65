"""Writes the truth as the table that `counterfoil score` reads, with the subjects as findings name them."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from counterfoil.world import truth
from counterfoil.world.chance import Ints
from counterfoil.world.faults.catalogue import FAULTS
from counterfoil.world.sheet import NULL, Rows
from counterfoil.world.words import SOURCE
from counterfoil.world.writing.lettering import words
from counterfoil.world.writing.naming import Names
from counterfoil.world.writing.schema import TRUTH_SCHEMA


def truth_table(rows: Rows, names: Names, merchant_id: str) -> pa.Table:
    """Write the truth about the faults of some days."""
    sheet = rows.truth.take(np.lexsort((rows.truth["fault"], rows.truth["slot"])))
    columns = [
        words(sheet["fault"], [fault.exception for fault in FAULTS]),
        words(sheet["fault"], [fault.diagnosis for fault in FAULTS]),
        words(np.zeros(len(sheet), dtype=np.int64), [merchant_id]),
        _subjects(rows, names, sheet["subject_as"], sheet["subject"]),
        _subjects(rows, names, sheet["other_as"], sheet["other"]),
    ]
    return pa.Table.from_arrays(columns, names=TRUTH_SCHEMA.names)


def _subjects(rows: Rows, names: Names, subject_as: Ints, number: Ints) -> pa.Array:
    written = pa.nulls(len(number), pa.string())
    for what, word in enumerate(truth.SUBJECTS):
        chosen = subject_as == what
        if chosen.any():
            ids = _ids(rows, names, what, np.where(chosen, number, NULL))
            written = written.fill_null(pc.binary_join_element_wise(word, ids, ":"))
    return written


def _ids(rows: Rows, names: Names, what: int, number: Ints) -> pa.Array:
    match what:
        case truth.ORDER:
            return names.order_id(number)
        case truth.PAYMENT:
            return names.payment_id(number)
        case truth.RETURN:
            return names.return_id(number)
        case truth.SLIP:
            return names.slip_id(number)
        case truth.NOTICE:
            return names.notice_id(number)
        case _:
            return names.record_id(number, _best_source(rows, number), np.zeros(len(number), dtype=np.int64))


def _best_source(rows: Rows, eid: Ints) -> Ints:
    """An event that several files tell is known by the row of the best of them: settlement before bill."""
    settled = rows.records["eid"][rows.records["source"] == SOURCE["settlement"]]
    return np.where(np.isin(eid, settled), SOURCE["settlement"], SOURCE["bill"])
