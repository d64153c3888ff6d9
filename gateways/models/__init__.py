from gateways.models.gateways import Gateway, Mode, Refusal, Sighting, WebhookSecret
from gateways.models.lookups import LookUp
from gateways.models.problems import Problem
from gateways.models.reconciliations import Reconciliation

__all__ = [
    "Gateway",
    "LookUp",
    "Mode",
    "Problem",
    "Reconciliation",
    "Refusal",
    "Sighting",
    "WebhookSecret",
]
