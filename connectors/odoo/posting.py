"""Posting what was written, for the flows that a company lets post."""

from collections.abc import Mapping

from connectors.odoo.client import Odoo
from connectors.odoo.errors import OdooError
from mappings.odoo.records import RECORDS
from mappings.vocabulary.records import ENTRY


def post(odoo: Odoo, company_id: int, entries: Mapping[str, int]) -> dict[str, str]:
    """Post draft entries, given by key and database id, one after the other: an accrual before what takes it back, so that
    Odoo reconciles the two. Answers what Odoo said of those it did not post, by key; they stay drafts.

    The first failure ends it: an entry that is not posted must not be taken back.
    """
    for key, record in entries.items():
        try:
            odoo.call(RECORDS[ENTRY.name].model, "action_post", ids=[record], context={"allowed_company_ids": [company_id]})
        except OdooError as error:
            return {key: error.message}
    return {}
