"""What becomes of words of a made-up organisation: they count as handed over, and go nowhere."""

from datetime import datetime

from rapport.channels.outbound.commands import handing, settling
from rapport.channels.outbound.rules.parcels import Outcome, Parcel, Pretending
from rapport.channels.outbound.rules.trying import Judged

_NOWHERE = "All of this is made up: it went nowhere."
_EVERYTHING = 1_000_000


def pretended(parcel: Parcel) -> Outcome:
    """Handed over, as far as a made-up organisation hands anything over."""
    assert isinstance(parcel.load, Pretending)
    return Outcome(parcel, Judged("sent", reason=_NOWHERE))


def pretend(*, at: datetime) -> int:
    """Pretend to hand over all that was due at this moment of a made-up past; how many it was."""
    parcels = handing.claim(room=_EVERYTHING, at=at, a_minute=_EVERYTHING, most_at_once=_EVERYTHING)
    settling.settle([pretended(one) for one in parcels], at=at, luck=0)
    return len(parcels)
