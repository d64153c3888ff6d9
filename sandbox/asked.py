"""Reading what a request asks for, with Razorpay's own complaints about it."""

import math
import re
from typing import Any

from sandbox.books import Doc
from sandbox.refusals import Refused

THREE_DECIMALS = {"BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"}
NO_DECIMALS = {"CLP", "JPY", "KRW", "UGX", "VND", "XAF", "XOF", "XPF"}
# Razorpay's own ceiling differs by account; ten crore rupees keeps typing errors out.
MOST = 10_000_000_000
YES = {True, "1", "true", "on", "yes"}
NO = {False, "0", "false", "off", "no", "", None}


def only(body: Doc, *known: str) -> None:
    strange = sorted(set(body) - set(known))
    if strange:
        verb = f"{', '.join(strange)} is/are not required and should not be sent"
        raise Refused(verb, field=strange[0])


def integer(body: Doc, name: str, *, least: int = 0, most: int = MOST) -> int | None:
    value = body.get(name)
    if value is None or value == "":
        return None
    if isinstance(value, str) and re.fullmatch(r"-?[0-9]{1,15}", value):
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int):
        raise Refused(f"The {name} must be an integer.", field=name)
    if value < least:
        raise Refused(f"The {name} must be at least {least}.", field=name)
    if value > most:
        raise Refused(f"The {name} may not be greater than {most}.", field=name)
    return value


def needed_integer(body: Doc, name: str, *, least: int = 0, most: int = MOST) -> int:
    value = integer(body, name, least=least, most=most)
    if value is None:
        raise Refused(f"The {name} field is required.", field=name)
    return value


def number(body: Doc, name: str, *, least: float, most: float) -> float | None:
    value = body.get(name)
    if value is None or value == "":
        return None
    try:
        found = float(value)
    except (TypeError, ValueError, OverflowError):
        found = math.nan
    if isinstance(value, bool) or not least <= found <= most:
        raise Refused(f"{name} is a number from {least:g} to {most:,.12g}.", field=name)
    return found


def share(body: Doc, name: str) -> float | None:
    """A part of all, from 0 to 1. true says all, as people write for a switch."""
    value = body.get(name)
    return float(value) if isinstance(value, bool) else number(body, name, least=0, most=1)


def text(body: Doc, name: str, *, longest: int = 2_048) -> str | None:
    value = body.get(name)
    if value is None or value == "":
        return None
    if not isinstance(value, str):
        raise Refused(f"The {name} must be a string.", field=name)
    if len(value) > longest:
        raise Refused(f"The {name} may not be greater than {longest} characters.", field=name)
    return value


def needed_text(body: Doc, name: str, *, longest: int = 2_048) -> str:
    value = text(body, name, longest=longest)
    if value is None:
        raise Refused(f"The {name} field is required.", field=name)
    return value


def choice(body: Doc, name: str, allowed: list[str], default: str) -> str:
    value = body.get(name, default) or default
    if value not in allowed:
        raise Refused(f"The {name} must be one of {', '.join(allowed)}.", field=name)
    return str(value)


def flag(body: Doc, name: str, *, default: bool = False) -> bool:
    value = body.get(name, default)
    # Lists and objects cannot be looked up in a set.
    if not isinstance(value, bool | int | str | None) or value not in YES | NO:
        raise Refused(f"The {name} field must be true or false.", field=name)
    return value in YES


def table(body: Doc, name: str) -> Doc:
    value = body.get(name)
    if value is None or value == "" or value == []:
        return {}
    if not isinstance(value, dict):
        raise Refused(f"The {name} must be an object.", field=name)
    return value


def notes(body: Doc) -> Doc | list[Any]:
    """Razorpay gives empty notes back as a list."""
    given = table(body, "notes")
    if len(given) > 15:
        raise Refused("Number of fields in notes should be less than or equal to 15", field="notes")
    for value in given.values():
        if isinstance(value, dict | list):
            raise Refused("notes value cannot be an array", field="notes")
        if len(str(value)) > 256:
            raise Refused("The notes value may not be greater than 256 characters.", field="notes")
    return given or []


def currency(body: Doc) -> str:
    value = needed_text(body, "currency", longest=3).upper()
    if not re.fullmatch(r"[A-Z]{3}", value):
        raise Refused("Currency is not supported", field="currency")
    return value


def amount(body: Doc, currency_code: str, name: str = "amount") -> int:
    value = needed_integer(body, name, least=-MOST, most=10 * MOST)
    least = 1 if currency_code in NO_DECIMALS else 100
    if value < least:
        shown = "INR 1.00" if currency_code == "INR" else f"{currency_code} 1"
        raise Refused(f"The amount must be at least {shown}", field=name)
    if value > MOST:
        raise Refused("Amount exceeds maximum amount allowed.", field=name)
    if currency_code in THREE_DECIMALS and value % 10:
        raise Refused(f"The last digit of an amount in {currency_code} must be 0.", field=name)
    return value
