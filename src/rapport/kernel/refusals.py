"""A refusal: a rule of the house said no, in a sentence for the person who asked."""


class Refusal(Exception):  # noqa: N818 - named for the fact, not for the mechanism
    """Base of every refusal. `field` names what was wrong, `value` repeats it, the message is for people."""

    def __init__(self, message: str, *, field: str = "", value: object = None) -> None:
        super().__init__(message)
        self.message = message
        self.field = field
        self.value = value


class NotAllowed(Refusal):
    """The person who asked may not do this."""


class NotFound(Refusal):
    """What was asked for does not exist, or may not be seen by who asked."""
