"""Whether every promise was kept. Each check yields a sentence for everything that is wrong."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator

from django.db.models import Count, QuerySet

from orders.models import Mail, Order
from tests.faults import answers, calm, facts, figures, letters
from tests.faults.history import NO_ANSWER
from tests.faults.play import PATIENCE, Run
from tests.faults.told import STRANGER
from webhooks.models import Event

MOST_TOLD = 5  # of each kind of violation
# While Redis is stopped: at most so many times what it was just before, or this many seconds.
SLOWER, QUICK = 2.0, 0.1
TO_SELLER = "_seller"  # how the kinds of mails end that are not the buyer's

Violations = Iterator[str]


def violations(run: Run) -> Iterator[tuple[str, list[str]]]:
    """Each promise with what is wrong; an empty list where it was kept."""
    checks = {
        "nothing is lost": lost,
        "every body is stored once": stored_twice,
        "everything is applied in time": late,
        "every event ends as it should": ends,
        "nothing is mailed twice": mailed_twice,
        "the mails that are due leave": mailed_late,
        "the money is what the sender told": money,
        "the books are those of the calm telling": calm.differences,
        "the books are the reference model's": calm.from_model,
        "a stopped Redis slows no answer": slow_answers,
        "without PostgreSQL the answer is a 503 in time": late_refusals,
        "nothing else is answered": other_answers,
    }
    for promise, check in checks.items():
        yield promise, list(check(run))


def lost(run: Run) -> Violations:
    """Every body was answered with a 2xx in the end, and behind each 2xx was a committed row: after
    the first, only "duplicate" may be said."""
    rows = {bytes(digest) for digest in rows_of(run).values_list("body_sha256", flat=True)}
    accepted = {answer.event for answer in run.history.answers if answer.accepted}
    for event in run.events:
        if event.number not in accepted:
            yield f"event {event.number} was never accepted"
        elif hashlib.sha256(event.body).digest() not in rows:
            yield f"event {event.number} of life {event.life} was answered 2xx and has no row"
    new = Counter(a.event for a in run.history.answers if a.accepted and a.word != "duplicate")
    for number, times in new.items():
        if times > 1:
            yield f"event {number} was answered 2xx and had no row when it came again"


def stored_twice(run: Run) -> Violations:
    stored = rows_of(run).count()
    if stored > len(run.events):
        yield f"{stored} rows for {len(run.events)} bodies"


def late(run: Run) -> Violations:
    if run.accepted_after is None:
        yield f"not every delivery was accepted, and none was for {PATIENCE:.0f} s"
    elif run.applied_after is None:
        still = rows_of(run).filter(processed_at=None)
        yield f"{still.count()} events were not applied, and none was for {PATIENCE:.0f} s"
        for event in still[:MOST_TOLD]:
            yield (
                f"open: {event} {event.status}, {event.attempts} attempts, held by "
                f"{event.claimed_by or 'nobody'} until {event.claimed_until}, {event.error}"
            )
    elif run.applied_after > run.plan.within:
        yield f"all was applied {run.applied_after:.1f} s after all was healed and sent once"


def ends(run: Run) -> Violations:
    """Ours are processed, others' unmatched or ignored; none is parked."""
    mine = {life.number for life in run.lives if life.kind != STRANGER}
    for event in rows_of(run).iterator():
        life = run.events[int((event.event_id or "_0").partition("_")[2])].life
        due = {"processed"} if life in mine else {"unmatched", "ignored"}
        if event.status not in due:
            yield f"life {life}: {event} is {event.status}: {event.outcome} {event.error}"


def mailed_twice(run: Run) -> Violations:
    rows = Mail.objects.filter(order__gateway=run.shop.gateway)
    again = rows.values("order", "kind", "fact").annotate(n=Count("pk")).filter(n__gt=1)
    for row in again:
        yield f"{row['n']} mails about one fact: {row}"
    owed, got = letters_owed(run), Counter[str]()
    for (address, _subject), times in letters.sent(run.folder).items():
        got[address] += times
    for address, times in got.items():
        if times > owed[address]:
            yield f"{address} got {times} letters, and {owed[address]} mails were sent there"


def letters_owed(run: Run) -> Counter[str]:
    """How many letters the rows allow each address: the seller gets at most one for each row, many
    in one now and then. In a run nobody else is written to."""
    rows = Mail.objects.filter(order__gateway=run.shop.gateway)
    gone = rows.exclude(state__in=["waiting", "too_old", "not_needed", "replayed"])
    to_seller = gone.filter(kind__endswith=TO_SELLER)
    to_buyers = gone.exclude(kind__endswith=TO_SELLER)
    owed = Counter(to_buyers.values_list("order__customer__email", flat=True))
    owed[run.shop.email] += to_seller.count()
    return owed


def mailed_late(run: Run) -> Violations:
    """A brief run waits for no mail, and none is waited for while events are open."""
    if run.mailed_after is None and run.applied_after is not None and not run.plan.brief:
        yield f"mails were due, and none left for {PATIENCE:.0f} s"


def money(run: Run) -> Violations:
    """Order by order, to the smallest unit."""
    told = facts.by_email(run.lives)
    rows = Order.objects.filter(gateway=run.shop.gateway)
    kept = {
        email: paid - back
        for email, paid, back in rows.values_list(
            "customer__email", "amount_paid", "amount_refunded"
        )
    }
    for email, net in told.items():
        if kept[email] != net:
            yield f"{email}: {kept[email]} in the books, {net} told"


def slow_answers(run: Run) -> Violations:
    """A whole run that stopped Redis must have measured one stop; a brief one lasts too short."""
    measured = list(figures.while_redis_is_stopped(run.history))
    too_few = figures.unmeasured(run.history)
    if too_few and not measured and not run.plan.brief:
        each = ", ".join(f"fault {n}: {before} and {during}" for n, before, during in too_few)
        yield f"not measured, for want of {figures.FEWEST} answers before and during it ({each})"
    for number, before, during in measured:
        if during > max(QUICK, SLOWER * before):
            yield f"fault {number}: p99 was {before * 1e3:.0f} ms and became {during * 1e3:.0f} ms"


def late_refusals(run: Run) -> Violations:
    """While it hangs an answer may be missing: more wait than there are threads."""
    for answer in figures.during(run.history, figures.HANGS):
        if answer.status not in (503, NO_ANSWER):
            yield f"a {answer.status} at {answer.sent:.2f} s, while PostgreSQL hung"
    for answer in figures.during(run.history, figures.DOWN):
        if answer.accepted:
            yield f"a {answer.status} at {answer.sent:.2f} s, while PostgreSQL was down"
        elif answer.status != 503:
            yield f"{answer.status or answer.word} at {answer.sent:.2f} s instead of a 503"
        elif answer.took > answers.LIMIT:
            yield f"a 503 after {answer.took:.2f} s, at {answer.sent:.2f} s"


def other_answers(run: Run) -> Violations:
    return answers.wrong(run.history)


def rows_of(run: Run) -> QuerySet[Event]:
    return Event.objects.filter(gateway=run.shop.gateway, kind=Event.Kind.WEBHOOK)
