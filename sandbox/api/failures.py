"""When the API is told to fail: which call is struck, and what its caller then sees."""

from email.message import Message

from sandbox.answers import HANG_UP, SILENCE, Answer, in_json
from sandbox.books import Doc
from sandbox.refusals import Refused, Unauthorised
from sandbox.world import World

KINDS = {
    "none": "every call is answered",
    "timeout": "the call is not done and never answered",
    "lost": "the call is done, and the connection closed without an answer",
    "silent": "the call is done, and never answered",
    "junk": "the call is done, and answered 200 with half a JSON text",
    "401": "Authentication failed",
    "409": "refunds with an idempotency key: the first request is still being processed",
    "429": "Too many requests",
    "500": "Razorpay's SERVER_ERROR",
    "502": "an HTML page",
}
QUIET: Doc = {"fail": "none", "share": 1.0, "paths": "/v1/", "count": None}
PAGE = b"<html><head><title>502 Bad Gateway</title></head><body>502 Bad Gateway</body></html>"


def plan(world: World) -> Doc:
    chosen: Doc = world.books.setting("api", {})
    return QUIET | chosen


def strike(world: World, path: str, headers: "Message[str, str]") -> str:
    """The kind of failure for this call, or none. A count runs down with each call struck."""
    now = plan(world)
    spared = not path.startswith(now["paths"]) or world.chance.random() >= now["share"]
    if now["fail"] == "none" or spared:
        return "none"
    if now["fail"] == "409" and "X-Refund-Idempotency" not in headers:
        return "none"
    if now["count"] is not None:
        left = now["count"] - 1
        world.books.keep_setting("api", now | {"count": left} if left else QUIET)
    return str(now["fail"])


def before(kind: str) -> Answer | None:
    """The answer of a call that is not done at all."""
    if kind == "timeout":
        return SILENCE
    if kind == "502":
        return Answer(502, PAGE, "text/html")
    refusal = REFUSALS.get(kind)
    return in_json(refusal, int(kind)) if refusal else None


def after(kind: str, answer: Answer) -> Answer:
    """What becomes of the answer of a call that was done."""
    if kind == "lost":
        return HANG_UP
    if kind == "silent":
        return SILENCE
    if kind == "junk":
        return Answer(200, answer.body[: len(answer.body) // 2])
    return answer


def _refusal(status: int, text: str) -> Doc:
    refused = Refused(text, status=status, source="NA", step="NA", reason="NA")
    return refused.in_razorpays_words()


REFUSALS: dict[str, Doc] = {
    "401": Unauthorised().in_razorpays_words(),
    "409": _refusal(409, "Another request with the same idempotency key is being processed."),
    "429": _refusal(429, "Too many requests"),
    "500": {
        "error": _refusal(500, "We are facing some trouble completing your request.")["error"]
        | {"code": "SERVER_ERROR"}
    },
}
