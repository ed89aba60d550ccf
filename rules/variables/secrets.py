"""Numbers that have no place in a payroll file: bank accounts (IBAN) and French social security numbers (NIR), by their checks.

No column of a profile can name one; this finds what somebody typed into an expense's text or in place of an employee number.
"""

import re

_IBAN = re.compile(r"(?<![A-Z0-9])[A-Z]{2}[0-9]{2}(?:[ -]?[A-Z0-9]){11,30}(?![A-Z0-9])", re.IGNORECASE)
_NIR = re.compile(r"(?<![0-9])[12](?:[ .-]?[0-9]){5}[ .-]?[0-9AB](?:[ .-]?[0-9]){8}(?![0-9])", re.IGNORECASE)

_LENGTHS = {"FR": 27, "BE": 16, "LU": 20, "DE": 22, "NL": 18, "ES": 24, "IT": 27, "PT": 25, "CH": 21, "GB": 22, "MC": 27}


def holds_secret(text: str) -> bool:
    """Whether a text holds a number that is an IBAN or a NIR down to its check digits."""
    return any(_is_iban(found[0]) for found in _IBAN.finditer(text)) or any(_is_nir(found[0]) for found in _NIR.finditer(text))


def _is_iban(text: str) -> bool:
    """ISO 13616: letters count from 10, the first four signs go last, the remainder by 97 is 1.

    What follows the account in the text is cut off by the length of its country's accounts.
    """
    bare = re.sub(r"[ -]", "", text).upper()
    bare = bare[: _LENGTHS.get(bare[:2])]
    return int("".join(str(int(sign, 36)) for sign in bare[4:] + bare[:4])) % 97 == 1


def _is_nir(text: str) -> bool:
    """Thirteen digits and the key that completes them to a multiple of 97; Corsica's 2A and 2B count as 19 and 18."""
    bare = re.sub(r"[ .-]", "", text).upper().replace("2A", "19").replace("2B", "18")
    return bare.isdigit() and len(bare) == 15 and int(bare[13:]) == 97 - int(bare[:13]) % 97
