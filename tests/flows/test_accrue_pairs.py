"""What a person leaves out of a closing: an entry and its reversal go together."""

from collections.abc import Collection

import pytest

from flows.accrue import in_pairs
from mappings.vocabulary.plan import Plan, Upsert


def plan(names: Collection[str]) -> Plan:
    return Plan(upserts=tuple(Upsert(key=name, model="entry") for name in names))


@pytest.mark.parametrize(
    ("approved", "written"),
    [
        (["fae", "fae_back", "pca", "pca_back"], ["fae", "fae_back", "pca", "pca_back"]),
        (["fae", "pca", "pca_back"], ["pca", "pca_back"]),
        (["fae_back", "pca"], []),
        ([], []),
    ],
)
def test_neither_without_the_other(approved: list[str], written: list[str]) -> None:
    proposed = plan(["fae", "fae_back", "pca", "pca_back"])
    assert [one.key for one in in_pairs(proposed, plan(approved)).upserts] == written


def test_a_reversal_that_is_proposed_alone_is_written() -> None:
    alone = plan(["fae_back"])
    assert in_pairs(alone, alone) == alone
