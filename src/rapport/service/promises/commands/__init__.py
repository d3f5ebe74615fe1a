"""The acts upon promises: made, kept, withdrawn; broken by the passing of time."""

from rapport.service.promises.commands.breaking import heed
from rapport.service.promises.commands.making import (
    BadPromise,
    NewPromise,
    PromiseSettled,
    keep,
    make,
    withdraw,
)

__all__ = ["BadPromise", "NewPromise", "PromiseSettled", "heed", "keep", "make", "withdraw"]
