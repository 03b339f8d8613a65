"""How a phone number or a mail address is spelt so that the same one is the same, and how it is masked. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from counterfoil.languages import Text
from counterfoil.shop.customers.model import Details

TEXT_LENGTH_MAX = 300
#: ITU-T E.164: at most fifteen digits with the country's; shorter than six is nobody's number.
PHONE_DIGITS_MIN, PHONE_DIGITS_MAX = 6, 15

_SEPARATORS = re.compile(r"[\s().\-/\u2010-\u2015]+")
_EMAIL = re.compile(r"^[^@\s]{1,64}@[^@\s]+\.[^@\s.]+$")
_SHOWN_FIRST, _SHOWN_LAST = 3, 4
#: Of a shorter number, less is shown.
_LONG_DIGITS = 10


class CustomerFlaw(StrEnum):
    """Why a customer cannot be remembered, in the order in which it is looked at."""

    NO_CONTACT = "no_contact"
    BAD_PHONE = "bad_phone"
    BAD_EMAIL = "bad_email"
    TOO_LONG = "details_too_long"

    def is_transient(self) -> bool:
        """Whether the same could pass later: never."""
        return False


WORDS: Mapping[CustomerFlaw, Text] = MappingProxyType(
    {
        CustomerFlaw.NO_CONTACT: Text(
            en="A customer needs a phone number or a mail address.", zh="请填写客户的电话或邮箱。"
        ),
        CustomerFlaw.BAD_PHONE: Text(
            en="This is no phone number: use digits, with + and the country's code for one from abroad.",
            zh="电话格式有误：请填数字，境外号码以 + 和国家区号开头。",
        ),
        CustomerFlaw.BAD_EMAIL: Text(en="This is no mail address.", zh="邮箱格式有误。"),
        CustomerFlaw.TOO_LONG: Text(
            en=f"A field has more than {TEXT_LENGTH_MAX} characters.", zh=f"单项内容超过 {TEXT_LENGTH_MAX} 个字。"
        ),
    }
)


def normalised(details: Details, calling_code: str | None) -> Details | CustomerFlaw:
    """Return the details with phone and mail in their one spelling; `calling_code` is that of the shop's country."""
    if not details.phone and not details.email:
        return CustomerFlaw.NO_CONTACT
    phone = normalised_phone(details.phone, calling_code) if details.phone else None
    if details.phone and phone is None:
        return CustomerFlaw.BAD_PHONE
    email = normalised_email(details.email) if details.email else None
    if details.email and email is None:
        return CustomerFlaw.BAD_EMAIL
    name, address = _tidy(details.name), _tidy(details.address)
    if any(text is not None and len(text) > TEXT_LENGTH_MAX for text in (name, address, email)):
        return CustomerFlaw.TOO_LONG
    return Details(name=name, phone=phone, email=email, address=address)


def normalised_phone(text: str, calling_code: str | None) -> str | None:
    """Return `+` and the digits with the country's code (ITU-T E.164), or the bare digits where no country is known.

    `138 0013 8000`, `+86 138-0013-8000` and `008613800138000` are one number in a shop of China. None for no number.
    """
    plain = _SEPARATORS.sub("", unicodedata.normalize("NFKC", text))
    if plain.startswith("00"):
        plain = f"+{plain[2:]}"
    digits = plain.removeprefix("+")
    if not (digits.isascii() and digits.isdigit()):
        return None
    if not plain.startswith("+") and calling_code is not None:
        # The zero before an area code is dialled inside the country only.
        digits = calling_code + digits.removeprefix("0")
    international = plain.startswith("+") or calling_code is not None
    if not PHONE_DIGITS_MIN <= len(digits) <= PHONE_DIGITS_MAX:
        return None
    return f"+{digits}" if international else digits


def normalised_email(text: str) -> str | None:
    """Return a mail address in small letters; None for none."""
    plain = unicodedata.normalize("NFKC", text).strip().casefold()
    return plain if _EMAIL.match(plain) is not None and len(plain) <= TEXT_LENGTH_MAX else None


def contact_of(details: Details) -> str:
    """Return what a customer is matched by: the phone number, else the mail address, with which of them it is."""
    if details.phone is not None:
        return f"phone|{details.phone}"
    assert details.email is not None, "normalised details have a contact"
    return f"email|{details.email}"


def masked(details: Details, calling_code: str | None) -> str:
    """Return what may be shown to everybody: `138****5678`, or `a***@example.com`."""
    if details.phone is not None:
        return masked_phone(details.phone, calling_code)
    assert details.email is not None, "normalised details have a contact"
    name, _, host = details.email.partition("@")
    return f"{name[0]}***@{host}"


def masked_phone(phone: str, calling_code: str | None) -> str:
    """Return a number with its middle hidden; that of the shop's own country without its code."""
    own = f"+{calling_code}" if calling_code is not None else "+"
    digits = phone.removeprefix(own) if calling_code is not None else phone.lstrip("+")
    if len(digits.lstrip("+")) < _LONG_DIGITS:
        return f"****{digits[-2:]}"
    return f"{digits[:_SHOWN_FIRST]}****{digits[-_SHOWN_LAST:]}"


def _tidy(text: str | None) -> str | None:
    return " ".join(text.split()) or None if text is not None else None
