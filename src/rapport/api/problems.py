"""What an error looks like to a program: RFC 9457, with `code` and `message` for tracking clients."""

from typing import Any

import msgspec

MEDIA_TYPE = "application/problem+json"


class Detail(msgspec.Struct, frozen=True):
    """One thing that was wrong: the field, its value as it came (shortened), and a sentence."""

    field: str
    value: str
    message: str


class Problem(Exception):  # noqa: N818 - a problem is an answer, not a failure of ours
    """An answer other than success. `code` is stable for programs, `message` is for people.

    `results` says of each message that it is to be sent again, where answers are per message.
    """

    def __init__(
        self, status: int, code: str, message: str, *, details: tuple[Detail, ...] = (), retry_after: int = 0
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.details = details
        self.retry_after = retry_after
        self.results: list[Any] = []

    def as_json(self) -> dict[str, Any]:
        """The body of the answer. `success` is what Segment's own answers carry."""
        body: dict[str, Any] = {
            "type": f"urn:rapport:problem:{self.code}",
            "title": self.code.replace("_", " "),
            "status": self.status,
            "detail": self.message,
            "code": self.code,
            "message": self.message,
            "success": False,
        }
        if self.results:
            body["results"] = [msgspec.to_builtins(result) for result in self.results]
        if self.details:
            body["errors"] = [msgspec.to_builtins(detail) for detail in self.details]
        return body


def encoded(problem: Problem) -> bytes:
    """The body of a problem's answer."""
    return msgspec.json.encode(problem.as_json())


def unauthorized(message: str = "This key is not known, or was revoked.") -> Problem:
    return Problem(401, "invalid_key", message)


def overloaded(retry_after: int) -> Problem:
    return Problem(
        429, "overloaded", "More comes in than can be written; please send it again.", retry_after=retry_after
    )


def unavailable() -> Problem:
    return Problem(503, "unavailable", "The database cannot be reached; please send it again.", retry_after=2)
