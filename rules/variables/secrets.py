"""Numbers that have no place in a payroll file: bank accounts (IBAN), French and Belgian social security numbers (NIR, NISS).

No column of a profile can name one; this finds what somebody typed into an expense's text or in place of an employee number.
"""

import re

_IBAN = re.compile(r"(?<![A-Z0-9])[A-Z]{2}[0-9]{2}(?:[ -]?[A-Z0-9]){11,30}(?![A-Z0-9])", re.IGNORECASE)
_NIR = re.compile(r"(?<![0-9])[12](?:[ .-]?[0-9]){5}[ .-]?[0-9AB](?:[ .-]?[0-9]){8}(?![0-9])", re.IGNORECASE)
_NISS = re.compile(r"(?<![0-9])[0-9]{2}(?:[ .-]?[0-9]{2}){2}[ .-]?[0-9]{3}[ .-]?[0-9]{2}(?![0-9])")
_LENGTHS = {"FR": 27, "BE": 16, "LU": 20, "DE": 22, "NL": 18, "ES": 24, "IT": 27, "PT": 25, "CH": 21, "GB": 22, "MC": 27}


def holds_secret(text: str) -> bool:
    """Whether a text holds a number that is one of them down to its check digits."""
    return any(is_one(found[0]) for form, is_one in _FORMS for found in form.finditer(text))


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


def _is_niss(text: str) -> bool:
    """Birth day as YYMMDD (months of a second number count from 20 or 40), three digits, and the key to a multiple of 97.

    Who was born from 2000 on has a 2 before it when the key is made.
    """
    bare = re.sub(r"[ .-]", "", text)
    if not 0 <= int(bare[2:4]) % 20 <= 12 or int(bare[4:6]) > 31:
        return False
    return int(bare[9:]) in (97 - int(bare[:9]) % 97, 97 - int(f"2{bare[:9]}") % 97)


_FORMS = ((_IBAN, _is_iban), (_NIR, _is_nir), (_NISS, _is_niss))
