"""The labels: the same keys and values in each language, and numbers as the language writes them."""

from datetime import date
from decimal import Decimal
from string import Formatter

import pytest
from babel.numbers import format_currency, format_decimal, get_currency_precision
from hypothesis import given
from hypothesis import strategies as st

from mappings.vocabulary.labels import LANGUAGES, Labels, Money, catalogue, language_of
from mappings.vocabulary.units import round_to

NARROW, FIXED = "\u202f", "\u00a0"


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def test_languages_have_the_same_keys() -> None:
    french, english = (set(catalogue(language)) for language in ("fr", "en"))
    assert french ^ english == set()


@pytest.mark.parametrize("key", sorted(catalogue("fr")))
def test_languages_put_in_the_same_named_values(key: str) -> None:
    expected = placeholders(catalogue("fr")[key])
    assert all(name.isidentifier() for name in expected), "values are named, plain and without attributes"
    assert placeholders(catalogue("en")[key]) == expected


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_is_empty(language: str) -> None:
    assert [key for key, text in catalogue(language).items() if not text] == []


def test_a_missing_key_names_it_and_its_file() -> None:
    with pytest.raises(KeyError, match=r"detail\.nothing.*fr\.yaml"):
        Labels("fr")("detail.nothing")


def test_a_missing_value_names_it_and_the_key() -> None:
    with pytest.raises(KeyError, match=r"format\.period.*until"):
        Labels("fr")("format.period", since="x")


def test_braces_in_a_value_are_only_text() -> None:
    assert Labels("en")("format.period", since="{until.__class__}", until="{}") == "from {until.__class__} to {}"


def test_an_unknown_language_lists_those_there_are() -> None:
    with pytest.raises(ValueError, match="fr, en"):
        Labels("nl")


@pytest.mark.parametrize(
    ("locale", "language"), [("fr_BE", "fr"), ("en_US", "en"), ("en-GB", "en"), ("nl_BE", "fr"), ("", "fr"), ("fr", "fr")]
)
def test_language_of_a_partner(locale: str, language: str) -> None:
    assert language_of(locale) == language


def test_money_and_numbers_in_french() -> None:
    labels = Labels("fr")
    assert labels.money(Decimal("8220"), "EUR") == f"8{NARROW}220,00{FIXED}€"
    assert labels.money(Decimal("-0.5"), "EUR") == f"-0,50{FIXED}€"
    assert labels.money(Decimal("1000.5"), "JPY") == f"1{NARROW}001{FIXED}JPY"
    assert labels.money(Decimal("2.345"), "EUR") == f"2,35{FIXED}€", "half up, as every amount"
    assert labels.money(Decimal("-0.001"), "EUR") == f"0,00{FIXED}€"
    assert labels.hours(Decimal("13.50")) == f"13,5{FIXED}h"
    assert labels.hours(Decimal("1234.245")) == f"1{NARROW}234,25{FIXED}h"
    assert labels.hours(Decimal("-2")) == f"-2{FIXED}h"
    assert labels.quantity(Decimal("0.333333")) == "0,333333"
    assert labels.quantity(Decimal("20.00")) == "20"
    assert labels.percent(Decimal("47.8")) == f"47,8{FIXED}%"


def test_money_and_numbers_in_english() -> None:
    labels = Labels("en")
    assert labels.money(Decimal("8220"), "EUR") == "€8,220.00"
    assert labels.hours(Decimal("94.5")) == f"94.5{FIXED}h"
    assert labels.percent(Decimal("47.8")) == "47.8%"


def test_days_and_periods() -> None:
    french, english = Labels("fr"), Labels("en")
    assert french.day(date(2026, 2, 1)) == "01/02/2026"
    assert english.day(date(2026, 2, 1)) == "1 Feb 2026"
    assert french.period(date(2026, 10, 1), date(2026, 10, 31)) == "octobre 2026"
    assert english.period(date(2028, 2, 1), date(2028, 2, 29)) == "February 2028"
    assert french.period(date(2027, 2, 1), date(2027, 2, 27)) == "du 01/02/2027 au 27/02/2027"
    assert english.period(date(2026, 10, 20), date(2026, 10, 20)) == "20 Oct 2026"
    assert french.period(date(2026, 9, 1), date(2026, 10, 31)) == "du 01/09/2026 au 31/10/2026"


@given(st.decimals(-(10**9), 10**9, places=4), st.sampled_from(LANGUAGES))
def test_numbers_are_written_as_babel_writes_them(value: Decimal, language: str) -> None:
    assert Labels(language).quantity(value) == format_decimal(value + 0, locale=language, decimal_quantization=False)


@given(
    st.decimals(-(10**9), 10**9, places=4),
    st.sampled_from(LANGUAGES),
    st.sampled_from(["EUR", "USD", "JPY", "CHF", "TND", "XYZ"]),
)
def test_amounts_are_written_as_babel_writes_them(amount: Decimal, language: str, currency: str) -> None:
    rounded = round_to(amount, get_currency_precision(currency)) + 0
    assert Labels(language).money(amount, currency) == format_currency(rounded, currency, locale=language)


def test_a_sentence_is_put_together_when_it_is_read() -> None:
    labels = Labels("fr")
    now = labels("why.time", quantity="13,5", unit="Jour", price=f"600,00{FIXED}€")
    later = labels.later("why.time", quantity=Decimal("13.50"), unit="Jour", price=Money(Decimal(600), "EUR"))
    assert str(later) == now
    assert str(labels.later("why.discount", share=later)) == labels("why.discount", share=now)
    assert "15/10/2026" in str(labels.later("why.time_validated", day=date(2026, 10, 15), who="x", **later.values))
    with pytest.raises(KeyError, match="needs a value"):
        str(labels.later("why.time"))
