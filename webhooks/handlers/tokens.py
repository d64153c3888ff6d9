"""token.*: what a buyer allowed to be debited again."""

from __future__ import annotations

from django.utils.translation import gettext_noop

from accounts.sentences import Sentence, say
from subscriptions import mandates
from webhooks.handlers import payments
from webhooks.story import Story


def changed(story: Story) -> Sentence:
    """Note the mandate's status."""
    entity = story.delivery["token"]
    if entity is None:
        return payments.nothing()
    mandate = mandates.merge(story.order, entity, story.delivery)
    story.settle()
    text = gettext_noop("Mandate %(token)s: %(status)s.")
    return say(text, token=str(mandate), status=mandate.status)
