"""Every table of the database: importing this module is what makes the metadata whole.

A test holds this list to the files `tables.py` of the tree. Nothing may import it that is itself imported by a table.
"""

from __future__ import annotations

import counterfoil.books.deliveries.tables
import counterfoil.books.orders.tables
import counterfoil.books.payments.tables
import counterfoil.books.returns.tables
import counterfoil.books.slips.tables
import counterfoil.desk.audits.tables
import counterfoil.desk.cases.tables
import counterfoil.desk.tables
import counterfoil.desk.ties.tables
import counterfoil.journal.tables
import counterfoil.shop.catalogue.tables
import counterfoil.shop.customers.tables
import counterfoil.shop.imports.tables
import counterfoil.shop.merchants.tables
import counterfoil.shop.policies.tables
import counterfoil.shop.sessions.tables
import counterfoil.shop.staff.tables
import counterfoil.shop.stock.tables
import counterfoil.shop.stored_value.tables
import counterfoil.shop.tokens.tables  # noqa: F401 — imported for what it registers, as are those above
from counterfoil.db.metadata import METADATA as METADATA
