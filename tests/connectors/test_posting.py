"""Posting what was written: in order, and no further than the first refusal."""

from typing import Any

from connectors.odoo.errors import DataError
from connectors.odoo.posting import post


class Server:
    """Posts all but one entry."""

    def __init__(self, refuses: int = 0) -> None:
        self.refuses, self.posted = refuses, []

    def call(self, model: str, method: str, ids: list[int], context: dict[str, Any]) -> bool:
        assert (model, method, context) == ("account.move", "action_post", {"allowed_company_ids": [3]})
        if ids == [self.refuses]:
            raise DataError("a line has no account")
        self.posted += ids
        return False


def test_each_in_its_turn() -> None:
    server = Server()
    assert post(server, 3, {"a": 5, "b": 4}) == {}
    assert server.posted == [5, 4]


def test_what_is_not_posted_is_not_taken_back() -> None:
    server = Server(refuses=5)
    assert post(server, 3, {"a": 5, "b": 4}) == {"a": "a line has no account"}
    assert server.posted == []
