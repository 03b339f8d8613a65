"""The one configuration file: which acquirers serve which merchants, and how the pages are reached.

Where data and database lie, the environment says.

It holds no secret: a secret is named, as a file or as an environment variable, and read when it is needed. A mistake is
one line that names the file, the table and the key. It connects nowhere and starts nothing.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from ipaddress import ip_address
from pathlib import Path

from counterfoil.books.payments.model import Tender
from counterfoil.errors import BadOption
from counterfoil.ids import MerchantId, is_id

#: Names the configuration file.
VARIABLE = "COUNTERFOIL_CONFIG"
#: Its name in the data home, where nobody names another.
FILE_NAME = "counterfoil.toml"

#: `1` lets people in whose passwords were printed for everybody to read.
DEMO_VARIABLE = "COUNTERFOIL_DEMO_LOGINS"

_ADDRESS = re.compile(r"https?://[A-Za-z0-9.\[\]:-]+")

#: How long after a payment was intended the worker looks at it by itself, where an acquirer's table does not say.
PATIENCE_S = 45
PATIENCE_S_MIN = 5
PATIENCE_S_MAX = 600

#: Tenders that nobody outside has to be asked about, so that no acquirer can be named for them.
_OURS = frozenset({Tender.CASH, Tender.OTHER, Tender.VOUCHER, Tender.MEMBER_BALANCE})


class Options:
    """One table of the file, read key by key; what nobody has asked for is refused at the end."""

    def __init__(
        self, values: Mapping[str, object], *, where: str, folder: Path, environ: Mapping[str, str], key: str = ""
    ) -> None:
        """Take the table; `where` is what messages call it, `folder` what file names are relative to."""
        self._values, self._where, self._folder, self._environ = values, where, folder, environ
        self._prefix = key
        self._asked: set[str] = set()

    def bad(self, key: str, expected: str) -> BadOption:
        """Make the error of a key; what was found is not repeated, for it may be a secret in the wrong place."""
        state = "found something else" if key in self._values else "it is missing"
        return BadOption(f"{self._where}: {self._prefix}{key}: expected {expected}, {state}")

    def text(self, key: str, default: str | None = None) -> str:
        """Return a text that is not empty."""
        value = self._value(key, default)
        if not isinstance(value, str) or not value.strip():
            raise self.bad(key, "a text")
        return value

    def optional_text(self, key: str) -> str | None:
        """Return a text; None where the key is not there."""
        return self.text(key) if key in self._values else None

    def whole(self, key: str, default: int | None = None, *, least: int, most: int) -> int:
        """Return a whole number within its bounds."""
        value = self._value(key, default)
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            raise self.bad(key, f"a whole number from {least} to {most}")
        return value

    def yes_or_no(self, key: str, *, default: bool) -> bool:
        """Return true or false."""
        value = self._value(key, default)
        if not isinstance(value, bool):
            raise self.bad(key, "true or false")
        return value

    def one_of(self, key: str, known: Sequence[str], default: str | None = None) -> str:
        """Return one of a list of words."""
        value = self._value(key, default)
        if not isinstance(value, str) or value not in known:
            raise self.bad(key, f"one of {', '.join(known)}")
        return value

    def texts(self, key: str, default: Sequence[str] = ()) -> Sequence[str]:
        """Return a list of texts with something in it."""
        value = self._value(key, list(default))
        if not isinstance(value, list) or not value or not all(isinstance(one, str) for one in value):
            raise self.bad(key, "a list of texts")
        return value

    def secret(self, key: str) -> str:
        """Return a secret from the file or the environment variable that the table names."""
        value = self._value(key, None)
        match value:
            case {"file": str(name), **more} if not more:
                path = self._folder / Path(name).expanduser()
                try:
                    return path.read_text(encoding="utf-8").strip()
                except (OSError, UnicodeDecodeError) as error:
                    why = error.strerror if isinstance(error, OSError) else "it is no text"
                    raise BadOption(f"{self._where}: {self._prefix}{key}: {path} cannot be read: {why}") from error
            case {"env": str(name), **more} if not more:
                if not self._environ.get(name):
                    raise BadOption(f"{self._where}: {self._prefix}{key}: the environment variable {name} is not set")
                return self._environ[name].strip()
            case _:
                raise self.bad(key, '{ file = "…" } or { env = "…" }, for a secret is never written into this file')

    def table(self, key: str) -> Options:
        """Return a table inside this one; an empty one where the key is not there."""
        value = self._value(key, {})
        if not isinstance(value, dict):
            raise self.bad(key, "a table")
        return Options(
            value, where=self._where, folder=self._folder, environ=self._environ, key=f"{self._prefix}{key}."
        )

    def keys(self) -> Iterator[str]:
        """Yield the keys that are there."""
        yield from self._values

    def refuse_the_rest(self) -> None:
        """Refuse keys that nobody has asked for: a misspelt one must not pass for one that is not there."""
        unknown = sorted(set(self._values) - self._asked)
        if unknown:
            known = ", ".join(sorted(self._asked))
            raise BadOption(f"{self._where}: {self._prefix}{unknown[0]} is not known; known are {known}")

    def _value(self, key: str, default: object) -> object:
        self._asked.add(key)
        return self._values.get(key, default)


@dataclass(frozen=True, slots=True, kw_only=True)
class AcquirerSettings:
    """One table `[[acquirer]]`: an account of a merchant at a channel, and the tenders that go there."""

    merchant_id: MerchantId
    #: As `payments.acquirer` names it; unique for a merchant.
    name: str
    channel: str
    tenders: tuple[Tender, ...]
    patience: timedelta
    #: What the channel itself wants to know.
    options: Options = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class WebSettings:
    """The table `[web]`: how browsers reach the pages."""

    #: `https://shop.example`, as people type it; None: nobody said, and cookies are not kept to https.
    address: str | None = None
    #: Whose word about a caller's address is taken: proxies in front of us.
    proxies: tuple[str, ...] = ()
    #: Whether passwords that were printed for everybody to read let anybody in.
    demo_logins: bool = False
    #: Whether what is counted is told of each merchant by its id.
    metrics_by_merchant: bool = False

    @property
    def is_https(self) -> bool:
        """Whether browsers come by https only."""
        return self.address is not None and self.address.startswith("https://")


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What the configuration file says."""

    file: Path
    #: False: nobody wrote one, which is no mistake; every tender but the shop's own is refused then.
    is_there: bool
    acquirers: tuple[AcquirerSettings, ...]
    web: WebSettings = WebSettings()


