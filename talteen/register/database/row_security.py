"""The second wall behind the grant: rows that lead into a call show themselves only to who has just
passed a door. For a RunSQL migration.

The role of the pages, ``talteen_web``, sees a row of these tables for as long as a transaction says
which recording is open and by what: the number of a grant, which must stand in the access log for
this very recording, or a step of the house (``register.passage``). A page that forgot to ask, or a
statement that somebody smuggled into one, finds the table empty. Other roles are not pages.

What it does not stop: whoever can make the pages run *any* SQL can say the setting too, and then
needs the number of a grant that was written down for that call. And what it opens is ciphertext.

Tables are named with their schema: whoever reads with a path of their own (``pg_dump``) reads the
same ones.

Rows of a call that is being destroyed are in nobody's way: forgetting must find them.
"""

from types import MappingProxyType

from talteen.engine.postgres.cluster import WEB
from talteen.register.states import Progress

TABLES = MappingProxyType(
    {
        "sealed_note": "words covered and corrected, remarks: what people wrote about a call",
        "draft_part": "words that the machine has heard so far",
        "envelope": "the sealed key of a call on its way into a page",
    }
)
"""The tables, each with a column ``recording_id``, and what in them leads to a call."""
STEPS = ("roll", "number", "step")
"""What the house itself passes for: a roll and a search by number (both over many calls), and a
``door.Step`` on one."""

_DYING = (Progress.REFUSED, Progress.DESTROYING, Progress.UNPLAYABLE_FOREVER, Progress.DESTROYED)

_PASSES = f"""
CREATE FUNCTION passes(of uuid) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT CASE current_setting('talteen.step', true)
        WHEN 'roll' THEN true
        WHEN 'number' THEN true
        WHEN 'step' THEN current_setting('talteen.recording', true) = of::text
        ELSE current_setting('talteen.recording', true) = of::text AND EXISTS (
            SELECT FROM public.access_entry
             WHERE id = nullif(current_setting('talteen.grant', true), '')::bigint
               AND action = 'grant' AND recording = of)
    END IS TRUE OR EXISTS (
        SELECT FROM public.recording
         WHERE id = of AND progress IN ({", ".join(f"'{one.value}'" for one in _DYING)}))
$$;
"""  # noqa: S608  (values of our own enum)

_POLICIES = """
ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
CREATE POLICY not_a_page ON {table} USING (current_user <> '{web}');
CREATE POLICY through_a_door ON {table} USING (current_user = '{web}' AND passes(recording_id));
"""

FORWARD = _PASSES + "".join(_POLICIES.format(table=table, web=WEB) for table in TABLES)
"""Puts the wall up; the tables must exist."""

PAGES = "key_page"
"""The sealed pages, on which the keys of many calls stand: behind the wall of their own below."""
ONE_PAGE = "page_of"
"""The function by which a page is read outside a roll: by its exact name, which stands in the
sealed root and nowhere else. So nobody reads all of them, and nobody reads one by guessing."""

PAGES_FORWARD = f"""
CREATE FUNCTION {ONE_PAGE}(page uuid, n bigint) RETURNS bytea LANGUAGE sql STABLE
    SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT sealed FROM public.{PAGES} AS one
     WHERE one.page = {ONE_PAGE}.page AND one.n = {ONE_PAGE}.n
$$;
ALTER TABLE {PAGES} ENABLE ROW LEVEL SECURITY;
CREATE POLICY not_a_page ON {PAGES} USING (current_user <> '{WEB}');
CREATE POLICY in_a_roll ON {PAGES}
    USING (current_user = '{WEB}' AND current_setting('talteen.step', true) = 'roll');
"""  # noqa: S608  (names of our own)
"""Pages of keys, for a RunSQL migration. The function runs with the rights of the tables' owner."""

PAGES_BACKWARD = (
    f"DROP POLICY in_a_roll ON {PAGES}; DROP POLICY not_a_page ON {PAGES};"
    f"ALTER TABLE {PAGES} DISABLE ROW LEVEL SECURITY; DROP FUNCTION {ONE_PAGE}(uuid, bigint);"
)

BACKWARD = (
    "".join(
        f"DROP POLICY through_a_door ON {table}; DROP POLICY not_a_page ON {table};"
        f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;"
        for table in TABLES
    )
    + "DROP FUNCTION passes(uuid);"
)
"""Takes it down again: for a developer who steps back a migration, never for a house."""
