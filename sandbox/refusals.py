"""How the sandbox says no: once as an exception, spoken in Razorpay's words or in ours."""

from typing import Any


class Refused(Exception):
    """The request is understood and will not be done; the text says why, for a person."""

    def __init__(
        self,
        description: str,
        *,
        status: int = 400,
        field: str | None = None,
        reason: str = "input_validation_failed",
        source: str = "business",
        step: str = "payment_initiation",
    ) -> None:
        super().__init__(description)
        self.description = description
        self.status = status
        self.field = field
        self.reason = reason
        self.source = source
        self.step = step

    def in_razorpays_words(self) -> dict[str, Any]:
        error: dict[str, Any] = {
            "code": "BAD_REQUEST_ERROR",
            "description": self.description,
            "source": self.source,
            "step": self.step,
            "reason": self.reason,
            "metadata": {},
        }
        if self.field:
            error["field"] = self.field
        return {"error": error}

    def in_our_words(self) -> dict[str, Any]:
        return {"error": self.description}


class Unauthorised(Refused):
    def __init__(self, description: str = "Authentication failed") -> None:
        super().__init__(description, status=401, source="NA", step="NA", reason="NA")


class UnknownUrl(Refused):
    def __init__(self) -> None:
        description = "The requested URL was not found on the server."
        super().__init__(description, status=404, source="NA", step="NA", reason="NA")


class NotPossibleNow(Refused):
    """A switch pressed in a state that does not allow it."""

    def __init__(self, description: str) -> None:
        super().__init__(description, reason="not_possible_now")


class NotHere(Refused):
    def __init__(self, kind: str, given: str) -> None:
        super().__init__(f"There is no {kind} {given!r} in the sandbox.", status=404)
