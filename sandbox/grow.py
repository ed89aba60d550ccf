"""A past for the sandbox: years of closed missions, made by SQL in its own database, 100,000 timesheets in some ten seconds.

Each mission is a copy of one of the demo's: an order, its project and task, ten months of twenty validated days. Of ten
missions eight are billed by the hour, with a posted and paid invoice each month that their hours are linked to; one is a pack
billed once when ordered; one is internal. So nothing of it is open, and a billing run must decide the same as before.
"""

from collections.abc import Mapping

from sandbox import packages, server
from sandbox.building import Progress, quiet
from sandbox.errors import SandboxError
from sandbox.paths import Places
from sandbox.postgres import Cluster

MISSION = 200
"""Timesheets of a mission."""

_MODELS = {
    "sale_order": ("order_kepler", "sale.order"),
    "sale_order_line": ("line_kepler", "sale.order.line"),
    "res_partner": ("client_kepler", "res.partner"),
    "account_analytic_line": ("time_julien_20261016_line_kepler", "account.analytic.line"),
}
"""The demo's records that are copied, by external id; the others hang on these."""

_MISSIONS = """
CREATE TEMP TABLE origin AS SELECT o.*, p.account_id, p.alias_id, t.id AS task_id, i.move_id,
    (SELECT product_id FROM sale_order_line WHERE id = {pack}) AS pack_id
    FROM (SELECT l.order_id, l.id AS line_id, l.project_id, l.task_id AS task FROM sale_order_line l WHERE l.id = {line}) o
    JOIN project_project p ON p.id = o.project_id JOIN project_task t ON t.id = o.task
    CROSS JOIN (SELECT min(aml.move_id) AS move_id FROM account_move_line aml
        JOIN sale_order_line_invoice_rel r ON r.invoice_line_id = aml.id WHERE aml.parent_state = 'posted') i;
CREATE TEMP TABLE worker AS SELECT e.id AS employee_id, e.user_id, row_number() OVER (ORDER BY e.id) - 1 AS place
    FROM hr_employee e, account_analytic_line a WHERE a.id = {sheet} AND e.company_id = a.company_id AND e.user_id IS NOT NULL;
CREATE TEMP TABLE client AS SELECT n, nextval('res_partner_id_seq') AS partner_id
    FROM generate_series({first} / 10, ({first} + {missions}) / 10) n;
CREATE TEMP TABLE mission AS SELECT k, CASE k % 10 WHEN 0 THEN 'internal' WHEN 1 THEN 'pack' ELSE 'hours' END AS kind,
        (DATE '2026-10-01' - make_interval(months => 10 + (k * 7) % 110))::date AS starts,
        partner_id, nextval('sale_order_id_seq') AS order_id, nextval('sale_order_line_id_seq') AS line_id,
        nextval('project_project_id_seq') AS project_id, nextval('project_task_id_seq') AS task_id,
        nextval('account_analytic_account_id_seq') AS account_id, nextval('mail_alias_id_seq') AS alias_id
    FROM generate_series({first}, {first} + {missions} - 1) k JOIN client ON n = k / 10;
ALTER TABLE mission ADD price numeric, ADD untaxed numeric, ADD sold boolean;
UPDATE mission SET price = CASE kind WHEN 'pack' THEN 95 ELSE 80 END, sold = kind <> 'internal';
UPDATE mission SET untaxed = 1400 * price;
CREATE TEMP VIEW sale AS SELECT * FROM mission WHERE sold;
CREATE TEMP TABLE bill AS SELECT m.*, month, nextval('account_move_id_seq') AS move_id,
        nextval('account_move_line_id_seq') AS product_line, nextval('account_move_line_id_seq') AS tax_line,
        nextval('account_move_line_id_seq') AS due_line,
        (starts + make_interval(months => month + 1, days => -1))::date AS day,
        CASE kind WHEN 'pack' THEN 1400 ELSE 140 END AS hours
    FROM sale m, generate_series(0, 9) month WHERE kind = 'hours' OR month = 0;
ALTER TABLE bill ADD number bigint, ADD name text, ADD prefix text;
UPDATE bill SET prefix = to_char(day, '"FAC/"YYYY"/"'), untaxed = hours * price;
UPDATE bill SET number = n.number
    + coalesce((SELECT max(sequence_number) FROM account_move o WHERE o.sequence_prefix = prefix), 0)
    FROM (SELECT move_id, row_number() OVER (PARTITION BY prefix ORDER BY day, move_id) AS number FROM bill) n
    WHERE n.move_id = bill.move_id;
UPDATE bill SET name = prefix || lpad(number::text, 5, '0');
CREATE INDEX ON bill (project_id, month);
"""

