"""DKIM on what leaves, where a mailbox has a key for it. dkimpy comes with the extra `mail-auth`."""

from rapport.channels.endpoints.commands.tokens import MailTrouble
from rapport.channels.endpoints.rules.mail import MailSettings

_SIGNED = (b"from", b"to", b"cc", b"reply-to", b"subject", b"date", b"message-id", b"in-reply-to", b"references",
           b"mime-version", b"content-type", b"list-unsubscribe", b"list-unsubscribe-post")  # fmt: skip


def signed(raw: bytes, settings: MailSettings) -> bytes:
    """The mail under our signature; as it is where no key is set. MailTrouble where it cannot be signed."""
    dkim, key = settings.dkim, settings.secrets.dkim_key
    if dkim is None or not key:
        return raw
    try:
        import dkim as library
    except ImportError as error:
        raise MailTrouble("sign_in", "To sign with DKIM, install rapport[mail-auth].") from error
    try:
        line = library.sign(
            raw,
            dkim.selector.encode(),
            dkim.domain.encode(),
            key.encode(),
            canonicalize=(b"relaxed", b"relaxed"),
            include_headers=[name for name in _SIGNED if _has(raw, name)],
        )
    except library.DKIMException as error:
        raise MailTrouble("sign_in", f"The key of DKIM cannot be used: {error}") from error
    return bytes(line) + raw


def _has(raw: bytes, name: bytes) -> bool:
    head = b"\r\n" + raw.partition(b"\r\n\r\n")[0].lower()
    return b"\r\n" + name + b":" in head
