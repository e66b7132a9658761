-- Findings are written by the million, and each index costs every one of them more than the row does. Pages are merged from
-- groups: those of a policy, or of another kind, open ones apart from closed ones. Nobody needs orders over all of them,
-- and what is open in a repository is found by its tags.

-- DropIndex
DROP INDEX "finding_severity_opened_at_id_idx";

-- DropIndex
DROP INDEX "finding_opened_at_id_idx";

-- Below: what the schema language cannot say.

DROP INDEX "finding_open_by_severity";
DROP INDEX "finding_open_by_repository";
CREATE INDEX "finding_closed_by_policy" ON "finding" ("policy_id", "severity", "opened_at", "id")
 WHERE "closed_at" IS NOT NULL AND "kind" = 'policy';
CREATE INDEX "finding_closed_by_kind" ON "finding" ("kind", "severity", "opened_at", "id")
 WHERE "closed_at" IS NOT NULL AND "kind" <> 'policy';
CREATE INDEX "finding_closed_by_repository" ON "finding" ("repository_id", "severity") WHERE "closed_at" IS NOT NULL;
