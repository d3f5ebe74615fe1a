"""What can be searched for, from every area that lays things into the index; made anew, it is the same."""

from rapport.channels.threads import commands as threads
from rapport.customers.finding import commands as customers
from rapport.customers.finding import tasks
from rapport.interactions.log import commands as log
from rapport.search.index import commands as index
from rapport.service.desk import commands as desk


def follow() -> int:
    """Bring the index up to date; how many things were taken in or read."""
    return tasks.follow() + threads.index_new() + log.index_new()


def rebuild() -> None:
    """Empty the index and lay everything in anew. Until it is done, searches find what has been laid in so far."""
    index.empty()
    customers.index_anew()
    log.index_anew()
    threads.index_anew()
    desk.index_anew()
