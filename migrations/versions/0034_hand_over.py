"""hand-over of a case to another station"""

from alembic import op

from api.db import steps

revision: str = "0034"
down_revision: str | None = "0033"
branch_labels = None
depends_on = None

HERE = "(SELECT NULLIF(current_setting('sipha.station_id', true), '')::uuid)"
WITHDRAWALS = "'taken', 'diverted', 'swapped', 'ended', 'shift_ended', 'by_hand', 'corrected', 'handed_over'"
DEADLINES = (
    "'offer_delivery', 'offer_reminder', 'offer_expiry', 'try_again', 'no_taker', 'forecast', 'replan', 'alarm_chain', "
    "'aid_over', 'report_unopened', 'report_unheard', 'alert_decision', 'hand_over_unanswered', 'handed_over'"
)
ALARMS = (
    "'no_taker', 'first_silence', 'nobody_left', 'forecast_late', 'reporter', 'sos_over_limit', 'entry_withdrawn', "
    "'backup', 'aid_wanted', 'report_unopened', 'restored', 'about_police', 'hand_over_asked', 'hand_over_refused', "
    "'hand_over_unanswered'"
)
ANSWERED = "answer, answer_reason, answered_at"

COLUMNS = """
ALTER TABLE incident_aid ADD COLUMN hand_over boolean NOT NULL DEFAULT false, ADD COLUMN reason text,
  ADD COLUMN answer varchar, ADD COLUMN answer_reason text, ADD COLUMN answered_at timestamptz,
  ADD COLUMN from_name_th text, ADD COLUMN from_name_en text, ADD COLUMN from_reference text, ADD COLUMN priority integer
"""

FUNCTIONS = """
CREATE FUNCTION stations_near(lon double precision, lat double precision, most integer)
RETURNS TABLE (id uuid, name_th text, name_en text, inside boolean, distance_m double precision)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  WITH place AS (SELECT public.ST_SetSRID(public.ST_MakePoint(lon, lat), 4326)::public.geography AS point)
  SELECT s.id, s.name_th, s.name_en, public.ST_Intersects(s.area, place.point),
         public.ST_Distance(s.area, place.point)
  FROM public.station s, place
  WHERE s.area IS NOT NULL AND s.id <> NULLIF(current_setting('sipha.station_id', true), '')::uuid
  ORDER BY public.ST_Distance(s.area, place.point), s.name_th LIMIT most
$$;
"""


def upgrade() -> None:
    steps.run(
        revision,
        [
            steps.sql("hand-over", COLUMNS),
            *steps.check(
                "incident_aid", "ck_incident_aid_answer_known", "answer IN ('accepted', 'refused', 'taken_back')"
            ),
            *steps.check(
                "assignment",
                "ck_assignment_withdrawn_because_known",
                f"withdrawn_because IN ({WITHDRAWALS})",
                instead=True,
            ),
            *steps.check("deadline", "ck_deadline_kind_known", f"kind IN ({DEADLINES})", instead=True),
            *steps.check("alarm", "ck_alarm_reason_known", f"reason IN ({ALARMS})", instead=True),
            steps.index(
                "uq_incident_aid_open_hand_over",
                "incident_aid (incident_id) WHERE hand_over AND answer IS NULL AND ended_at IS NULL",
                unique=True,
            ),
            steps.short(_rights),
            steps.short(_functions),
        ],
    )


def _rights() -> None:
    """Either station answers; the province reads; words and pictures of a shared case come with it."""
    op.execute(f"GRANT UPDATE ({ANSWERED}) ON incident_aid TO sipha_app, sipha_jobs")
    op.execute(
        f"CREATE POLICY province ON incident_aid FOR SELECT TO sipha_app, sipha_jobs "
        f"USING (hand_over AND station_id IN (SELECT s.id FROM station s WHERE s.province_id = {HERE}))"
    )
    for table in ("report_message", "report_photo"):
        op.execute(
            f"CREATE POLICY shared ON {table} FOR SELECT TO sipha_app, sipha_jobs "
            f"USING (EXISTS (SELECT FROM report r WHERE r.id = {table}.report_id))"
        )


def _functions() -> None:
    op.execute(FUNCTIONS)
    signature = "stations_near(double precision, double precision, integer)"
    op.execute(f"ALTER FUNCTION {signature} OWNER TO sipha_definer")
    op.execute(f"REVOKE ALL ON FUNCTION {signature} FROM PUBLIC")
    op.execute(f"GRANT EXECUTE ON FUNCTION {signature} TO sipha_app, sipha_jobs")


def downgrade() -> None:
    raise NotImplementedError("restore a backup instead: a downgrade would lose what was recorded since")
