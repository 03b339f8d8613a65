"""What the lines of orders are called in the language of whoever reads them. Pure.

A line keeps the name under which it was sold, in the language of whoever sold it: that is a fact, and it is told beside
the name of today where the two differ.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from counterfoil.languages import Language
from counterfoil.shop.catalogue.model import Named
from counterfoil.shop.pricing.model import OWN_LINES, LineKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a line is called."""

    name: str
    #: The name under which it was sold, where that is another one.
    sold_as: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LineNames:
    """The names that lines may have."""

    #: By sku.
    items: Mapping[str, Named] = field(default_factory=dict)
    #: By their code, which is the sku of their lines.
    taxes: Mapping[str, Named] = field(default_factory=dict)

    def told(self, line_kind: str | None, sku: str, sold_as: str | None, language: Language) -> Told:
        """Return what a line is called in a language: as it was sold, where it has no name in this one."""
        if sku in OWN_LINES:
            return Told(name=OWN_LINES[sku].to(language))
        named = (self.taxes if line_kind == LineKind.TAX else self.items).get(sku)
        name = (named.to(language) if named is not None else None) or sold_as or sku
        return Told(name=name, sold_as=sold_as if sold_as and sold_as != name else None)
