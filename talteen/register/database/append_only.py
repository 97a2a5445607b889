"""Tables that only grow: the SQL that refuses to change what is written. For a RunSQL migration.

A trigger stops every role that the product runs under, and the mistakes of the others. It does not
stop who owns the table and means harm: against that stand the signed heads of the ledger.
"""

from collections.abc import Iterable

_LEDGER = """
CREATE FUNCTION ledger_entry_keeps() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    unplaced ledger_entry;
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.index IS NULL AND NEW.index IS NOT NULL THEN
        unplaced := NEW;
        unplaced.index := NULL;
        IF unplaced IS NOT DISTINCT FROM OLD THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'an entry of the ledger is never changed or removed'
        USING ERRCODE = 'restrict_violation';
END
$$;
CREATE TRIGGER ledger_entry_keeps BEFORE UPDATE OR DELETE ON ledger_entry
    FOR EACH ROW EXECUTE FUNCTION ledger_entry_keeps();
"""
"""An entry may be given its place, once. Nothing else of it ever changes."""

_KEEPS = """
CREATE FUNCTION keeps_rows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'rows of % are never changed or removed', TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END
$$;
CREATE TRIGGER ledger_head_keeps BEFORE UPDATE OR DELETE ON ledger_head
    FOR EACH ROW EXECUTE FUNCTION keeps_rows();
CREATE TRIGGER access_entry_keeps_all BEFORE TRUNCATE ON access_entry
    FOR EACH STATEMENT EXECUTE FUNCTION keeps_rows();
CREATE TRIGGER ledger_head_keeps_all BEFORE TRUNCATE ON ledger_head
    FOR EACH STATEMENT EXECUTE FUNCTION keeps_rows();
CREATE TRIGGER ledger_entry_keeps_all BEFORE TRUNCATE ON ledger_entry
    FOR EACH STATEMENT EXECUTE FUNCTION keeps_rows();
"""

_ACCESS = """
CREATE FUNCTION house_time() RETURNS timestamptz LANGUAGE sql STABLE AS $$
    SELECT coalesce(
        (SELECT clock_at + greatest(now() - clock_set_at, interval '0')
           FROM house WHERE born_as = 'demo' AND clock_at IS NOT NULL),
        now())
$$;
CREATE FUNCTION access_entry_keeps() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND OLD.at + interval '12 months' <= house_time() AND EXISTS (
        SELECT FROM access_day
         WHERE day = (OLD.at AT TIME ZONE 'Europe/Helsinki')::date AND ends_at <= house_time()
    ) THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'rows of access_entry are never changed or removed before their end'
        USING ERRCODE = 'restrict_violation';
END
$$;
CREATE FUNCTION access_day_keeps() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    salted access_day;
BEGIN
    IF TG_OP = 'UPDATE' AND NEW.salt IS NULL AND OLD.ends_at <= house_time() THEN
        salted := NEW;
        salted.salt := OLD.salt;
        IF salted IS NOT DISTINCT FROM OLD THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'rows of access_day are never changed or removed before their end'
        USING ERRCODE = 'restrict_violation';
END
$$;
CREATE TRIGGER access_entry_keeps BEFORE UPDATE OR DELETE ON access_entry
    FOR EACH ROW EXECUTE FUNCTION access_entry_keeps();
CREATE TRIGGER access_day_keeps BEFORE UPDATE OR DELETE ON access_day
    FOR EACH ROW EXECUTE FUNCTION access_day_keeps();
CREATE TRIGGER access_day_keeps_all BEFORE TRUNCATE ON access_day
    FOR EACH STATEMENT EXECUTE FUNCTION keeps_rows();
"""
"""A line of the access log goes when the end of its committed day has come, and never within a
year, whatever a row says: the least that a register may promise (REGISTER D). The clock is the
database's own; in a house born as a demo it is the one that can be moved.
"""

