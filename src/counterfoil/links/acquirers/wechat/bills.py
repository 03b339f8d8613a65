"""The trade bill of WeChat Pay: asked for by day, fetched from a second address, checked against its SHA-1.

The file itself is not signed; the answer that names its digest is. The digest is of the unpacked file. It must never
hand on a bill that does not match it.
"""

from __future__ import annotations

import hashlib
import zlib
from datetime import date
from urllib.parse import urlsplit

import structlog

from counterfoil.books.payments.ports import BillFile
from counterfoil.links.acquirers.wechat.client import WechatClient
from counterfoil.links.acquirers.wechat.words import plain
from counterfoil.links.acquirers.wire import BILL_BYTES_MAX, Silence, origin_of

_LOG = structlog.get_logger()
_NONE_YET = frozenset({"NOSTATEMENTEXIST", "STATEMENTCREATING"})
_OK = 200
_GZIP = 16 + zlib.MAX_WBITS


def trade_bill(client: WechatClient, day: date) -> BillFile | None:
    """Fetch the bill of a day; None where there is none (yet), or where it could not be had: the log says which."""
    bill = _fetched(client, day)
    if isinstance(bill, str):
        _LOG.info("acquirer_bill_not_fetched", channel="wechat", day=day.isoformat(), reason=bill)
        return None
    return bill


def _fetched(client: WechatClient, day: date) -> BillFile | str:
    """Return the bill, or why there is none."""
    said = client.say("GET", f"/v3/bill/tradebill?bill_date={day.isoformat()}&bill_type=ALL&tar_type=GZIP")
    if isinstance(said, Silence):
        return said.note
    if not said.is_yes:
        none_yet = said.code is not None and plain(said.code) in _NONE_YET
        return "there is none yet" if none_yet else f"HTTP {said.status}, {said.code or 'no code'}"
    url, digest = str(said.data.get("download_url", "")), str(said.data.get("hash_value", "")).lower()
    # Our signature goes to no other house than the one that we were told to speak to.
    if origin_of(url) != client.wire.origin:
        return "it lies at another address than the channel"
    parts = urlsplit(url)
    heard = client.fetch(f"{parts.path}?{parts.query}")
    if isinstance(heard, Silence):
        return heard.note
    content = _unpacked(heard.body) if heard.status == _OK else None
    if content is None:
        return f"HTTP {heard.status}, and no file that can be unpacked"
    if said.data.get("hash_type") != "SHA1" or _sha1(content) != digest:
        return "its digest is not the one that was announced"
    return BillFile(name=f"wechat_trade_bill_{day.isoformat()}_ALL.csv", content=content, digest=f"sha1:{digest}")


def _unpacked(packed: bytes) -> bytes | None:
    unpacking = zlib.decompressobj(_GZIP)
    try:
        content = unpacking.decompress(packed, BILL_BYTES_MAX)
    except zlib.error:
        return None
    return content if unpacking.eof else None


def _sha1(content: bytes) -> str:
    return hashlib.sha1(content, usedforsecurity=False).hexdigest()
