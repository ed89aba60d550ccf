"""Where Odoo keeps the datasets of `mappings.vocabulary.datasets.company`."""

from collections.abc import Mapping

from mappings.odoo.place import columns
from mappings.odoo.source import Source

SOURCES: Mapping[str, Source] = {
    "companies": Source(
        "res.company",
        columns(
            name="name",
            currency_id="currency_id",
            calendar_id="resource_calendar_id",
            discount_product_id="sale_discount_product_id",
            downpayment_account_id="downpayment_account_id",
            income_account_id="income_account_id",  # 19; before, a category without an account of its own answers the default
            legal_leave_id="l10n_fr_reference_leave_type",
            country_code="country_code",
            sale_lock_date="sale_lock_date",
            fiscal_lock_date="fiscalyear_lock_date",
            hard_lock_date="hard_lock_date",
        ),
        begins={"country_code": 18},
    ),
    "currencies": Source("res.currency", columns(name="name", digits="decimal_places", symbol="symbol")),
    "rates": Source(
        "res.currency.rate", columns(currency_id="currency_id", company_id="company_id", date="name", rate="rate"), shared=True
    ),
    "users": Source("res.users", columns(name="name", partner_id="partner_id", portal="share")),
    "partners": Source(
        "res.partner",
        columns(
            name="name",
            language="lang",
            commercial_id="commercial_partner_id",
            active="active",
            reference="ref",
            contract_required="x_regie_contract_required",
            reference_required="x_regie_reference_required",
        ),
    ),
}
