"""What banks and buyers do with a mandate, and how debits go."""

from sandbox import asked, debit_rules, tokens
from sandbox.books import Doc
from sandbox.entities import mishaps
from sandbox.switches.press import Press

MOST_MINUTES = 60 * 24 * 10


def confirm(press: Press) -> Doc:
    press.only()
    return _change(press, "confirmed")


def reject(press: Press) -> Doc:
    press.only("reason")
    return _change(press, "rejected", press.reason())


def pause(press: Press) -> Doc:
    press.only()
    return _change(press, "paused")


def resume(press: Press) -> Doc:
    """No event of its own is documented: the mandate is confirmed again."""
    press.only()
    return _change(press, "confirmed")


def cancel(press: Press) -> Doc:
    press.only()
    return _change(press, "cancelled")


def _change(press: Press, to: str, reason: str | None = None) -> Doc:
    token = tokens.change(press.world, press.the("token"), to, reason)
    return press.changed(token=token)


def expire(press: Press) -> Doc:
    """Only its time says so: Razorpay has no event for it."""
    press.only()
    token = press.the("token")
    token["expired_at"] = press.world.now
    return press.changed(token=press.world.books.put(token))


def fail_next(press: Press) -> Doc:
    press.only("n", "reason")
    token, n = press.the("token"), asked.integer(press.body, "n", most=1_000)
    reason = press.reason()
    # Refused now, and not when the debit comes.
    mishaps.error_fields(reason)
    token.update(_fail_next=1 if n is None else n, _fail_reason=reason)
    press.world.books.put(token)
    return press.changed(token=token) | {"fail_next": token["_fail_next"], "reason": reason}


def confirming(press: Press) -> Doc:
    press.only("confirm")
    now = {"confirm": asked.flag(press.body, "confirm", default=True)}
    press.world.books.keep_setting("tokens", now)
    return {"tokens": now}


def speed(press: Press) -> Doc:
    """Without minutes as in life; Razorpay's test mode has 5; 0 is at once."""
    press.only("minutes")
    minutes = asked.number(press.body, "minutes", least=0, most=MOST_MINUTES)
    return _keep(press, minutes=minutes)


def refuse_reuse(press: Press) -> Doc:
    press.only("on")
    return _keep(press, refuse_reuse=asked.flag(press.body, "on", default=True))


def rules(press: Press) -> Doc:
    press.only("on")
    return _keep(press, rules=asked.flag(press.body, "on", default=True))


def _keep(press: Press, **chosen: object) -> Doc:
    now = debit_rules.preferences(press.world) | chosen
    press.world.books.keep_setting("debits", now)
    return read(press)


def read(press: Press) -> Doc:
    return {"debits": debit_rules.preferences(press.world)}
