"""The policy written out for people: every key with its value and what it means, in both languages.

It says what `policy.py` holds and decides nothing.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from datetime import timedelta
from types import MappingProxyType

from counterfoil.languages import Language, Text
from counterfoil.policy import Deadline, Policy

_TITLE = Text(
    en="What the shop promises and tolerates. Durations: s, min, h, d. Amounts: minor units. Any key may be left out.",
    zh="本店的承诺与容忍范围。时长单位：s 秒、min 分钟、h 小时、d 天；金额：最小货币单位。每一项都可以省略。",
)

#: What each key means; a test refuses a key without an entry.
MEANINGS: Mapping[str, Text] = MappingProxyType(
    {
        "time_zone": Text(
            en="the shop's time zone; days, hours and deadlines are counted in it",
            zh="门店所在时区；日期、钟点和截止时间都按它计算",
        ),
        "ship_within": Text(
            en="a paid delivery order is shipped within this time",
            zh="已付款的配送订单应在此时间内发货",
        ),
        "stalled_after": Text(
            en="a parcel that has not moved for this long is stalled",
            zh="包裹超过此时间没有新的物流动态，即为停滞",
        ),
        "late_after": Text(
            en="a parcel is late when its promise is exceeded by this much",
            zh="超过承诺送达时间这么久，即为迟到",
        ),
        "tracking_within": Text(
            en="a shipped parcel shows its first tracking event within this time",
            zh="发货后应在此时间内出现第一条物流轨迹",
        ),
        "sync_within": Text(
            en="what the carrier reports as delivered stands in our book within this time",
            zh="承运商报告签收后，我方账本应在此时间内同步",
        ),
        "failed_retry": Text(
            en="a failed delivery is tried again within this time",
            zh="投递失败后应在此时间内再次投递",
        ),
        "confirm_after": Text(
            en="a delivered parcel counts as confirmed after this time; unconfirmed beyond it is a finding",
            zh="签收后超过此时间仍未确认收货，即列为问题",
        ),
        "duplicate_window": Text(
            en="two equal orders of one customer within this time may be one purchase",
            zh="同一顾客在此时间内的两张相同订单，可能是同一次购买",
        ),
        "slip_within": Text(
            en="a slip follows its payment within this time",
            zh="付款后应在此时间内出票",
        ),
        "unknown_settle": Text(
            en="a payment or a void without an answer is left alone this long",
            zh="没有明确结果的付款或撤销，先等待这么久",
        ),
        "acquirer_ready": Text(
            en="the acquirer's bill of a day is there from this moment on",
            zh="收单方某日账单最早可取的时刻",
        ),
        "acquirer_latest": Text(
            en="what is not in the acquirer's book by this moment is missing there",
            zh="过了此刻仍不在收单方账本中的，即为对方缺失",
        ),
        "match_window": Text(
            en="amount and time alone match a payment to a record within this time",
            zh="仅凭金额和时间配对时，允许的时间差",
        ),
        "ref_match_window": Text(
            en="a bank reference and the amount match a payment to a record within this time",
            zh="凭参考号和金额配对时，允许的时间差",
        ),
        "return_window": Text(
            en="goods come back within this time after delivery or sale",
            zh="顾客可在此时间内退货",
        ),
        "restock_within": Text(
            en="good returned goods are back in stock within this time",
            zh="完好的退货应在此时间内重新入库",
        ),
        "refund_authoriser_from_minor": Text(
            en="refunds from this amount on need a second person",
            zh="退款达到此金额须由第二人授权",
        ),
        "blind_return_limit_minor": Text(
            en="returns without an original are tolerated up to this amount, with an authoriser",
            zh="无原单退货在有人授权时允许的最高金额",
        ),
        "goods_sku_pattern": Text(
            en="a regular expression; lines whose sku it matches nowhere are fees, not goods (not set: all are goods)",
            zh="正则表达式；货号完全不匹配的行视为费用而非商品（不设置：全部视为商品）",
        ),
        "outliers": Text(
            en="when an operator or a terminal voids so much more than its peers that somebody should look",
            zh="收银员或收银机的撤销率比同店其他人高出多少时，值得有人查看",
        ),
        "outliers.q": Text(
            en="at most this share of those called outliers are none: false-discovery rate (Benjamini–Hochberg)",
            zh="被判为异常偏高者中允许的误判比例：错误发现率（Benjamini–Hochberg）",
        ),
        "outliers.ratio": Text(
            en="an outlier voids at least so many times as often as its peers",
            zh="撤销率至少达到同店其他人的多少倍，才算异常偏高",
        ),
        "outliers.voids_min": Text(en="an outlier has at least so many voids", zh="撤销至少达到多少笔，才算异常偏高"),
        "outliers.peers_min": Text(
            en="an outlier is told from at least so many peers", zh="至少有多少名可比对象，才判断是否异常偏高"
        ),
        "serial_returner": Text(
            en="when a customer returns so often that somebody should look",
            zh="顾客退货多到什么程度时，值得有人查看",
        ),
        "serial_returner.count": Text(
            en="a serial returner has brought goods back at least so many times", zh="退货至少达到多少次，才算频繁退货"
        ),
        "serial_returner.days": Text(en="a serial returner has done so within so many days", zh="频繁退货按多少天统计"),
        "serial_returner.share": Text(
            en="a serial returner has brought back at least this share of the bought value",
            zh="退货金额至少占购买金额的多大比例，才算频繁退货",
        ),
    }
)


def policy_toml(policy: Policy, language: Language) -> str:
    """Write a policy as the TOML file that `read_policy` reads, each key with its meaning above it."""
    plain: list[str] = [f"# {_TITLE.to(language)}"]
    tables: list[str] = []
    for name, value in _values(policy):
        lines = tables if is_dataclass(value) and not isinstance(value, Deadline) else plain
        lines += ["", f"# {MEANINGS[name].to(language)}"]
        if lines is plain:
            lines.append(f"# {name} =" if value is None else f"{name} = {_written(value)}")
        else:
            lines.append(f"[{name}]")
            lines += [
                f"{key} = {_written(inner)}  # {MEANINGS[f'{name}.{key}'].to(language)}"
                for key, inner in _values(value)
            ]
    return "\n".join([*plain, *tables]) + "\n"


def policy_values(policy: Policy) -> list[tuple[str, str]]:
    """Return every key of a policy with its value, in the spelling of the TOML file; inner keys with a dot."""
    values: list[tuple[str, str]] = []
    for name, value in _values(policy):
        if is_dataclass(value) and not isinstance(value, Deadline):
            values += [(f"{name}.{key}", _written(inner)) for key, inner in _values(value)]
        else:
            values.append((name, "" if value is None else _written(value)))
    return values


def _values(holder: object) -> Iterator[tuple[str, object]]:
    """Yield the fields of a policy or of one of its tables."""
    assert is_dataclass(holder)
    for field in fields(holder):
        yield field.name, getattr(holder, field.name)


def _written(value: object) -> str:
    """Write a value as TOML."""
    match value:
        case timedelta():
            return f'"{_duration(value)}"'
        case Deadline(days=days, at=at):
            return f'"T+{days} {at:%H:%M}"'
        case str():
            return json.dumps(value, ensure_ascii=False)
        case _:
            return str(value)


def _duration(value: timedelta) -> str:
    """Write a duration in the largest unit that people would say: 48h, but 7d."""
    seconds = int(value.total_seconds())
    if seconds % 86400 == 0 and seconds >= 7 * 86400:
        return f"{seconds // 86400}d"
    for unit, size in (("h", 3600), ("min", 60)):
        if seconds % size == 0 and seconds >= size:
            return f"{seconds // size}{unit}"
    return f"{seconds}s"
