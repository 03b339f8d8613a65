"""What every command about a shop needs: which merchant, its database and its keys. Decides nothing."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from counterfoil.errors import BadOption
from counterfoil.ids import MerchantId, is_id
from counterfoil.languages import help_in

if TYPE_CHECKING:
    from datetime import datetime

    import sqlalchemy as sa

    from counterfoil.db.engine import Database
    from counterfoil.shop.secret_keys import MerchantKeys

#: Names the merchant where the option does not.
VARIABLE = "COUNTERFOIL_MERCHANT"

MerchantOption = Annotated[
    str,
    typer.Option(
        "--merchant",
        "-m",
        envvar=VARIABLE,
        show_envvar=False,
        help=help_in(en=f"Which merchant; {VARIABLE} says it too.", zh=f"商户编号；也可由 {VARIABLE} 指定。"),
    ),
]


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenShop:
    """One merchant, ready for a command."""

    merchant_id: MerchantId
    database: Database
    keys: MerchantKeys
    now: datetime

    @contextmanager
    def known(self) -> Iterator[sa.Connection]:
        """Open a transaction of the merchant; BadOption where there is no such merchant."""
        from counterfoil.shop.merchants.store import merchant

        with self.database.transaction(self.merchant_id) as connection:
            if merchant(connection, self.merchant_id) is None:
                raise BadOption(
                    f"merchant {self.merchant_id!r}: there is none of this id; `counterfoil shop create` makes one"
                )
            yield connection


@contextmanager
def opened(merchant: str) -> Iterator[OpenShop]:
    """Lend a merchant's database and keys for a command; the database is started where it is our own."""
    from counterfoil import clock
    from counterfoil.db.embedded.home import home_of
    from counterfoil.db.opening import open_database
    from counterfoil.shop.secret_keys import secret_key

    if not is_id(merchant):
        raise BadOption(f"--merchant {merchant!r}: expected 1 to 64 letters, digits and . _ : @ + -")
    merchant_id = MerchantId(merchant)
    with open_database(application="counterfoil shop") as database:
        keys = secret_key(os.environ, home_of(os.environ).path).for_merchant(merchant_id)
        yield OpenShop(merchant_id=merchant_id, database=database, keys=keys, now=clock.now())
