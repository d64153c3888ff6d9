"""The way in to the switches, for scripts (JSON) and for the page's forms alike."""

from urllib.parse import urlencode, urlsplit

from sandbox.answers import Answer, in_json, see_other
from sandbox.books import Doc
from sandbox.refusals import Refused
from sandbox.routing import Route, find
from sandbox.sent import Request
from sandbox.switches.press import Press
from sandbox.switches.routes import ROUTES
from sandbox.world import World

METHODS = ("GET", "POST")


def answer(world: World, request: Request) -> Answer:
    try:
        _refuse_other_sites(request)
        done = _press(world, request)
    except Refused as refused:
        if request.is_form:
            return _back_to_page(request, f"Not done. {refused.description}")
        return in_json(refused.in_our_words(), refused.status)
    return _back_to_page(request, _sentence(done)) if request.is_form else in_json(done)


def _press(world: World, request: Request) -> Doc:
    route, names = _route(request)
    press = Press(world, names, request.query, request.fields(), request.headers)
    if route.many_turns:
        done: Doc = route.handler(press)
        return done
    with world.turn():
        done = route.handler(press)
        if route.method == "POST":
            done["events"] = world.happened
    return done


def _route(request: Request) -> tuple[Route, dict[str, str]]:
    found = find(ROUTES, request.method, request.path)
    if found:
        return found
    if any(find(ROUTES, method, request.path) for method in METHODS):
        raise Refused(f"This switch does not take {request.method}.", status=405)
    raise Refused("There is no such switch. All of them are listed at /.", status=404)


def _refuse_other_sites(request: Request) -> None:
    """A page elsewhere on the web must not press our buttons through the user's browser."""
    origin = request.headers.get("Origin")
    if origin and urlsplit(origin).netloc != request.headers.get("Host"):
        raise Refused("This switch was pressed from another site.", status=403)


def _sentence(done: Doc) -> str:
    events = [event["event"] for event in done.get("events", [])]
    if len(events) > 12:
        return f"Done: {len(events)} events, from {events[0]} to {events[-1]}."
    return f"Done: {', '.join(events)}." if events else "Done."


def _back_to_page(request: Request, sentence: str) -> Answer:
    place = {"key": request.query["key"]} if "key" in request.query else {}
    return see_other(f"/?{urlencode(place | {'said': sentence})}")
