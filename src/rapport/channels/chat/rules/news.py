"""What visitors' browsers are told of; the permission is one that no member of staff ever holds."""

from rapport.live.events.rules import News

VISITOR = "chat.visitor"
DESK = "desk.view"


def about_visitor(visitor_id: int) -> News:
    """Something of this visitor changed: their wait, what was read, the end of the visit."""
    return News(f"visitor:{visitor_id}", VISITOR)


def we_type(thread_id: int) -> News:
    """A colleague writes in this thread."""
    return News(f"answering:{thread_id}", VISITOR)


def they_type(thread_id: int, department: str) -> News:
    """The visitor writes in this thread."""
    return News(f"typing:{thread_id}", DESK, department)


def thread(thread_id: int, department: str) -> News:
    """Something of this thread changed, for screens of the desk."""
    return News(f"thread:{thread_id}", DESK, department)
