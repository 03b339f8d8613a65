"""Codes of vouchers: nobody guesses one, and a mistyped one is noticed at the till."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from counterfoil.shop.stored_value.codes import RANDOM_SIGNS, SIGNS, _check_sign, new_code, read_code


@given(st.text(SIGNS, min_size=RANDOM_SIGNS, max_size=RANDOM_SIGNS), st.data())
def test_a_mistyped_code_is_noticed_before_anything_is_looked_up(random: str, data: st.DataObject) -> None:
    signs = random + _check_sign(random)
    assert read_code(signs) is not None
    place = data.draw(st.integers(0, len(signs) - 1))
    other = data.draw(st.sampled_from(SIGNS).filter(lambda sign: sign != signs[place]))
    assert read_code(signs[:place] + other + signs[place + 1 :]) is None
    if place and signs[place - 1] != signs[place]:
        swapped = f"{signs[: place - 1]}{signs[place]}{signs[place - 1]}{signs[place + 1 :]}"
        assert read_code(swapped) is None


def test_a_code_is_read_as_people_write_it() -> None:
    code = new_code()
    assert read_code(f"  {code.text().lower()} ") == code
    assert read_code(code.signs.replace("0", "O").replace("1", "l").replace("2", "z")) == code
    assert code.signs not in repr(code)
    assert read_code("") is read_code("U" * 16) is None
    assert code.tail == code.text()[-4:]
