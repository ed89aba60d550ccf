"""The story stops at the first figure that differs, and sums up those that do not."""

from pathlib import Path

import pytest

from demo.runs import company_file
from demo.telling import StoryError, Telling
from flows.companies import company_file as read


def test_a_figure_as_expected_stands_in_the_summary(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    telling = Telling(tmp_path)
    telling.chapter("Octobre")
    telling.check("S3", "FAE", "9864.0", "9864.00")
    telling.check_number("S1", "Jours", 13.5, "13.5")
    (tmp_path / "a.png").touch()
    telling.kept(tmp_path / "a.png", "une capture")
    telling.summary()
    said = capsys.readouterr().out
    assert "✓ FAE : 9 864,00 € (S3)" in said and "2 chiffres vérifiés" in said and "13,5" in said and "une capture" in said
    assert (tmp_path / "recit.txt").read_text(encoding="utf-8") == said


def test_a_figure_that_differs_stops_and_names_both(tmp_path: Path) -> None:
    with pytest.raises(StoryError, match=r"FAE : 9 864,01 €, alors que le scénario S3 attend 9 864,00 €") as stopped:
        Telling(tmp_path).check("S3", "FAE", "9864.01", "9864.00")
    assert stopped.value.remedy


def test_the_storys_company_file_is_the_sandboxs_own_with_other_values(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REGIE_COMPANIES", str(company_file(tmp_path, "stafforia", "billing", cra_required=True)))
    assert read("stafforia").name == "Stafforia Services SAS"
    assert "cra_required: true" in (tmp_path / "stafforia.yaml").read_text(encoding="utf-8")
