"""The HTTP session under the official package: time limits, no redirects, failures by kind.

The package has no time limit, prints on network errors, reads an HTML 502 as JSON and maps 400, 401
and 429 to one exception. So this session answers it with good JSON only and raises our own errors
(which it does not catch) for all else.
"""

from __future__ import annotations

import ssl
from typing import Any

import requests
from django.utils.translation import gettext as _
from urllib3.exceptions import NewConnectionError, SSLError

from gateways.razorpay import errors

SAFE_METHODS = {"GET", "HEAD"}
# Timed out, another request for the same is under way, too early: no refusal of what was asked.
OPEN = {408, 409, 425}


class Session(requests.Session):
    """A session for one client. `limits` is (connect, read) in seconds."""

    def __init__(self, limits: tuple[float, float]) -> None:
        super().__init__()
        self.limits = limits
        self.calls = 0

    def request(self, method: Any, url: Any, **options: Any) -> requests.Response:  # type: ignore[override]
        safe = str(method).upper() in SAFE_METHODS
        options |= {"timeout": self.limits, "allow_redirects": False}
        self.calls += 1
        try:
            response = super().request(method, url, **options)
        except requests.RequestException as error:
            failed = errors.unreachable if safe or never_sent(error) else errors.unknown
            raise failed(error) from error
        self.check(response, safe)
        return response

    def check(self, response: requests.Response, safe: bool) -> None:
        """Raise unless this is a success with a JSON object."""
        body = json_object(response)
        status = response.status_code
        if 200 <= status < 300 and body is not None:
            return
        if status == 401:
            raise errors.KeysRefused(described(body) or "Authentication failed")
        if status == 429:
            raise errors.TooManyRequests(
                _("Razorpay asks to slow down. Please try again in a minute."),
                log="429",
                retry_after=pause(response),
            )
        if 400 <= status < 500 and status not in OPEN and body is not None:
            error = body.get("error")
            found = error if isinstance(error, dict) else {}
            raise errors.Refused(
                described(body) or f"HTTP {status}",
                field=str(found.get("field") or ""),
                reason=str(found.get("reason") or ""),
            )
        answered = RuntimeError(f"HTTP {status}: {response.text[:200]!r}")
        raise errors.unreachable(answered) if safe else errors.unknown(answered)


def pause(response: requests.Response) -> int | None:
    """The seconds of Retry-After, if it is given as such."""
    said = response.headers.get("Retry-After", "").strip()
    return int(said) if said.isascii() and said.isdigit() and len(said) < 8 else None


def json_object(response: requests.Response) -> dict[str, Any] | None:
    """The answer's JSON object, or None when it is anything else."""
    try:
        body = response.json()
    except (ValueError, RecursionError):
        return None
    return body if isinstance(body, dict) else None


def described(body: dict[str, Any] | None) -> str:
    """Razorpay's own sentence in an error object; a gateway-level 404 has only a message."""
    error = (body or {}).get("error")
    if isinstance(error, dict):
        return str(error.get("description") or "")
    return str((body or {}).get("message") or "")


def never_sent(error: requests.RequestException) -> bool:
    """Whether the request cannot have been received: no name, no route, refused, a stranger."""
    if isinstance(error, (requests.ConnectTimeout, requests.exceptions.InvalidURL)):
        return True
    reason = getattr(error.args[0] if error.args else None, "reason", None)
    if isinstance(reason, NewConnectionError):
        return True
    # Any other failure of TLS may also come while the answer is read.
    cause = reason.args[0] if isinstance(reason, SSLError) and reason.args else None
    return isinstance(cause, ssl.SSLCertVerificationError)