def read_settings(environ: Mapping[str, str], home: Path, *, channels: Sequence[str]) -> Settings:
    """Read the file that COUNTERFOIL_CONFIG names, else the one in the data home; `channels` are those there are."""
    named = environ.get(VARIABLE)
    file = Path(named).expanduser() if named else home / FILE_NAME
    try:
        content = tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        if named:
            raise BadOption(f"{file}: there is no such file; {VARIABLE} names it") from None
        return Settings(file=file, is_there=False, acquirers=(), web=_web({}, file, environ))
    except OSError as error:
        raise BadOption(f"{file}: cannot be read: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadOption(f"{file}: expected TOML: {error}") from error
    top = Options(content, where=str(file), folder=file.parent, environ=environ)
    tables = content.get("acquirer", [])
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        raise top.bad("acquirer", "tables [[acquirer]]")
    unknown = sorted(set(content) - {"acquirer", "web"})
    if unknown:
        raise BadOption(f"{file}: {unknown[0]} is not known; expected tables [[acquirer]] and [web]")
    web = content.get("web", {})
    if not isinstance(web, dict):
        raise top.bad("web", "a table [web]")
    acquirers = tuple(
        _acquirer(Options(table, where=f"{file}: [[acquirer]] {number}", folder=file.parent, environ=environ), channels)
        for number, table in enumerate(tables, start=1)
    )
    _refuse_twice(file, acquirers)
    return Settings(file=file, is_there=True, acquirers=acquirers, web=_web(web, file, environ))


def _web(table: Mapping[str, object], file: Path, environ: Mapping[str, str]) -> WebSettings:
    options = Options(table, where=f"{file}: [web]", folder=file.parent, environ=environ)
    address = options.optional_text("address")
    if address is not None and _ADDRESS.fullmatch(address) is None:
        raise options.bad("address", "https://NAME or http://NAME, without a path")
    proxies = tuple(options.texts("proxies")) if "proxies" in table else ()
    for proxy in proxies:
        try:
            ip_address(proxy)
        except ValueError as error:
            raise options.bad("proxies", "a list of IP addresses") from error
    by_merchant = options.yes_or_no("metrics_by_merchant", default=False)
    options.refuse_the_rest()
    demo_logins = environ.get(DEMO_VARIABLE) == "1"
    return WebSettings(address=address, proxies=proxies, demo_logins=demo_logins, metrics_by_merchant=by_merchant)


def _acquirer(options: Options, channels: Sequence[str]) -> AcquirerSettings:
    merchant, name = options.text("merchant"), options.text("name")
    for key, text in (("merchant", merchant), ("name", name)):
        if not is_id(text):
            raise options.bad(key, "an id: 1 to 64 letters, digits and ._:@+-")
    settings = AcquirerSettings(
        merchant_id=MerchantId(merchant),
        name=name,
        channel=options.one_of("channel", channels),
        tenders=tuple(_tender(options, text) for text in options.texts("tenders")),
        patience=timedelta(seconds=options.whole("patience_s", PATIENCE_S, least=PATIENCE_S_MIN, most=PATIENCE_S_MAX)),
        options=options.table("settings"),
    )
    options.refuse_the_rest()
    return settings


def _tender(options: Options, text: str) -> Tender:
    known = [tender.value for tender in Tender if tender not in _OURS]
    if text not in known:
        raise options.bad("tenders", f"some of {', '.join(known)}")
    return Tender(text)


def _refuse_twice(file: Path, acquirers: Sequence[AcquirerSettings]) -> None:
    """Refuse two acquirers of one name, and two for one tender: nobody could say where the money went."""
    names: set[tuple[MerchantId, str]] = set()
    tenders: dict[tuple[MerchantId, Tender], str] = {}
    for each in acquirers:
        if (each.merchant_id, each.name) in names:
            raise BadOption(f"{file}: merchant {each.merchant_id} has two acquirers named {each.name}")
        names.add((each.merchant_id, each.name))
        for tender in each.tenders:
            other = tenders.setdefault((each.merchant_id, tender), each.name)
            if other != each.name:
                raise BadOption(f"{file}: {tender} of merchant {each.merchant_id} goes to {other} and to {each.name}")
