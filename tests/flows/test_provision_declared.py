"""What is declared for provisioning holds together: keys, references, languages, units."""

import re
from collections import Counter
from collections.abc import Mapping
from decimal import Decimal
from xml.etree import ElementTree

import pytest

from connectors.odoo.provisioner import batches
from mappings.odoo.provision import LOCKS, MODULE, Arch, Item, Text, has, items
from mappings.odoo.provision.units import unit_items

ITEMS = items([Decimal(7), Decimal("7.6"), Decimal(7)])
VIEWS = [item for item in ITEMS if isinstance(item.columns.get("arch"), Arch)]


def keys() -> list[str]:
    return [key for item in ITEMS for key in (item.key, *item.row_keys)]


def texts() -> list[Text]:
    values = [value for item in ITEMS for columns in (item.columns, *item.rows) for value in columns.values()]
    return [item.label for item in ITEMS] + [value for value in values if isinstance(value, Text)]


def test_every_key_is_one_record_and_fits_odoo() -> None:
    assert [key for key, count in Counter(keys()).items() if count > 1] == []
    assert all(re.fullmatch(r"[a-z0-9_]+", key) for key in keys())


def test_every_reference_to_a_provisioned_record_is_made_before() -> None:
    made: set[str] = set()
    for item in ITEMS:
        values = [str(v) for columns in (item.columns, *item.rows) for v in columns.values() if isinstance(v, str)]
        wanted = {name for value in values for name in re.findall(rf"\b{MODULE}\.(\w+)", value)}
        made |= {item.key, *item.row_keys}
        assert wanted <= made, item.key


def test_every_regie_field_that_a_view_rule_or_action_names_is_provisioned() -> None:
    provisioned = {item.data[1] for item in ITEMS if item.data}
    for item in (item for item in ITEMS if not item.data):
        values = [
            value.xml if isinstance(value, Arch) else str(value) for row in (item.columns, *item.rows) for value in row.values()
        ]
        assert set(re.findall(r"(?<!__)x_regie_[a-z_]+", " ".join(values))) <= provisioned, item.key


@pytest.mark.parametrize("text", texts(), ids=lambda text: text.en)
def test_every_text_is_in_both_languages(text: Text) -> None:
    assert text.fr and text.en


@pytest.mark.parametrize("view", VIEWS, ids=lambda view: view.key)
def test_every_view_is_xml_whose_texts_are_all_translated(view: Item) -> None:
    arch = view.columns["arch"]
    assert isinstance(arch, Arch)
    french = {node.get("string") for node in ElementTree.fromstring(arch.xml).iter() if node.get("string")}
    english = {node.get("string") for node in ElementTree.fromstring(arch["en"]).iter() if node.get("string")}
    assert set(arch.english) == french
    assert english == set(arch.english.values())


def test_fields_go_in_few_loads() -> None:
    """Odoo reloads its registry for each."""
    fields = [batch for batch in batches(ITEMS) if batch[0].model == "ir.model.fields"]
    assert len(fields) == 2


def test_locks_are_declared_and_the_guard_is_made_last() -> None:
    assert set(LOCKS) <= set(keys())
    assert ITEMS[-1].key == "guard_billed_hours"


@pytest.mark.parametrize(
    ("hours", "made"),
    [
        ("7", [("uom_day_7h", "Jour (7 h)", "7"), ("uom_half_day_7h", "Demi-journée (7 h)", "3.5")]),
        ("7.60", [("uom_day_7_6h", "Jour (7,6 h)", "7.6"), ("uom_half_day_7_6h", "Demi-journée (7,6 h)", "3.8")]),
        ("10", [("uom_day_10h", "Jour (10 h)", "10"), ("uom_half_day_10h", "Demi-journée (10 h)", "5")]),
        ("0", []),
    ],
)
def test_units_of_a_working_day(hours: str, made: list[tuple[str, str, str]]) -> None:
    units = unit_items([Decimal(hours)])
    assert [(unit.key, unit.label.fr, unit.columns["relative_factor"]) for unit in units] == made


class Fields(dict[str, Mapping[str, Mapping[str, object]]]):
    """A server with these models and fields."""

    def fields(self, model: str) -> Mapping[str, Mapping[str, object]]:
        return self.get(model, {})


def test_what_a_server_has() -> None:
    server = Fields({"sale.order": {"name": {}}})
    assert has(server, "sale.order") and has(server, "sale.order/name")
    assert not has(server, "sale.order/plan_id") and not has(server, "contract.contract")
