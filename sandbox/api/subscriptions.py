"""/v1/subscriptions"""

from sandbox import asked, changes, subscriptions
from sandbox.api.call import ApiCall
from sandbox.books import Doc, public
from sandbox.refusals import Refused


def create(call: ApiCall) -> Doc:
    plan = call.find("plan", asked.needed_text(call.body, "plan_id"))
    return public(subscriptions.create(call.world, call.merchant, plan, call.body))


def fetch(call: ApiCall) -> Doc:
    return public(call.the("subscription"))


def listed(call: ApiCall) -> Doc:
    return call.listed("subscription", plan_id=call.query.get("plan_id"))


def cancel(call: ApiCall) -> Doc:
    subscription = call.the("subscription")
    asked.only(call.body, "cancel_at_cycle_end")
    at_cycle_end = asked.flag(call.body, "cancel_at_cycle_end")
    return public(changes.cancel(call.world, subscription, at_cycle_end=at_cycle_end))


def pause(call: ApiCall) -> Doc:
    subscription = call.the("subscription")
    _only_now(call.body, "pause_at")
    return public(changes.pause(call.world, subscription))


def resume(call: ApiCall) -> Doc:
    subscription = call.the("subscription")
    _only_now(call.body, "resume_at")
    return public(changes.resume(call.world, subscription))


def _only_now(body: Doc, name: str) -> None:
    asked.only(body, name)
    if body.get(name, "now") != "now":
        raise Refused(f"The selected {name} is invalid.", field=name)


def update(call: ApiCall) -> Doc:
    return public(changes.update(call.world, call.the("subscription"), call.body))


def scheduled(call: ApiCall) -> Doc:
    return changes.as_scheduled(call.world, call.the("subscription"))


def unschedule(call: ApiCall) -> Doc:
    return public(changes.unschedule(call.world, call.the("subscription")))
