"""The acts of threads: what is said is put into them, and who takes part is decided."""

from rapport.channels.threads.commands.emptying import empty
from rapport.channels.threads.commands.indexing import index_anew, index_new
from rapport.channels.threads.commands.putting import add_names, add_names_of, put, put_many, thread_of
from rapport.channels.threads.commands.taking_part import (
    BadAddress,
    CannotRefuse,
    accept,
    invite,
    propose,
    refuse,
)

__all__ = [
    "BadAddress",
    "CannotRefuse",
    "accept",
    "add_names",
    "add_names_of",
    "empty",
    "index_anew",
    "index_new",
    "invite",
    "propose",
    "put",
    "put_many",
    "refuse",
    "thread_of",
]
