"""What the buyer sees one after another: the bill, then success, failure, or a sentence."""

from sandbox.books import Doc, owner
from sandbox.checkout import deeds, finding, page, proof
from sandbox.checkout.ask import Ask
from sandbox.checkout.bill import Bill
from sandbox.checkout.deeds import Outcome
from sandbox.markup import Markup, el, join
from sandbox.refusals import NotPossibleNow, Refused
from sandbox.world import World

LATE = "The bank did not answer in time."
LATE_MORE = (
    "In a minute of the sandbox's time it says yes after all: the shop then hears it by webhook."
    " The clock on the sandbox's first page can be moved."
)


def opened(ask: Ask, bill: Bill) -> str:
    head = page.heading(ask, bill, owner(bill.thing).mode)
    if bill.closed:
        return page.whole(ask, head, *_nothing_to_do(ask, bill))
    return page.whole(ask, head, page.form(ask, bill), page.way_back(ask))


def _nothing_to_do(ask: Ask, bill: Bill) -> list[Markup | None]:
    framed = ask.place == "frame"
    close = page.close_button("Close") if framed else page.way_back(ask, "Go back to the shop")
    return [page.alert("good" if bill.paid else "wait", bill.closed), close]


def done(world: World, ask: Ask, bill: Bill, fields: Doc) -> str:
    outcome = deeds.earlier(world, ask, fields)
    if outcome is None:
        try:
            outcome = deeds.do(world, ask, bill, fields)
        except NotPossibleNow:
            if bill.closed:
                return opened(ask, bill)
            raise
    if outcome.went_through:
        return _succeeded(world, ask, bill, outcome)
    return _failed(ask, bill, outcome)


def _succeeded(world: World, ask: Ask, bill: Bill, outcome: Outcome) -> str:
    signed = None
    if ask.place != "link":
        signed = proof.success(ask, finding.the_key(world, ask), outcome.payment)
    return page.whole(
        ask,
        page.heading(ask, bill, owner(bill.thing).mode),
        page.alert("good", "Paid. Thank you." if outcome.payment["captured"] else "Approved."),
        page.facts(outcome.payment),
        page.way_on(ask, signed) if signed else page.way_back(ask),
        message=proof.as_message("paid", payment=signed) if signed else None,
    )


def _failed(ask: Ask, bill: Bill, outcome: Outcome) -> str:
    return page.whole(
        ask,
        page.heading(ask, bill, owner(bill.thing).mode),
        _told(ask, outcome),
        page.form(ask, bill) if ask.retry else page.close_button("Close"),
        page.way_back(ask),
        message=proof.as_message("failed", error=proof.error(outcome.payment)),
    )


def _told(ask: Ask, outcome: Outcome) -> Markup:
    if outcome.deed == "late":
        return page.alert("wait", LATE, LATE_MORE)
    again = "Nothing was paid: you can try again. " if ask.retry else "Nothing was paid. "
    more = join(again, el("code", outcome.payment["error_reason"]))
    return page.alert("bad", outcome.payment["error_description"], more)


def refused(ask: Ask | None, refusal: Refused) -> str:
    framed = ask is not None and ask.place == "frame"
    close = page.close_button("Close") if framed else None
    back = page.way_back(ask) if ask and not framed else None
    home = None if framed or back else el("p", el("a", "To the sandbox", href="/"), class_="way")
    return page.whole(ask, page.alert("bad", refusal.description), close, back, home)
