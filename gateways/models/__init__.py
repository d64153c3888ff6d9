from gateways.models.gateways import Gateway, Mode, Refusal, Sighting, WebhookSecret
from gateways.models.lookups import LookUp
from gateways.models.problems import Problem

__all__ = ["Gateway", "LookUp", "Mode", "Problem", "Refusal", "Sighting", "WebhookSecret"]
