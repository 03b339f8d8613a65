"""The trade bill of Alipay: its address is asked for by day, and lives for half a minute. It comes as a zip.

The platform gives no digest of the file; the answer that names the address is signed, and the file comes over TLS.
It must never send anything of ours to the address but the question.
"""

from __future__ import annotations

import io
import zipfile
from datetime import date
from urllib.parse import urlsplit, urlunsplit

import structlog

from counterfoil.books.payments.ports import BillFile
from counterfoil.errors import BadOption
from counterfoil.links.acquirers.alipay.client import AlipayClient
from counterfoil.links.acquirers.alipay.words import DONE
from counterfoil.links.acquirers.wire import BILL_BYTES_MAX, Silence, Wire

_LOG = structlog.get_logger()
_OK = 200
_METHOD = "alipay.data.dataservice.bill.downloadurl.query"


def trade_bill(client: AlipayClient, day: date) -> BillFile | None:
    """Fetch the bill of a day; None where there is none (yet), or where it could not be had: the log says which."""
    bill = _fetched(client, day)
    if isinstance(bill, str):
        _LOG.info("acquirer_bill_not_fetched", channel="alipay", day=day.isoformat(), reason=bill)
        return None
    return bill


def _fetched(client: AlipayClient, day: date) -> BillFile | str:
    """Return the bill, or why there is none."""
    said = client.say(_METHOD, {"bill_type": "trade", "bill_date": day.isoformat()})
    if isinstance(said, Silence):
        return said.note
    if said.code != DONE:
        return f"refused: {said.raw_code}"
    parts = urlsplit(str(said.data.get("bill_download_url", "")))
    # The platform still writes `http` for an address that it serves with TLS.
    scheme = "https" if client.wire.base_url.startswith("https") else parts.scheme
    try:
        wire = Wire(base_url=urlunsplit((scheme, parts.netloc, "", "", "")), patience=client.wire.patience)
    except BadOption:
        return "the address of the bill is none"
    target = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
    heard = wire.exchange("GET", target, headers={}, bytes_max=BILL_BYTES_MAX)
    if isinstance(heard, Silence):
        return heard.note
    if heard.status != _OK or not zipfile.is_zipfile(io.BytesIO(heard.body)):
        return f"HTTP {heard.status}, and no zip"
    return BillFile(name=f"alipay_trade_bill_{day.isoformat()}.csv.zip", content=heard.body)
