"""Ids in Razorpay's form: a prefix and 14 case-sensitive alphanumerics."""

import random
import re
import string

ALPHANUMERIC = string.digits + string.ascii_letters

# Not the seeded generator of the switches: ids must stay unique over restarts and resets.
_draw = random.SystemRandom()


def fresh(prefix: str = "") -> str:
    return prefix + "".join(_draw.choices(ALPHANUMERIC, k=14))


def is_well_formed(given: str) -> bool:
    return re.fullmatch(r"[a-z]+_[0-9A-Za-z]{14}", given) is not None


def digits(count: int) -> str:
    """Bank references are made of these."""
    return "".join(_draw.choices(string.digits, k=count))
