"""The configuration file: what it may say, and the one line that tells what is wrong with it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from counterfoil.books.payments.model import Tender
from counterfoil.books.payments.ports import Late
from counterfoil.errors import BadOption
from counterfoil.links.acquirers.channels import CHANNELS, Built, build
from counterfoil.settings import Settings, read_settings

TABLE = """
[[acquirer]]
merchant = "M1"
name = "bank"
channel = "iso8583"
tenders = ["card"]

[acquirer.settings]
host = "127.0.0.1"
port = 5000
merchant_number = "104000000000001"
"""
WECHAT = """
[[acquirer]]
merchant = "M1"
name = "wechat"
channel = "wechat"
tenders = ["wechat"]

[acquirer.settings]
mchid = "1900000001"
appid = "wx0000000000000001"
serial_no = "0A"
private_key = {key}
api_v3_key = {{ env = "SHOP_WECHAT_V3" }}

[acquirer.settings.platform_keys]
PUB_KEY_ID_1 = {{ file = "platform.pem" }}
"""


def read(folder: Path, text: str, **environ: str) -> Settings:
    (folder / "counterfoil.toml").write_text(text, encoding="utf-8")
    return read_settings(environ, folder, channels=tuple(CHANNELS))


def unheard(late: Late) -> None:
    """Nothing is sent here, so nothing comes late."""


def built_from(folder: Path, text: str, environ: dict[str, str]) -> list[Built]:
    return [build(each, unheard) for each in read(folder, text, **environ).acquirers]


def complaint(folder: Path, text: str, **environ: str) -> str:
    with pytest.raises(BadOption) as refused:
        built_from(folder, text, environ)
    return str(refused.value).removeprefix(f"{folder / 'counterfoil.toml'}: ")


def test_no_file_is_no_mistake(tmp_path: Path) -> None:
    found = read_settings({}, tmp_path, channels=tuple(CHANNELS))
    assert (found.is_there, found.acquirers) == (False, ())


def test_a_file_that_is_named_has_to_be_there(tmp_path: Path) -> None:
    with pytest.raises(BadOption, match="there is no such file; COUNTERFOIL_CONFIG names it"):
        read_settings({"COUNTERFOIL_CONFIG": str(tmp_path / "gone.toml")}, tmp_path, channels=())


def test_a_card_host_is_built_as_its_table_says(tmp_path: Path) -> None:
    (settings,) = read(tmp_path, TABLE).acquirers
    built = build(settings, unheard)
    assert (settings.tenders, settings.patience) == ((Tender.CARD,), timedelta(seconds=45))
    assert (built.acquirer.name, built.acquirer.channel, built.is_traced) == ("bank", "iso8583", True)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('channel = "iso8583"', 'channel = "iso"', "[[acquirer]] 1: channel: expected one of iso8583, "),
        ('name = "bank"', 'name = ""', "[[acquirer]] 1: name: expected a text, found something else"),
        ('name = "bank"', 'name = "my bank"', "[[acquirer]] 1: name: expected an id: "),
        ('merchant = "M1"\n', "", "[[acquirer]] 1: merchant: expected a text, it is missing"),
        ('["card"]', '["cash"]', "[[acquirer]] 1: tenders: expected some of card, "),
        ('["card"]', "[]", "[[acquirer]] 1: tenders: expected a list of texts, found something else"),
        ("port = 5000", "port = 70000", "[[acquirer]] 1: settings.port: expected a whole number from 1 to 65535, "),
        ("port = 5000", "prot = 5000", "[[acquirer]] 1: settings.port: expected a whole number from 1 to 65535, it is"),
        ("port = 5000", "port = 5000\nprot = 1", "[[acquirer]] 1: settings.prot is not known; known are "),
        (
            "port = 5000",
            "port = 5000\nanswer_s = 60",
            "[[acquirer]] 1: settings.answer_s: expected less, or ",
        ),
        ("[[acquirer]]", "till = 1\n[[acquirer]]", "till is not known; expected tables [[acquirer]]"),
        ("[[acquirer]]", "[acquirer]", "acquirer: expected tables [[acquirer]], found something else"),
        ("[[acquirer]]", "[[acquirer", "expected TOML: "),
    ],
)
def test_what_is_wrong_is_named_with_its_key(tmp_path: Path, old: str, new: str, told: str) -> None:
    assert complaint(tmp_path, TABLE.replace(old, new, 1)).startswith(told)


def test_a_tender_goes_to_one_acquirer_only(tmp_path: Path) -> None:
    assert complaint(tmp_path, TABLE + TABLE) == "merchant M1 has two acquirers named bank"
    other = TABLE.replace('"bank"', '"other"')
    assert complaint(tmp_path, TABLE + other) == "card of merchant M1 goes to bank and to other"


def test_a_secret_is_never_written_into_the_file(tmp_path: Path) -> None:
    told = complaint(tmp_path, WECHAT.format(key='"-----BEGIN PRIVATE KEY-----"'))
    assert told.startswith("[[acquirer]] 1: settings.private_key: expected { file = ")
    assert "BEGIN" not in told


def test_a_secret_that_is_not_there_is_told_by_where_it_should_be(tmp_path: Path) -> None:
    missing = complaint(tmp_path, WECHAT.format(key='{ file = "gone.pem" }'))
    assert missing.startswith(f"[[acquirer]] 1: settings.private_key: {tmp_path / 'gone.pem'} cannot be read: ")
    (tmp_path / "key.pem").write_text("no key", encoding="utf-8")
    unset = complaint(tmp_path, WECHAT.format(key='{ file = "key.pem" }'))
    assert unset == "[[acquirer]] 1: settings.api_v3_key: the environment variable SHOP_WECHAT_V3 is not set"


def test_the_page_about_the_file_shows_one_that_can_be_read_and_knows_every_channel(tmp_path: Path) -> None:
    page = (Path(__file__).parents[2] / "docs/reference/configuration.md").read_text(encoding="utf-8")
    example = page.partition("```toml\n")[2].partition("```")[0]
    assert [each.name for each in read(tmp_path, example).acquirers] == ["bank", "wechat"]
    headings = [line for line in page.splitlines() if line.startswith("## `")]
    assert sorted(heading.split("`")[1] for heading in headings if "[[" not in heading) == sorted(CHANNELS)
