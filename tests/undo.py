"""A sandbox's database put back in a fraction of a second while Odoo keeps running, and to the row.

`createdb -T` copies 70 MB in 600 tables: 2 to 5 s on a busy machine, and Odoo has to start anew. A trigger on every table
instead notes which tables were written to since; their rows are compared with a copy in a schema of its own and put
back, sequences too. The tables by which Odoo's processes tell each other to forget are never put back but counted on,
so that they do forget; that costs half a second of a run, so it is left out where only what a billing run itself
changes was put back: Odoo caches none of it.
"""

import time

from sandbox import server

COPIES = """
CREATE SCHEMA kept;
CREATE TABLE kept.touched (name text);
DO $$
DECLARE one name;
BEGIN
    FOR one IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename NOT LIKE 'orm_signaling%' LOOP
        EXECUTE format('CREATE TABLE kept.%1$I AS TABLE public.%1$I', one);
    END LOOP;
END $$;
CREATE TABLE kept."a sequence" AS
    SELECT sequencename AS name, last_value FROM pg_sequences WHERE schemaname = 'public';
CREATE FUNCTION kept.put_back(one name) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM pg_attribute WHERE attrelid = format('kept.%I', one)::regclass AND attname = 'id') THEN
        EXECUTE format('DELETE FROM public.%1$I p WHERE NOT EXISTS '
                       '(SELECT FROM kept.%1$I b WHERE b.id = p.id AND b IS NOT DISTINCT FROM p)', one);
        EXECUTE format('INSERT INTO public.%1$I SELECT b.* FROM kept.%1$I b WHERE NOT EXISTS '
                       '(SELECT FROM public.%1$I p WHERE p.id = b.id)', one);
    ELSE
        EXECUTE format('DELETE FROM public.%I', one);
        EXECUTE format('INSERT INTO public.%1$I TABLE kept.%1$I', one);
    END IF;
END $$;
CREATE FUNCTION kept.undo() RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE tables bigint := 0; one name;
BEGIN
    SET LOCAL session_replication_role = replica;
    IF EXISTS (SELECT FROM kept.touched WHERE name NOT IN (
        'account_analytic_line', 'account_move', 'account_move_line', 'account_move_line_account_tax_rel', 'ir_attachment',
        'ir_model_data', 'mail_followers', 'mail_followers_mail_message_subtype_rel', 'mail_message', 'mail_tracking_value',
        'project_milestone', 'sale_order', 'sale_order_line', 'sale_order_line_invoice_rel')) THEN
        FOR one IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename LIKE 'orm\\_signaling\\_%' LOOP
            -- Automation rules are part of what only a reload of the registry forgets.
            IF one <> 'orm_signaling_registry' OR EXISTS (SELECT FROM kept.touched WHERE name = 'base_automation') THEN
                EXECUTE format('INSERT INTO public.%I DEFAULT VALUES', one);
            END IF;
        END LOOP;
    END IF;
    FOR one IN SELECT DISTINCT name FROM kept.touched LOOP
        PERFORM kept.put_back(one);
        tables := tables + 1;
    END LOOP;
    TRUNCATE kept.touched;
    PERFORM setval(format('public.%I', s.name), coalesce(s.last_value, 1), s.last_value IS NOT NULL)
    FROM kept."a sequence" s JOIN pg_sequences p ON p.schemaname = 'public' AND p.sequencename = s.name
    WHERE p.last_value IS DISTINCT FROM s.last_value AND s.name NOT LIKE 'orm_signaling%';
    RETURN tables;
END $$;
CREATE FUNCTION kept.counted() RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE one name; number bigint; found jsonb := '{}';
BEGIN
    FOR one IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename NOT LIKE 'orm_signaling%' LOOP
        EXECUTE format('SELECT count(*) FROM public.%I', one) INTO number;
        found := found || jsonb_build_object(one, number);
    END LOOP;
    RETURN found;
END $$;
CREATE FUNCTION kept.different() RETURNS text LANGUAGE plpgsql AS $$
DECLARE one name; number bigint; found text := '';
BEGIN
    FOR one IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename NOT LIKE 'orm_signaling%' LOOP
        EXECUTE format('SELECT count(*) FROM ((TABLE public.%1$I EXCEPT ALL TABLE kept.%1$I) UNION ALL '
                       '(TABLE kept.%1$I EXCEPT ALL TABLE public.%1$I)) d', one) INTO number;
        IF number > 0 THEN found := found || one || ' '; END IF;
    END LOOP;
    RETURN found;
END $$;
"""

MARKS = """
CREATE FUNCTION kept.mark() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO kept.touched VALUES (TG_TABLE_NAME);
    RETURN NULL;
END $$;
DO $$
DECLARE one name;
BEGIN
    FOR one IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename NOT LIKE 'orm_signaling%' LOOP
        EXECUTE format('CREATE TRIGGER kept_mark AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON public.%I '
                       'FOR EACH STATEMENT EXECUTE FUNCTION kept.mark()', one);
    END LOOP;
END $$;
"""
"""After `COPIES`: every table notes that it was touched. Without them, what `TOUCHED` compares is put back."""

TOUCHED = "INSERT INTO kept.touched SELECT unnest(string_to_array(trim(kept.different()), ' '))"
"""For a measurement, whose writing no trigger may slow: the touched tables are found by comparing."""

UNDO = "SELECT kept.undo()"

DIFFERENT = "SELECT kept.different()"
"""The tables whose rows are not those of the slice: nothing after `UNDO`."""

COUNTED = "SELECT 'counted', kept.counted()"
"""The number of records of every table, as one JSON object."""

SHAPE = ("ir_model", "ir_model_constraint", "ir_model_fields", "ir_model_relation", "ir_module_module")
"""What was written to these changed tables themselves, which no row put back undoes."""

BUSY = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND state <> 'idle' AND pid <> pg_backend_pid()
"""
"""How many are at work in the database, whoever told them to, dead or alive."""
_PATIENCE = 120

_KEPT = "SELECT to_regclass('kept.touched') IS NOT NULL"
_RESHAPED = f"SELECT count(*) FROM kept.touched WHERE name IN {SHAPE}"


def keep(port: int) -> None:
    """From now on `undone` puts the sandbox of that port back to how it is now."""
    for statement in (COPIES, MARKS):
        server.sql(port, statement)


def undone(port: int) -> bool:
    """Put it back to how `keep` found it; False, and nothing done, where nothing was kept or tables themselves changed."""
    if server.sql(port, _KEPT) != [["t"]] or server.sql(port, _RESHAPED) != [["0"]]:
        return False
    until = time.monotonic() + _PATIENCE
    while server.sql(port, BUSY) != [["0"]]:
        if time.monotonic() > until:
            raise TimeoutError(f"Odoo is still busy after {_PATIENCE} s")
        time.sleep(0.1)
    server.sql(port, UNDO)
    return True
