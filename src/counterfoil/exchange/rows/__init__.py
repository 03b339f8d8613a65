"""The rows of a shelf, as an import needs them."""

from counterfoil.exchange.rows.store import batches as batches
from counterfoil.exchange.rows.store import counts as counts
from counterfoil.exchange.rows.store import reading as reading
from counterfoil.exchange.rows.store import set_aside as set_aside
