"""The way in for people: the page, its style, and where short links lead."""

import functools
from pathlib import Path

from sandbox.answers import Answer, in_html, see_other
from sandbox.books import owner
from sandbox.desk import page, view
from sandbox.sent import Request
from sandbox.world import World

# Nothing on the page needs a script, and nothing comes from elsewhere.
SAFE = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; form-action 'self'",
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
}


def answer(world: World, request: Request) -> Answer:
    if request.method not in ("GET", "HEAD"):
        return in_html("<p>This page is only for reading.</p>", 405)
    if request.path == "/":
        return _page(world, request)
    if request.path == "/style.css":
        return Answer(body=_style(), content_type="text/css; charset=utf-8")
    if request.path.startswith("/i/"):
        return _short_link(world, request.path.removeprefix("/i/"))
    return in_html('<p>There is nothing here. See <a href="/">the sandbox</a>.</p>', 404)


def _page(world: World, request: Request) -> Answer:
    with world.turn():
        shown = view.of(world, request.query.get("key"))
        text = page.whole(shown, request.query.get("said"))
    return Answer(200, text.encode(), "text/html; charset=utf-8", SAFE)


@functools.cache
def _style() -> bytes:
    return (Path(__file__).parent / "style.css").read_bytes()


def _short_link(world: World, code: str) -> Answer:
    """Razorpay's hosted page would be here; the sandbox shows the switches of the same thing."""
    with world.turn():
        for kind in ("subscription", "invoice"):
            for doc in world.books.all(kind, _short_code=code):
                key = view.key_of(world, owner(doc))
                return see_other(f"/?key={key}#{doc['id']}")
    return see_other("/")
