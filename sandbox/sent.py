"""What came over the wire: JSON, or a form with PHP's square brackets."""

import json
import re
from dataclasses import dataclass
from email.message import Message
from typing import Any
from urllib.parse import parse_qsl

from sandbox.books import Doc
from sandbox.refusals import Refused

FORM = "application/x-www-form-urlencoded"
MOST_NAMES = 1_000


@dataclass(frozen=True)
class Request:
    method: str
    path: str
    query: dict[str, str]
    headers: "Message[str, str]"
    body: bytes

    @property
    def is_form(self) -> bool:
        """curl -d '{...}' says form, and means JSON."""
        declared = self.headers.get("Content-Type", "").partition(";")[0].strip().lower()
        return declared == FORM and not self.body.lstrip().startswith(b"{")

    def fields(self) -> Doc:
        if not self.body.strip():
            return {}
        return form(self.body) if self.is_form else _json(self.body)


def _json(body: bytes) -> Doc:
    try:
        found = json.loads(body, parse_constant=_no_constant)
        # Half a surrogate pair can be written in JSON, but never sent back.
        json.dumps(found, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        raise Refused("The request body is not valid JSON.") from None
    if not isinstance(found, dict):
        raise Refused("The request body must be a JSON object.")
    return found


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")


def form(body: bytes) -> Doc:
    """events[payment.captured]=1 becomes a map, events[]=payment.captured a list."""
    try:
        pairs = parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=MOST_NAMES)
    except ValueError:
        raise Refused("The request body is not a readable form.") from None
    found: Doc = {}
    for name, value in pairs:
        _put_in(found, name, value)
    return found


def _put_in(found: Doc, name: str, value: str) -> None:
    match = re.fullmatch(r"(\w+)\[([^\[\]]*)\]", name)
    if not match:
        found[name] = value
        return
    outer, inner = match.groups()
    empty: Any = {} if inner else []
    holder = found.setdefault(outer, empty)
    if isinstance(holder, dict) and inner:
        holder[inner] = value
    elif isinstance(holder, list) and not inner:
        holder.append(value)
    else:
        raise Refused(f"The {outer} field is both a list and a map.")