_PLAN = (
    *("id", "number", "unit_id", "by_id", "question", "means_yes", "strata", "first", "last"),
    *("expected", "margin", "goal", "needed", "begun_at", "seed", "committed_leaf"),
)


def _study_keeps(plan: Iterable[str]) -> str:
    old, new = (", ".join(f"{row}.{name}" for name in plan) for row in ("OLD", "NEW"))
    return f"""
CREATE OR REPLACE FUNCTION study_keeps() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE'
       AND ROW({new}) IS NOT DISTINCT FROM ROW({old})
       AND (OLD.frozen_at IS NULL
            OR ROW(NEW.frozen_at, NEW.report) IS NOT DISTINCT FROM ROW(OLD.frozen_at, OLD.report))
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'the plan of a study and its frozen report are never changed'
        USING ERRCODE = 'restrict_violation';
END
$$;
"""


_PUBLISHED = f"""
CREATE TRIGGER article_version_keeps BEFORE UPDATE OR DELETE ON article_version
    FOR EACH ROW EXECUTE FUNCTION keeps_rows();
{_study_keeps(_PLAN)}CREATE TRIGGER study_keeps BEFORE UPDATE OR DELETE ON study
    FOR EACH ROW EXECUTE FUNCTION study_keeps();
"""
"""What is published is never changed: a version of guidance, a study's plan and frozen report."""

PLAN = _study_keeps((*_PLAN, "also", "each", "house"))
"""The same of a plan of several questions. A migration of its own, as the next ones."""
PLAN_WITH_STEPS = _study_keeps((*_PLAN, "also", "each", "house", "steps"))
"""And of one that is answered on a scale."""
PLAN_OF_BEFORE = _study_keeps(_PLAN)

ACKNOWLEDGED = """
CREATE TRIGGER acknowledgement_keeps BEFORE UPDATE OR DELETE ON acknowledgement
    FOR EACH ROW EXECUTE FUNCTION keeps_rows();
CREATE TRIGGER employee_notice_keeps BEFORE UPDATE OR DELETE ON employee_notice
    FOR EACH ROW EXECUTE FUNCTION keeps_rows();
"""
"""What people have said of the employees' notice is only added to (E.0). A migration of its own."""

NOT_ACKNOWLEDGED = """
DROP TRIGGER acknowledgement_keeps ON acknowledgement;
DROP TRIGGER employee_notice_keeps ON employee_notice;
"""

ADOPTED = """
CREATE TRIGGER assessment_step_keeps BEFORE UPDATE OR DELETE ON assessment_step
    FOR EACH ROW EXECUTE FUNCTION keeps_rows();
"""
"""What was proposed, advised and adopted is only added to. A migration of its own."""

NOT_ADOPTED = "DROP TRIGGER assessment_step_keeps ON assessment_step;"

FORWARD = _LEDGER + _KEEPS + _ACCESS + _PUBLISHED
"""Puts the triggers in place; the tables must exist."""

BACKWARD = """
DROP TRIGGER study_keeps ON study;
DROP FUNCTION study_keeps();
DROP TRIGGER article_version_keeps ON article_version;
DROP TRIGGER access_day_keeps_all ON access_day;
DROP TRIGGER access_day_keeps ON access_day;
DROP TRIGGER ledger_entry_keeps_all ON ledger_entry;
DROP TRIGGER ledger_head_keeps_all ON ledger_head;
DROP TRIGGER access_entry_keeps_all ON access_entry;
DROP TRIGGER ledger_head_keeps ON ledger_head;
DROP TRIGGER access_entry_keeps ON access_entry;
DROP TRIGGER ledger_entry_keeps ON ledger_entry;
DROP FUNCTION access_day_keeps();
DROP FUNCTION access_entry_keeps();
DROP FUNCTION house_time();
DROP FUNCTION keeps_rows();
DROP FUNCTION ledger_entry_keeps();
"""
"""Takes them away again: for a developer who steps back a migration, never for a house."""
