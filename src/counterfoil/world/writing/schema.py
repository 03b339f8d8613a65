"""The Arrow schemas of the books, derived from the format, so that what the town writes is what the format says."""

from __future__ import annotations

import pyarrow as pa

from counterfoil.books.format import TABLES, Kind

_TYPES = {
    Kind.ID: pa.string(),
    Kind.TEXT: pa.string(),
    Kind.KEY: pa.string(),
    Kind.ENUM: pa.string(),
    Kind.CURRENCY: pa.string(),
    Kind.MONEY: pa.int64(),
    Kind.INT: pa.int64(),
    Kind.DECIMAL: pa.decimal128(18, 4),
    Kind.TIME: pa.timestamp("us", tz="UTC"),
    Kind.DATE: pa.date32(),
    Kind.BOOL: pa.bool_(),
    Kind.DEGREES: pa.float64(),
}

TRUTH = "truth"
TRUTH_SCHEMA = pa.schema(
    [
        pa.field(name, pa.string(), nullable=name == "other_subject")
        for name in ("exception", "diagnosis", "merchant_id", "subject", "other_subject")
    ]
)

TALES = "world.tales"
TALES_SCHEMA = pa.schema([pa.field(name, pa.string(), nullable=False) for name in ("merchant_id", "order_id", "tale")])

#: Every file of a town that has rows, with its schema.
SCHEMAS = {
    name: pa.schema([pa.field(column.name, _TYPES[column.kind], nullable=not column.required) for column in table])
    for name, table in TABLES.items()
} | {TRUTH: TRUTH_SCHEMA, TALES: TALES_SCHEMA}
