"""What a buyer's bank does about a payment that is questioned."""

from sandbox import asked, disputes
from sandbox.books import Doc
from sandbox.switches.press import Press

MOST_DAYS = 365


def begin(press: Press) -> Doc:
    press.only("amount", "phase", "reason_code", "days")
    payment, body = press.the("payment"), press.body
    days = asked.integer(body, "days", most=MOST_DAYS)
    dispute = disputes.begin(
        press.world,
        payment,
        press.amount(payment["amount"]),
        phase=asked.choice(body, "phase", disputes.PHASES, "chargeback"),
        reason_code=asked.text(body, "reason_code", longest=60) or disputes.NOT_RECEIVED,
        days=disputes.DAYS_TO_RESPOND if days is None else days,
    )
    return press.changed(dispute=dispute, payment=payment)


def review(press: Press) -> Doc:
    press.only()
    return press.changed(dispute=disputes.review(press.world, press.the("dispute")))


def ask(press: Press) -> Doc:
    press.only()
    return press.changed(dispute=disputes.ask(press.world, press.the("dispute")))


def win(press: Press) -> Doc:
    return _decide(press, "won")


def lose(press: Press) -> Doc:
    return _decide(press, "lost")


def close(press: Press) -> Doc:
    return _decide(press, "closed")


def _decide(press: Press, outcome: str) -> Doc:
    press.only()
    return press.changed(dispute=disputes.decide(press.world, press.the("dispute"), outcome))
