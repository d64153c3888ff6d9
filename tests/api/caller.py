"""A script that posts, and what it makes of refusals."""

from __future__ import annotations

import json
import re
from http import HTTPStatus
from typing import Any

from tests.scripts import Api

ISO = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?Z")


class Caller(Api):
    """A seller's script that also posts."""

    def ask(self, path: str, **headers: str) -> Any:
        """GET an address as it stands."""
        return self.client.get(f"/api/v1/{path}", headers=headers)

    def post(self, path: str, body: Any, content_type: str = "application/json") -> Any:
        """POST a body, as JSON unless it is text or bytes already."""
        raw = body if isinstance(body, str | bytes) else json.dumps(body)
        return self.client.post(f"/api/v1/{path}/", data=raw, content_type=content_type)

    def make(self, path: str, **body: Any) -> Any:
        """POST what must be accepted."""
        response = self.post(path, body)
        assert response.status_code == 201, response.content
        assert response["Content-Type"] == "application/json"
        return response.json()

    def refused(self, path: str, body: Any, code: str, status: int = 400) -> Any:
        """POST what must be refused; the problem."""
        return problem(self.post(path, body), code, status)


def problem(response: Any, code: str, status: int = 400) -> Any:
    """The problem document of an answer: every member that the contract names, and it is JSON."""
    assert response.status_code == status, response.content
    assert response["Content-Type"] == "application/problem+json"
    said = json.loads(response.content)
    assert said.keys() - {"errors"} == {"type", "title", "status", "detail", "code"}
    assert (said["status"], said["code"]) == (status, code), said
    assert said["title"] == HTTPStatus(status).phrase
    assert said["type"] == "about:blank"
    assert said["detail"]
    for words in said.get("errors", {}).values():
        assert words
        assert all(isinstance(sentence, str) and sentence for sentence in words)
    return said


def shape(found: dict[str, Any], **expected: Any) -> None:
    """These fields are there and equal."""
    other = {
        name: found.get(name, "missing") for name in expected if found.get(name) != expected[name]
    }
    assert not other, f"{other} instead of {expected}"
    assert expected.keys() <= found.keys()
