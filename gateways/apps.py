from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class GatewaysConfig(AppConfig):
    name = "gateways"
    verbose_name = _("Payment gateways")

    def ready(self) -> None:
        from gateways import sealing

        # A process whose keys are missing or malformed does not start: it could read no secret.
        sealing.keys()
