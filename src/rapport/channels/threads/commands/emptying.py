"""Taking the words out of messages that were said to somebody about another person, who is forgotten."""

from collections.abc import Collection

from rapport.channels.threads import queries
from rapport.channels.threads.commands import indexing
from rapport.channels.threads.models import Attachment, Message
from rapport.files.store import commands as files


def empty(message_ids: Collection[int]) -> list[str]:
    """Leave of these messages only that they were said; the tokens of the files that went with them."""
    tokens = throw_files_away(message_ids)
    indexing.leave(message_ids)
    Message.objects.filter(pk__in=message_ids).update(subject="", text="", rest="", html="")
    return tokens


def throw_files_away(message_ids: Collection[int]) -> list[str]:
    """Throw away the files of these messages, save those that went with another one too; the tokens of what went."""
    attached = Attachment.objects.filter(message_id__in=message_ids).select_related("file")
    stored = {one.file_id: one.file for one in attached}
    attached.delete()
    still = queries.files_attached(stored)
    return files.discard(one for one in stored.values() if one.pk not in still)
