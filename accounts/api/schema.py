"""How the OpenAPI document describes our authentication and our errors."""

from __future__ import annotations

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema

from accounts.api.errors import PROBLEM_JSON, ProblemFields


class BearerScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """`Authorization: Bearer <token>`."""

    target_class = "accounts.api.authentication.BearerToken"
    name = "bearer"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer"}


class WithProblems(AutoSchema):
    """Every operation may answer with a problem."""

    def get_operation(self, *args: Any, **kwargs: Any) -> Any:
        operation = super().get_operation(*args, **kwargs)
        if operation is not None:
            said = self.resolve_serializer(ProblemFields, "response").ref
            operation["responses"]["default"] = {
                "description": "Any error.",
                "content": {PROBLEM_JSON: {"schema": said}},
            }
        return operation
