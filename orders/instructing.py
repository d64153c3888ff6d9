"""Carry out what a person told us, at Razorpay, so that a crash or a lost answer does it once.

The instruction is committed first. A definite refusal ends it. While the outcome is unknown it
stays requested, and a task tries it again: with the same idempotency key, or after asking what
became of it. So whatever makes the call must be safe to call twice.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from django.db.models import F
from django.utils import timezone

from gateways import problems
from gateways.models import Gateway
from gateways.razorpay import errors
from orders.models import Instruction

# Longer than a call may take, so that two processes are never at one instruction.
GAPS = (timedelta(minutes=1), timedelta(minutes=2), timedelta(minutes=5), timedelta(minutes=15))
LONGEST_GAP = timedelta(hours=1)

State = Instruction.State


def carry_out(instruction: Instruction, gateway: Gateway, call: Callable[[], None]) -> None:
    """Make the call if the instruction is due; the instruction says afterwards what became of it.

    `call` is given the turn by at most one process at a time, marks the instruction done
    (`finish`), and raises gateways.razorpay.errors.
    """
    in_doubt = instruction.tries > 0
    if not take_turn(instruction):
        return
    try:
        with problems.watching_keys(gateway):
            call()
    except errors.KeysRefused as error:
        end_unless(in_doubt, instruction, str(error))
    except errors.Refused as error:
        refuse(instruction, error.description)
    except errors.TryAgain as error:
        end_unless(in_doubt, instruction, str(error))
    except errors.OutcomeUnknown:
        instruction.refresh_from_db()


def take_turn(instruction: Instruction) -> bool:
    """One process at a time, and only when it is due."""
    now = timezone.now()
    tries = instruction.tries
    gap = GAPS[tries] if tries < len(GAPS) else LONGEST_GAP
    rows = type(instruction)._default_manager.filter(
        pk=instruction.pk, state=State.REQUESTED, tries=tries, due_at__lte=now
    )
    taken = rows.update(tries=F("tries") + 1, due_at=now + gap)
    instruction.refresh_from_db()
    return bool(taken)


def end_unless(in_doubt: bool, instruction: Instruction, refusal: str) -> None:
    """Nothing was done now; but an earlier try, whose answer was lost, may have done it."""
    if not in_doubt:
        refuse(instruction, refusal)


def refuse(instruction: Instruction, refusal: str) -> None:
    end(instruction, State.REFUSED, refusal=refusal[:300])


def finish(instruction: Instruction, **known: object) -> bool:
    """It is done; True for whoever is first to say so."""
    return end(instruction, State.DONE, **known)


def end(instruction: Instruction, state: Instruction.State, **known: object) -> bool:
    rows = type(instruction)._default_manager.filter(pk=instruction.pk, state=State.REQUESTED)
    ended = rows.update(state=state, done_at=timezone.now(), **known)
    instruction.refresh_from_db()
    return bool(ended)
