"""What a CRA says in Odoo: its totals where who signs sees them first, then its days."""

from datetime import date

from mappings.vocabulary.labels import Labels
from rules.cra.grid import html
from rules.cra.signed import Content, SignedDay

HOUR = 1_000_000
DAY = 7 * HOUR


def test_the_totals_stand_above_the_days_and_names_are_text() -> None:
    days = (
        SignedDay(day=date(2026, 10, 29), scheduled=DAY, worked=DAY, absent=0, holiday=0),
        SignedDay(day=date(2026, 10, 30), scheduled=DAY, worked=DAY // 2, absent=DAY // 2, holiday=0),
    )
    said = html(Content(unit=DAY, days=days), "S00006 · <b>Mission", Labels("fr"))
    mission, total, table = said.partition("</p><p>")[0], "Jours travaillés : 1,5 · absence : 0,5 · fériés : 0", "<table"
    assert mission == "<p>S00006 · &lt;b&gt;Mission"
    assert 0 < said.index(total) < said.index(table) < said.index("<td>jeu. 29</td><td>1</td>")
