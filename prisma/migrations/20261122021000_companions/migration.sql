-- Tags that tools have written beside an image are sought in its repository, for each image of it.
DROP INDEX "tag_live_companion";
CREATE INDEX "tag_live_companion" ON "tag" ("repository_id", "name") WHERE "manifest_id" IS NOT NULL AND "name" LIKE 'sha256-%';
