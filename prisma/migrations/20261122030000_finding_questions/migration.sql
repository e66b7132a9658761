-- Findings by severity and by age, of one policy, kind or repository, how many there are (exact at every moment), and
-- until when each is accepted.

-- AlterTable
ALTER TABLE "finding" ADD COLUMN "waived_until" TIMESTAMPTZ(6);

-- CreateTable
CREATE TABLE "finding_count_todo" (
    "id" BIGSERIAL NOT NULL,
    "repository_id" BIGINT NOT NULL,
    "kind" "finding_kind" NOT NULL,
    "severity" "severity" NOT NULL,
    "policy_id" INTEGER NOT NULL,
    "is_open" BOOLEAN NOT NULL,
    "findings" INTEGER NOT NULL,

    CONSTRAINT "finding_count_todo_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "finding_count" (
    "kind" "finding_kind" NOT NULL,
    "severity" "severity" NOT NULL,
    "policy_id" INTEGER NOT NULL,
    "is_open" BOOLEAN NOT NULL,
    "findings" INTEGER NOT NULL,

    CONSTRAINT "finding_count_pkey" PRIMARY KEY ("kind","severity","policy_id","is_open")
);

-- CreateTable
CREATE TABLE "repository_finding_count" (
    "repository_id" BIGINT NOT NULL,
    "kind" "finding_kind" NOT NULL,
    "severity" "severity" NOT NULL,
    "policy_id" INTEGER NOT NULL,
    "is_open" BOOLEAN NOT NULL,
    "findings" INTEGER NOT NULL,

    CONSTRAINT "repository_finding_count_pkey" PRIMARY KEY ("repository_id","kind","severity","policy_id","is_open")
);

-- CreateIndex
CREATE INDEX "finding_severity_opened_at_id_idx" ON "finding"("severity", "opened_at", "id");

-- CreateIndex
CREATE INDEX "finding_opened_at_id_idx" ON "finding"("opened_at", "id");

-- Below: what the schema language cannot say.

-- What is open is asked for most, and stays small while closed findings pile up. Most findings are of policies, so the
-- order by kind is for the others alone.
CREATE INDEX "finding_open_by_severity" ON "finding" ("severity", "opened_at", "id") WHERE "closed_at" IS NULL;
CREATE INDEX "finding_open_by_policy" ON "finding" ("policy_id", "severity", "opened_at", "id")
 WHERE "closed_at" IS NULL AND "kind" = 'policy';
CREATE INDEX "finding_open_by_kind" ON "finding" ("kind", "severity", "opened_at", "id")
 WHERE "closed_at" IS NULL AND "kind" <> 'policy';
CREATE INDEX "finding_open_by_repository" ON "finding" ("repository_id", "severity", "opened_at", "id")
 WHERE "closed_at" IS NULL;
CREATE INDEX "finding_waived" ON "finding" ("waived_until") WHERE "waived_until" IS NOT NULL;

-- The last waiver counts, whoever wrote it. What runs this file cuts it at semicolons, also inside quotes, so that
-- those of a function are written as \x3b.
CREATE FUNCTION "note_waivers"() RETURNS trigger LANGUAGE plpgsql AS E'
BEGIN
  UPDATE finding SET waived_until = last.until_at
    FROM (SELECT DISTINCT ON (finding_id) finding_id, until_at FROM noted ORDER BY finding_id, id DESC) AS last
   WHERE finding.id = last.finding_id\x3b
  RETURN NULL\x3b
END';

-- Whoever writes findings, and however, notes in the same statement by how much their number changed.
CREATE FUNCTION "note_findings"() RETURNS trigger LANGUAGE plpgsql AS E'
BEGIN
  INSERT INTO finding_count_todo (repository_id, kind, severity, policy_id, is_open, findings)
  SELECT repository_id, kind, severity, coalesce(policy_id, 0), closed_at IS NULL, TG_ARGV[0]::int * count(*)
    FROM noted GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2, 3, 4, 5\x3b
  RETURN NULL\x3b
END';

-- An update that neither opens nor closes a finding, nor makes it of another severity, notes nothing.
CREATE FUNCTION "note_changed_findings"() RETURNS trigger LANGUAGE plpgsql AS E'
BEGIN
  INSERT INTO finding_count_todo (repository_id, kind, severity, policy_id, is_open, findings)
  SELECT repository_id, kind, severity, coalesce(policy_id, 0), closed_at IS NULL, sum(step)
    FROM (
      SELECT repository_id, kind, severity, policy_id, closed_at, -1 AS step FROM former
      UNION ALL SELECT repository_id, kind, severity, policy_id, closed_at, 1 FROM latter
    ) AS noted
   GROUP BY 1, 2, 3, 4, 5 HAVING sum(step) <> 0 ORDER BY 1, 2, 3, 4, 5\x3b
  RETURN NULL\x3b
END';

CREATE FUNCTION "forget_finding_counts"() RETURNS trigger LANGUAGE plpgsql AS E'
BEGIN
  TRUNCATE finding_count_todo, finding_count, repository_finding_count\x3b
  RETURN NULL\x3b
END';

-- In one statement, so that nothing is written between the triggers and the first count.
DO E'
BEGIN
  LOCK TABLE finding, waiver IN SHARE ROW EXCLUSIVE MODE\x3b
  UPDATE finding SET waived_until = (
    SELECT until_at FROM waiver WHERE waiver.finding_id = finding.id ORDER BY waiver.id DESC LIMIT 1
  ) WHERE id IN (SELECT finding_id FROM waiver)\x3b
  CREATE TRIGGER waiver_inserted AFTER INSERT ON waiver
    REFERENCING NEW TABLE AS noted FOR EACH STATEMENT EXECUTE FUNCTION note_waivers()\x3b
  CREATE TRIGGER finding_count_inserted AFTER INSERT ON finding
    REFERENCING NEW TABLE AS noted FOR EACH STATEMENT EXECUTE FUNCTION note_findings(''1'')\x3b
  CREATE TRIGGER finding_count_deleted AFTER DELETE ON finding
    REFERENCING OLD TABLE AS noted FOR EACH STATEMENT EXECUTE FUNCTION note_findings(''-1'')\x3b
  CREATE TRIGGER finding_count_updated AFTER UPDATE ON finding
    REFERENCING OLD TABLE AS former NEW TABLE AS latter FOR EACH STATEMENT EXECUTE FUNCTION note_changed_findings()\x3b
  CREATE TRIGGER finding_count_truncated AFTER TRUNCATE ON finding
    FOR EACH STATEMENT EXECUTE FUNCTION forget_finding_counts()\x3b
  INSERT INTO finding_count_todo (repository_id, kind, severity, policy_id, is_open, findings)
  SELECT repository_id, kind, severity, coalesce(policy_id, 0), closed_at IS NULL, count(*)
    FROM finding GROUP BY 1, 2, 3, 4, 5\x3b
END';
