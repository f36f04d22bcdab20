"""four eyes, bound to what they saw: any change ends an approval; a match needs a looked-up warrant and two
confirmations"""

import sqlalchemy as sa
from alembic import op

from api.db import steps

revision: str = "0016"
down_revision: str | None = "0015"
branch_labels = None
depends_on = None

CONTENT = """
CREATE FUNCTION watchlist_content(entry uuid, upto timestamptz) RETURNS bytea LANGUAGE sql STABLE AS $$
  SELECT sha256(convert_to(jsonb_build_object(
    'label', e.label, 'legal_basis', e.legal_basis, 'warrant_number', e.warrant_number, 'court', e.court,
    'picture_source', e.picture_source, 'born', e.born, 'plate', e.plate, 'priority', e.priority,
    'expires_at', extract(epoch FROM e.expires_at), 'review_at', extract(epoch FROM e.review_at),
    'pictures', (SELECT jsonb_agg(jsonb_build_array(p.id, sha256(p.jpeg)) ORDER BY p.id)
                 FROM watchlist_picture p WHERE p.entry_id = e.id),
    'templates', (SELECT jsonb_agg(jsonb_build_array(t.picture_id, t.model, sha256(t.template), t.problem)
                                   ORDER BY t.picture_id, t.model)
                  FROM watchlist_template t JOIN watchlist_picture p ON p.id = t.picture_id
                  WHERE p.entry_id = e.id AND t.created_at <= upto))::text, 'UTF8'))
  FROM watchlist_entry e WHERE e.id = entry
$$;

CREATE FUNCTION watchlist_fact_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.approved_hash IS NOT NULL AND NEW.approved_hash = OLD.approved_hash
     AND (NEW.label, NEW.legal_basis, NEW.warrant_number, NEW.court, NEW.picture_source, NEW.born, NEW.plate,
          NEW.priority, NEW.expires_at, NEW.review_at, NEW.requested_by, NEW.station_id)
         IS DISTINCT FROM
         (OLD.label, OLD.legal_basis, OLD.warrant_number, OLD.court, OLD.picture_source, OLD.born, OLD.plate,
          OLD.priority, OLD.expires_at, OLD.review_at, OLD.requested_by, OLD.station_id) THEN
    NEW.approved_by := NULL; NEW.approved_at := NULL; NEW.approved_hash := NULL;
  END IF;
  RETURN NEW;
END $$;

CREATE FUNCTION watchlist_picture_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE watchlist_entry SET approved_by = NULL, approved_at = NULL, approved_hash = NULL
  WHERE id IN (OLD.entry_id, NEW.entry_id) AND approved_hash IS NOT NULL;
  RETURN NULL;
END $$;

CREATE FUNCTION watchlist_template_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE watchlist_entry SET approved_by = NULL, approved_at = NULL, approved_hash = NULL
  WHERE id IN (SELECT entry_id FROM watchlist_picture WHERE id = OLD.picture_id) AND approved_hash IS NOT NULL;
  RETURN NULL;
END $$;
"""

VIEW = """
CREATE OR REPLACE VIEW watchlist_matchable WITH (security_invoker = true) AS
  SELECT id, station_id, expires_at, priority FROM watchlist_entry
  WHERE approved_at IS NOT NULL AND withdrawn_at IS NULL AND expires_at > now()
    AND approved_hash IS NOT NULL AND (review_at IS NULL OR review_at > now());
"""


def upgrade() -> None:
    steps.run(
        revision,
        [
            steps.sql("approved_hash", "ALTER TABLE watchlist_entry ADD COLUMN approved_hash bytea"),
            steps.sql("functions", CONTENT),
            steps.sql("grants", "GRANT EXECUTE ON FUNCTION watchlist_content(uuid, timestamptz) TO PUBLIC"),
            steps.sql(
                "facts",
                "CREATE TRIGGER fact_changed BEFORE UPDATE ON watchlist_entry "
                "FOR EACH ROW EXECUTE FUNCTION watchlist_fact_changed()",
            ),
            steps.sql(
                "pictures",
                "CREATE TRIGGER picture_changed AFTER INSERT OR UPDATE OR DELETE ON watchlist_picture "
                "FOR EACH ROW EXECUTE FUNCTION watchlist_picture_changed()",
            ),
            steps.sql(
                "templates",
                "CREATE TRIGGER template_changed AFTER UPDATE OR DELETE ON watchlist_template "
                "FOR EACH ROW EXECUTE FUNCTION watchlist_template_changed()",
            ),
            steps.sql("what may match", VIEW),
            steps.short(_alert),
            *steps.foreign_key("fk_alert_first_word_by", "alert", "first_word_by", "account"),
            steps.sql("face_words", "ALTER TABLE station_policy ADD COLUMN face_words integer NOT NULL DEFAULT 2"),
            *steps.check("station_policy", "ck_station_policy_face_words_known", "face_words IN (1, 2)"),
        ],
    )


def _alert() -> None:
    op.add_column("alert", sa.Column("first_word_by", sa.Uuid, nullable=True))
    op.add_column("alert", sa.Column("first_word_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("alert", sa.Column("warrant_checked_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    raise NotImplementedError("restore a backup instead: a downgrade would lose what was recorded since")
