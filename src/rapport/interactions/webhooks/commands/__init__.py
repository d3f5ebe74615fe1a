"""The acts of webhooks: setting them up, putting messages out for them, handing messages to a courier."""

from rapport.interactions.webhooks.commands.handing import Outcome, Parcel, claim, prune, settle
from rapport.interactions.webhooks.commands.putting import put_out
from rapport.interactions.webhooks.commands.setting import (
    BadWebhook,
    Description,
    WebhookOff,
    add,
    change,
    disable,
    enable,
    remove,
    renew_secret,
    send_again,
    send_test,
)

__all__ = [
    "BadWebhook",
    "Description",
    "Outcome",
    "Parcel",
    "WebhookOff",
    "add",
    "change",
    "claim",
    "disable",
    "enable",
    "prune",
    "put_out",
    "remove",
    "renew_secret",
    "send_again",
    "send_test",
    "settle",
]
