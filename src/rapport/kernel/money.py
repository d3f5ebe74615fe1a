"""Money: an amount in minor units with its currency."""

from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal

from rapport.kernel.refusals import Refusal

_NO_MINOR = frozenset(
    "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF".split()  # noqa: SIM905
)
_THREE_MINOR = frozenset({"BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"})
LARGEST_MINOR = 2**53
"""Larger amounts are refused: they are mistakes, and JSON readers could not repeat them exactly."""
_LARGEST_DIGITS = 20
"""Writing out 1e999990 takes half a minute: its size is looked at first."""


class BadAmount(Refusal):
    """An amount that is not a finite decimal number of a possible size."""


class BadCurrency(Refusal):
    """A currency that is not three capital letters."""


@dataclass(frozen=True, slots=True, order=True)
class Money:
    """`minor` units (pence, cents; whole yen) of `currency` (ISO 4217)."""

    minor: int
    currency: str

    @property
    def major(self) -> Decimal:
        return Decimal(self.minor).scaleb(-minor_digits(self.currency))

    def __str__(self) -> str:
        return f"{self.currency} {self.major:,}"


def minor_digits(currency: str) -> int:
    """Digits after the point: 2 for most, 0 for yen, 3 for dinars (ISO 4217)."""
    return 0 if currency in _NO_MINOR else 3 if currency in _THREE_MINOR else 2


def check_currency(code: str) -> str:
    """Return the code in capitals, or refuse it by name."""
    currency = code.strip().upper()
    if len(currency) == 3 and currency.isascii() and currency.isalpha():
        return currency
    raise BadCurrency(f"'{code[:40]}' is not a currency code such as GBP.", field="currency", value=code)


def to_minor(amount: Decimal | float | str, currency: str) -> int:
    """Minor units of an amount given in major units, rounded half to even.

    >>> to_minor("64.00", "GBP"), to_minor(1200, "JPY")
    (6400, 1200)
    """
    try:
        number = Decimal(str(amount).strip())
        is_possible = number.is_finite() and number.adjusted() < _LARGEST_DIGITS
        minor = (
            int(number.scaleb(minor_digits(currency)).to_integral_value(ROUND_HALF_EVEN))
            if is_possible
            else None
        )
    except (ArithmeticError, ValueError) as error:
        raise BadAmount(f"'{str(amount)[:40]}' is not an amount.", field="amount", value=amount) from error
    if minor is None or abs(minor) > LARGEST_MINOR:
        raise BadAmount(f"'{str(amount)[:40]}' is not a possible amount.", field="amount", value=amount)
    return minor