_LINKS = """
INSERT INTO account_tax_sale_order_line_rel (sale_order_line_id, account_tax_id)
    SELECT m.line_id, r.account_tax_id FROM mission m, origin o JOIN account_tax_sale_order_line_rel r
    ON r.sale_order_line_id = o.line_id;
INSERT INTO account_move_line_account_tax_rel (account_move_line_id, account_tax_id)
    SELECT b.product_line, r.account_tax_id FROM bill b, origin o JOIN account_move_line l ON l.move_id = o.move_id
    JOIN account_move_line_account_tax_rel r ON r.account_move_line_id = l.id AND l.display_type = 'product';
INSERT INTO sale_order_line_invoice_rel (invoice_line_id, order_line_id) SELECT product_line, line_id FROM bill;
"""

_ANALYTIC = "jsonb_build_object(s.account_id::text, 100)"
_PROJECT = """jsonb_build_object('en_US', 'Mission ' || s.k, 'fr_FR', 'Mission ' || s.k)"""
_MOVE_LINE = {"move_id": "s.move_id", "move_name": "s.name", "ref": "s.name", "date": "s.day", "invoice_date": "s.day"}
_MOVE_LINE |= {"partner_id": "s.partner_id", "reconciled": "true", "amount_residual": "0", "amount_residual_currency": "0"}


