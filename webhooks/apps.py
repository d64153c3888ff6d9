from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WebhooksConfig(AppConfig):
    name = "webhooks"
    verbose_name = _("Inbox")

    def ready(self) -> None:
        from orders.asking import answered
        from orders.linking import linked
        from webhooks.answers import hear
        from webhooks.unmatched import wake

        linked.connect(wake, dispatch_uid="webhooks.wake")
        answered.connect(hear, dispatch_uid="webhooks.hear")
