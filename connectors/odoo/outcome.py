"""What became of each record of a plan, in the making: every key is settled once."""

from collections.abc import Mapping

from connectors.odoo.loading import Loaded
from mappings.vocabulary.written import Rejection, Written


class Outcome:
    """Collects what happens to the keys of a plan; `written` is the answer."""

    def __init__(self) -> None:
        self.answered = Loaded()
        self.settled: dict[str, str] = {}
        self._ids: dict[str, int] = {}
        self._messages: dict[str, str] = {}

    def refuse(self, reasons: Mapping[str, str], record: int = 0) -> None:
        """Settle these keys as rejected, each with its reason; `record` stands nevertheless."""
        for key, reason in reasons.items():
            self._settle(key, "rejected", record)
            self._messages.setdefault(key, reason)

    def leave(self, key: str, record: int) -> None:
        """A person changed it."""
        self._settle(key, "left", record)

    def exists(self, key: str, record: int) -> None:
        """It was already there."""
        self._settle(key, "existing", record)

    def stands(self, key: str, record: int, extended: bool) -> None:
        """This run wrote it and it stands as meant."""
        self._settle(key, "extended" if extended else "created", record)

    def written(self, keys: list[str]) -> Written:
        """The answer, in the order of `keys`."""

        def of(outcome: str) -> tuple[str, ...]:
            return tuple(key for key in keys if self.settled.get(key) == outcome)

        return Written(
            created=of("created"),
            extended=of("extended"),
            existing=of("existing"),
            left=of("left"),
            rejected=tuple(Rejection(key, self._messages[key]) for key in of("rejected")),
            ids={key: self._ids[key] for key in keys if key in self._ids},
        )

    def _settle(self, key: str, outcome: str, record: int) -> None:
        self.settled.setdefault(key, outcome)
        if record:
            self._ids[key] = record
