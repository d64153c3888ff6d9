"""Money as people read it: Indian grouping for rupees, each currency with its own decimals."""

from sandbox import asked


def shown(amount: int, currency: str) -> str:
    decimals = 0 if currency in asked.NO_DECIMALS else 3 if currency in asked.THREE_DECIMALS else 2
    if currency != "INR":
        return f"{currency} {amount / 10**decimals:,.{decimals}f}"
    rupees, paise = divmod(abs(amount), 100)
    return f"{'-' if amount < 0 else ''}₹{_lakhs(str(rupees))}.{paise:02d}"


def _lakhs(digits: str) -> str:
    """12345678 is 1,23,45,678: three digits, and then always two."""
    head, tail = digits[:-3], digits[-3:]
    pairs: list[str] = []
    while head:
        head, pair = head[:-2], head[-2:]
        pairs.insert(0, pair)
    return ",".join([*pairs, tail])
