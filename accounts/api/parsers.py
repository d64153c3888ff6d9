"""How bodies are read: JSON, within limits that no honest request meets."""

from __future__ import annotations

import json
from typing import IO, Any, NoReturn

from django.utils.translation import gettext as _
from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser

MOST_DIGITS = 100


class Json(JSONParser):
    """JSON, and nothing that only looks like it: no NaN, no endless numbers, no abyss of lists."""

    def parse(
        self, stream: IO[Any], media_type: Any = None, parser_context: Any = None
    ) -> dict[str, Any]:
        try:
            body: Any = json.loads(stream.read(), parse_constant=no_number, parse_int=whole)
        except RecursionError as error:
            raise ParseError(_("This JSON is nested too deeply.")) from error
        except ValueError as error:
            raise ParseError(f"JSON parse error - {error}") from error
        return body  # type: ignore[no-any-return]


def no_number(name: str) -> NoReturn:
    raise ValueError(_("%(name)s is no number in JSON.") % {"name": name})


def whole(digits: str) -> int:
    """An integer; Python itself would refuse 4,300 digits, in words about Python."""
    if len(digits) > MOST_DIGITS:
        raise ValueError(_("a number is too long."))
    return int(digits)
