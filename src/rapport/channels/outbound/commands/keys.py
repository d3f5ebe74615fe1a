"""The key under which our names are made."""

import secrets as random

from rapport.channels.outbound import queries
from rapport.channels.outbound.models import NamingKey
from rapport.kernel import secrets


def ensure_key() -> bytes:
    """The key of our names, made with the first message that leaves; whoever comes second takes the first's."""
    if not NamingKey.objects.exists():
        sealed = secrets.seal(random.token_bytes(32).hex(), purpose=queries.SEALED_FOR)
        NamingKey.objects.get_or_create(id=1, defaults={"sealed": sealed})
    return queries.naming_key()
