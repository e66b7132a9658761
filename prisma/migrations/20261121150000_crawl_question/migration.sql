-- What the schema language cannot say.

-- Whoever asks for what waits already joins it, also when two ask at the same moment.
DELETE FROM "crawl_run" AS "later" USING "crawl_run" AS "earlier"
 WHERE "later"."state" = 'waiting' AND "earlier"."state" = 'waiting' AND "later"."id" > "earlier"."id"
   AND "later"."source_id" = "earlier"."source_id" AND "later"."kind" = "earlier"."kind"
   AND "later"."repository" IS NOT DISTINCT FROM "earlier"."repository";
DROP INDEX "crawl_run_waiting";
CREATE UNIQUE INDEX "crawl_run_waiting" ON "crawl_run" ("source_id", "kind", "repository") NULLS NOT DISTINCT
 WHERE "state" = 'waiting';

-- The question of a source is looked for every half second.
CREATE INDEX "crawl_run_asking" ON "crawl_run" ("source_id", "id") WHERE "state" = 'asking';
