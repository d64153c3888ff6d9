"""The way in for people: the page and its style."""

import functools
from pathlib import Path
from urllib.parse import quote

from sandbox.answers import Answer, in_html, see_other
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
        # Where short_url led before there were hosted pages.
        return see_other(f"/l/{quote(request.path.removeprefix('/i/'), safe='')}")
    return in_html('<p>There is nothing here. See <a href="/">the sandbox</a>.</p>', 404)


def _page(world: World, request: Request) -> Answer:
    with world.turn():
        shown = view.of(world, request.query.get("key"))
        text = page.whole(shown, request.query.get("said"))
    return Answer(200, text.encode(), "text/html; charset=utf-8", SAFE)


@functools.cache
def _style() -> bytes:
    return (Path(__file__).parent / "style.css").read_bytes()