def grow(port: int, timesheets: int, progress: Progress = quiet) -> int:
    """Have at least so many timesheets in the sandbox on that port, by closed missions of the past; answers how many were made.

    Raises:
        SandboxError: there is no sandbox on that port, or no demo company in it to copy from.
    """
    access = server.access(port)
    cluster = Cluster(Places(port).cluster, packages.ensure(quiet).postgres)
    [[there]] = cluster.sql("SELECT count(*) FROM account_analytic_line WHERE project_id IS NOT NULL", access.database)
    missions = -(-(timesheets - int(there)) // MISSION)
    if missions <= 0:
        return 0
    progress(f"Adding {missions * MISSION:,} timesheets to {int(there):,}")
    cluster.sql(_script(cluster, access.database, missions), access.database)
    cluster.sql("VACUUM ANALYZE", access.database)
    return missions * MISSION


def _script(cluster: Cluster, database: str, missions: int) -> str:
    """Everything in one transaction, without the checks of foreign keys: the copies refer to each other."""
    [[first]] = cluster.sql("SELECT count(*) FROM project_project WHERE name->>'en_US' LIKE 'Mission %'", database)
    copied = {table: _reference(cluster, database, name, model) for table, (name, model) in _MODELS.items()}
    line = copied["sale_order_line"]
    pack = _reference(cluster, database, "line_neo", "sale.order.line")
    sheet = copied["account_analytic_line"]
    named = {"line": line, "pack": pack, "sheet": sheet, "first": int(first), "missions": missions}
    parts = ["SET session_replication_role = replica", _MISSIONS.format(**named).strip(" \n;")]
    for table, origin, source, values in _copies(copied):
        columns = cluster.sql(
            f"SELECT attname FROM pg_attribute WHERE attrelid = '{table}'::regclass AND attnum > 0 AND NOT attisdropped",
            database,
        )
        named_columns = ", ".join(f'"{name}"' for [name] in columns)
        content = ", ".join(values.get(name, f't."{name}"') for [name] in columns)
        parts.append(f"INSERT INTO {table} ({named_columns}) SELECT {content} FROM {table} t, origin, {source} WHERE {origin}")
    return ";\n".join([*parts, _LINKS])


def _reference(cluster: Cluster, database: str, name: str, model: str) -> int:
    rows = cluster.sql(
        f"SELECT res_id FROM ir_model_data WHERE module = '__demo__' AND name = '{name}' AND model = '{model}'", database
    )
    if not rows:
        raise SandboxError("This sandbox has no company to grow.", "`regie sandbox reset` without --empty loads them.")
    return int(rows[0][0])


def _copies(copied: Mapping[str, int]) -> list[tuple[str, str, str, dict[str, str]]]:
    """Of each table: which row is copied, for which rows `s`, and what is not as in the origin."""
    return [
        ("res_partner", f"t.id = {copied['res_partner']}", "client s", {
            "id": "s.partner_id", "commercial_partner_id": "s.partner_id", "name": "'Client ' || s.n",
            "complete_name": "'Client ' || s.n", "commercial_company_name": "'Client ' || s.n",
        }),
        ("account_analytic_account", "t.id = origin.account_id", "mission s", {
            "id": "s.account_id", "name": _PROJECT, "partner_id": "CASE WHEN sold THEN s.partner_id END",
        }),
        ("mail_alias", "t.id = origin.alias_id", "mission s", {
            "id": "s.alias_id", "alias_defaults": "'{''project_id'': ' || s.project_id || '}'",
            "alias_parent_thread_id": "s.project_id",
        }),
        ("project_project", "t.id = origin.project_id", "mission s", {
            "id": "s.project_id", "name": _PROJECT, "alias_id": "s.alias_id", "account_id": "s.account_id",
            "partner_id": "CASE WHEN sold THEN s.partner_id END", "allow_billable": "sold",
            "sale_line_id": "CASE WHEN sold THEN s.line_id END",
            "reinvoiced_sale_order_id": "CASE WHEN sold THEN s.order_id END", "allocated_hours": "1400",
        }),
        ("project_task", "t.id = origin.task_id", "mission s", {
            "id": "s.task_id", "project_id": "s.project_id", "access_token": "NULL", "state": "'1_done'", "progress": "1",
            "partner_id": "CASE WHEN sold THEN s.partner_id END", "sale_line_id": "CASE WHEN sold THEN s.line_id END",
            "sale_order_id": "CASE WHEN sold THEN s.order_id END", "allocated_hours": "1400", "effective_hours": "1400",
            "total_hours_spent": "1400", "remaining_hours": "0",
        }),
        ("sale_order", "t.id = origin.order_id", "sale s", {
            "id": "s.order_id", "name": "'H' || lpad(s.k::text, 5, '0')", "access_token": "NULL", "project_id": "s.project_id",
            "partner_id": "s.partner_id", "partner_invoice_id": "s.partner_id", "partner_shipping_id": "s.partner_id",
            "date_order": "s.starts", "validity_date": "s.starts + 30", "invoice_status": "'invoiced'",
            "amount_untaxed": "s.untaxed", "amount_tax": "s.untaxed * 0.2", "amount_total": "s.untaxed * 1.2",
        }),
        ("sale_order_line", "t.id = origin.line_id", "sale s", {
            "id": "s.line_id", "order_id": "s.order_id", "task_id": "s.task_id", "project_id": "s.project_id",
            "order_partner_id": "s.partner_id", "product_id": "CASE kind WHEN 'pack' THEN origin.pack_id ELSE t.product_id END",
            "analytic_distribution": _ANALYTIC, "product_uom_qty": "1400", "qty_delivered": "1400", "qty_invoiced": "1400",
            "qty_to_invoice": "0", "invoice_status": "'invoiced'", "price_unit": "s.price", "technical_price_unit": "s.price",
            "price_reduce_taxexcl": "s.price", "price_reduce_taxinc": "s.price * 1.2", "price_subtotal": "s.untaxed",
            "price_tax": "s.untaxed * 0.2", "price_total": "s.untaxed * 1.2", "untaxed_amount_invoiced": "s.untaxed",
            "untaxed_amount_to_invoice": "0", "remaining_hours": "0",
        }),
        ("account_move", "t.id = origin.move_id", "bill s", {
            "id": "s.move_id", "name": "s.name", "payment_reference": "s.name", "sequence_prefix": "s.prefix",
            "sequence_number": "s.number", "date": "s.day", "invoice_date": "s.day", "invoice_date_due": "s.day + 30",
            "partner_id": "s.partner_id", "commercial_partner_id": "s.partner_id", "partner_shipping_id": "s.partner_id",
            "invoice_partner_display_name": "'Client ' || s.k / 10", "invoice_origin": "'H' || lpad(s.k::text, 5, '0')",
            "payment_state": "'paid'", "amount_residual": "0", "amount_residual_signed": "0", "access_token": "NULL",
            "x_regie_key": "'inv_o' || s.order_id || to_char(s.day, '\"_\"YYYY-MM') || '_n1'",
            **dict.fromkeys(("amount_untaxed", "amount_untaxed_signed", "amount_untaxed_in_currency_signed"), "s.untaxed"),
            **dict.fromkeys(("amount_tax", "amount_tax_signed"), "s.untaxed * 0.2"),
            **dict.fromkeys(("amount_total", "amount_total_signed", "amount_total_in_currency_signed"), "s.untaxed * 1.2"),
        }),
        *(_move_line(*line) for line in (
            ("product", "product_line", "-s.untaxed"), ("tax", "tax_line", "-s.untaxed * 0.2"),
            ("payment_term", "due_line", "s.untaxed * 1.2"),
        )),
        ("account_analytic_line", f"t.id = {copied['account_analytic_line']}", _SHEETS, {
            "id": "nextval('account_analytic_line_id_seq')", "date": "s.day", "unit_amount": "7", "amount": "-280",
            "account_id": "s.account_id", "project_id": "s.project_id", "task_id": "s.task_id",
            "partner_id": "CASE WHEN sold THEN s.partner_id END", "so_line": "CASE WHEN sold THEN s.line_id END",
            "order_id": "CASE WHEN sold THEN s.order_id END", "timesheet_invoice_id": "s.linked",
            "timesheet_invoice_type": "CASE kind WHEN 'hours' THEN 'billable_time' WHEN 'pack' THEN 'billable_fixed'"
            " ELSE 'non_billable' END",
            "employee_id": "s.employee_id", "user_id": "s.user_id", "x_regie_validated_on": "s.day + 30",
        }),
    ]  # fmt: skip


def _move_line(display: str, line: str, balance: str) -> tuple[str, str, str, dict[str, str]]:
    """A line of each invoice: what it sells, its tax, or what is due."""
    values = _MOVE_LINE | {
        "id": f"s.{line}", "balance": balance, "amount_currency": balance, "debit": f"greatest({balance}, 0)",
        "credit": f"greatest(-({balance}), 0)",
    }  # fmt: skip
    if display == "product":
        values |= {
            "quantity": "s.hours", "price_unit": "s.price", "price_subtotal": "s.untaxed", "price_total": "s.untaxed * 1.2",
            "analytic_distribution": _ANALYTIC,
            "product_id": "(SELECT product_id FROM sale_order_line WHERE id = s.line_id)",
            "product_uom_id": "(SELECT product_uom_id FROM sale_order_line WHERE id = s.line_id)",
        }  # fmt: skip
    elif display == "tax":
        values["tax_base_amount"] = "-s.untaxed"
    else:
        values["date_maturity"] = "s.day + 30"
    return "account_move_line", f"t.move_id = origin.move_id AND t.display_type = '{display}'", "bill s", values


_SHEETS = """(SELECT m.*, w.employee_id, w.user_id,
    (m.starts + make_interval(months => at.month, days => at.day + at.day / 4))::date AS day,
    CASE m.kind WHEN 'hours' THEN b.move_id END AS linked
    FROM mission m JOIN worker w ON w.place = m.k % (SELECT count(*) FROM worker)
    CROSS JOIN (SELECT month, day FROM generate_series(0, 9) month, generate_series(0, 19) day) at
    LEFT JOIN bill b ON b.project_id = m.project_id AND b.month = at.month) s"""
