"""A script that changes what is there."""

from __future__ import annotations

import json
from typing import Any

from tests.api.caller import Caller, problem


def patch(script: Caller, path: str, body: Any) -> Any:
    return script.client.patch(
        f"/api/v1/{path}/", data=json.dumps(body), content_type="application/json"
    )


def changed(script: Caller, path: str, **body: Any) -> Any:
    """PATCH what must be accepted; the row as it is now."""
    return accepted(patch(script, path, body))


def not_changed(script: Caller, path: str, body: Any, code: str, status: int = 400) -> Any:
    """PATCH what must be refused; the problem."""
    return problem(patch(script, path, body), code, status)


def done(script: Caller, path: str, **body: Any) -> Any:
    """POST a deed that must be accepted; the row as it is now."""
    return accepted(script.post(path, body))


def accepted(response: Any) -> Any:
    assert response.status_code == 200, response.content
    return response.json()
