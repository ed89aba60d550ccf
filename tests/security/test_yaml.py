"""The company file is read as plain values: no tag makes an object, nothing in it takes the machine's time or memory."""

import time
from pathlib import Path

import pytest

from mappings.company import find, load
from mappings.dated import LARGEST, FileError


def told(folder: Path, text: str) -> str:
    path = folder / "acme.yaml"
    path.write_text(text, encoding="utf-8")
    begun = time.perf_counter()
    with pytest.raises(FileError) as caught:
        load(path)
    assert time.perf_counter() - begun < 3, "it takes the machine's time"
    return str(caught.value)


@pytest.mark.parametrize(
    "tag", ["!!python/object/apply:os.system", "!!python/name:os.system", "!mine", "!!binary", "!!set", "!!omap"]
)
@pytest.mark.parametrize("value", ["fr", "{a: b}", "[id]"])
def test_no_tag_makes_an_object(tmp_path: Path, tag: str, value: str) -> None:
    assert "line 2: language: has a tag, " in told(tmp_path, f"company: A\nlanguage: {tag} {value}\n")


@pytest.mark.parametrize("tag", ["bool", "int", "float", "timestamp"])
@pytest.mark.parametrize("value", ["", "x", '"é"'])
def test_a_tag_whose_value_is_none_of_its_kind_is_told(tmp_path: Path, tag: str, value: str) -> None:
    assert "line 2: language: " in told(tmp_path, f"company: A\nlanguage: !!{tag} {value}\n")


def test_aliases_do_not_multiply(tmp_path: Path) -> None:
    layers = "".join(f"l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 9)}]\n" for n in range(1, 12))
    assert "repeats another value by `*`" in told(tmp_path, f"company: A\nl0: &l0 [lol]\n{layers}")


@pytest.mark.parametrize(
    "text", ["company: " + "[" * 60_000, "x: " + "{a: " * 15_000, "".join(" " * n + "a:\n" for n in range(350))]
)
def test_depth_is_bounded(tmp_path: Path, text: str) -> None:
    assert "line " in told(tmp_path, text)


def test_size_is_bounded(tmp_path: Path) -> None:
    assert "acme.yaml: is larger than 64 kB" in told(tmp_path, "company: A\n#" + "x" * LARGEST)


@pytest.mark.parametrize("device", ["/dev/zero", "/dev/full"])
def test_what_is_no_file_is_not_read(tmp_path: Path, device: str) -> None:
    (tmp_path / "acme.yaml").symlink_to(device)
    with pytest.raises(FileError, match="it is no file"):
        load(tmp_path / "acme.yaml")


@pytest.mark.parametrize("number", ["9" * 5000, "0x" + "f" * 5000, "1e999", "-.inf", ".nan"])
@pytest.mark.parametrize("key", ["thresholds.dso_warning", "thresholds.prepaid_warning", "billing.travel", "timezone"])
def test_a_huge_number_is_told_shortly(tmp_path: Path, number: str, key: str) -> None:
    section, _, name = key.partition(".")
    said = told(tmp_path, f"company: A\n{section}: {{{name}: {number}}}\n" if name else f"company: A\n{section}: {number}\n")
    assert f"line 2: {key}: " in said
    assert len(said) < 300


@pytest.mark.parametrize("escape", ["\\0", "\\e[2J", "\\x9b31m", "\\ud800", "\\u202e", "\\L"])
def test_what_a_terminal_would_obey_is_no_text(tmp_path: Path, escape: str) -> None:
    for text in (f'company: "A{escape}"\n', f'company: A\ntimezone: "{escape}"\n', f'company: A\n"{escape}": 1\n'):
        said = told(tmp_path, text)
        assert "holds a character that cannot be shown" in said
        assert said.isprintable() or said.replace("\n", "").isprintable()


@pytest.mark.parametrize("name", ["../../etc/passwd", "/etc/passwd", "acme.yaml", "a\x00b", "x" * 100_000, "\x1b[2J", "\udcff"])
def test_a_company_s_name_is_never_a_path(tmp_path: Path, name: str) -> None:
    (tmp_path / "acme.yaml").write_text("company: Acme\n")
    with pytest.raises(FileError) as caught:
        find(name, tmp_path)
    assert "no company file for" in str(caught.value) and "acme (Acme)" in str(caught.value)
    assert len(str(caught.value)) < 400


def test_a_folder_no_system_can_name_is_told(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="REGIE_COMPANIES"):
        find("acme", tmp_path / ("x" * 5000))


def test_a_schedule_of_digits_that_are_none_is_refused(tmp_path: Path) -> None:
    for field in ("²", "٣", "9" * 5000):
        assert "schedule.bill: must be five fields" in told(tmp_path, f'company: A\nschedule: {{bill: "{field} 7 1 * *"}}\n')
