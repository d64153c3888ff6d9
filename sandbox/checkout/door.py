"""The way in for buyers: the script, the frame in the shop's page, and pages of their own."""

import functools
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from sandbox import sent
from sandbox.answers import Answer
from sandbox.books import Doc
from sandbox.checkout import ask as asking
from sandbox.checkout import bill as billed
from sandbox.checkout import finding, stages
from sandbox.checkout.ask import Ask
from sandbox.refusals import Refused
from sandbox.world import World

SCRIPT = "text/javascript; charset=utf-8"
FILES = {
    "/v1/checkout.js": ("checkout.js", SCRIPT),
    "/v1/checkout/page.js": ("page.js", SCRIPT),
    "/v1/checkout/page.css": ("page.css", "text/css; charset=utf-8"),
}
FRAME, EMBEDDED, PAY = "/v1/checkout/frame", "/v1/checkout/embedded", "/v1/checkout/pay"
METHODS = {FRAME: "GET", EMBEDDED: "POST", PAY: "POST"}
KEPT_OUT = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}


def is_ours(path: str) -> bool:
    return path in FILES or path in METHODS or path.startswith("/l/")


def answer(world: World, request: sent.Request) -> Answer:
    if request.path in FILES:
        name, content_type = FILES[request.path]
        return Answer(body=_file(name), content_type=content_type, headers=KEPT_OUT)
    status, ask, text = _page(world, request)
    return Answer(status, text.encode(), "text/html; charset=utf-8", _headers(ask))


def _page(world: World, request: sent.Request) -> tuple[int, Ask | None, str]:
    ask: Ask | None = None
    try:
        fields = _fields(request)
        place = _place(request, fields)
        ask = asking.bare(fields, place)
        ask = asking.read(fields, place)
        return 200, ask, _show(world, request, ask, fields)
    except Refused as refused:
        return refused.status, ask, stages.refused(ask, refused)


def _fields(request: sent.Request) -> Doc:
    wanted = METHODS.get(request.path, "GET")
    if request.method not in (wanted, "HEAD" if wanted == "GET" else wanted):
        raise Refused(f"This page is opened with {wanted}.", status=405)
    if request.path.startswith("/l/"):
        return {"link": request.path.removeprefix("/l/").rstrip("/")}
    if request.path == FRAME:
        # Read as the form that it is: with square brackets.
        return sent.form(urlencode(request.query).encode())
    return request.fields()


def _place(request: sent.Request, fields: Doc) -> str:
    if request.path == PAY:
        _refuse_other_sites(request)
        return asking.place(fields)
    return {FRAME: "frame", EMBEDDED: "embedded"}.get(request.path, "link")


def _refuse_other_sites(request: sent.Request) -> None:
    """The buttons are pressed on our own page only."""
    origin = request.headers.get("Origin")
    if origin and urlsplit(origin).netloc != request.headers.get("Host"):
        raise Refused("This button was pressed on another site.", status=403)


def _show(world: World, request: sent.Request, ask: Ask, fields: Doc) -> str:
    with world.turn():
        bill = billed.of(world, ask, finding.find(world, ask))
        if request.path == PAY:
            return stages.done(world, ask, bill, fields)
        return stages.opened(ask, bill)


def _headers(ask: Ask | None) -> dict[str, str]:
    """A frame is shown by the page that opened it and no other; the rest is shown in none."""
    framed = ask is not None and ask.place == "frame"
    parts = [
        "default-src 'none'",
        "style-src 'self'",
        "base-uri 'none'",
        f"frame-ancestors {ask.parent}" if ask and framed else "frame-ancestors 'none'",
        # Where a shop's callback_url redirects to counts as well, so it may be anywhere.
        "script-src 'self'; form-action 'self'" if framed else "form-action http: https:",
    ]
    return KEPT_OUT | {"Content-Security-Policy": "; ".join(parts)}


@functools.cache
def _file(name: str) -> bytes:
    return (Path(__file__).parent / name).read_bytes()
