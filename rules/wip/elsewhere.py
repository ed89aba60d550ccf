"""What a closing leaves to others, by name: contracts of the OCA addon, and subscriptions that Odoo invoices by itself."""

import pandas as pd

from mappings.vocabulary.dataset import each
from mappings.vocabulary.plan import Finding, Ref, Severity
from rules.billing import findings
from rules.billing.modes import Mode
from rules.wip.case import Case


def left_to_others(case: Case) -> list[Finding]:
    """A finding for each contract that runs in the period, and for each line of such a subscription."""
    data, labels = case.data, case.labels
    found = [
        findings.about_line(data, labels, line_id, "closing_elsewhere", Severity.WARNING)
        for line_id, mode in case.modes.items()
        if mode is Mode.ELSEWHERE and data.order_of(line_id).state == "sale"
    ]
    for contract in each(data.contracts[["id", "name", "partner_id", "ends_on"]]):
        if not contract.ends_on < pd.Timestamp(case.period.since):  # an empty day, no end, compares false
            words = {"contract": contract.name, "client": data.name("partners", contract.partner_id)}
            ref = Ref(dataset="contracts", id=int(contract.id), name=contract.name)
            found.append(
                Finding(code="closing_contract", severity=Severity.WARNING, record=ref, language=labels.language, words=words)
            )
    return found
