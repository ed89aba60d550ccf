"""What became of a plan: read by whoever reports, made by whoever writes."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Document:
    """A file that goes with a record, in the same transaction."""

    name: str
    mimetype: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Rejection:
    """A record the server refused, with its own message."""

    key: str
    message: str


@dataclass(frozen=True, slots=True)
class Written:
    """What became of each record of a plan, by key; `ids` holds the database id of every key that stands on the server."""

    created: tuple[str, ...] = ()
    extended: tuple[str, ...] = ()
    existing: tuple[str, ...] = ()
    left: tuple[str, ...] = ()
    rejected: tuple[Rejection, ...] = ()
    ids: dict[str, int] = field(default_factory=dict)
