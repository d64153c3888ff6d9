"""What goes back over the wire, or deliberately does not."""

import json
from dataclasses import dataclass, field
from typing import Any, Literal

Manner = Literal["speak", "keep silent", "hang up"]


@dataclass(frozen=True)
class Answer:
    status: int = 200
    body: bytes = b""
    content_type: str = "application/json"
    headers: dict[str, str] = field(default_factory=dict)
    manner: Manner = "speak"


def in_json(found: Any, status: int = 200, headers: dict[str, str] | None = None) -> Answer:
    body = json.dumps(found, ensure_ascii=False, separators=(",", ":")).encode()
    return Answer(status, body, headers=headers or {})


def in_html(text: str, status: int = 200) -> Answer:
    return Answer(status, text.encode(), "text/html; charset=utf-8")


def see_other(address: str) -> Answer:
    return Answer(303, headers={"Location": address})


SILENCE = Answer(manner="keep silent")
HANG_UP = Answer(manner="hang up")
