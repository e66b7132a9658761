-- Exact counts and coverage read every live tag that is asked about, so they read it from the narrowest index there can
-- be: tags of one repository, set and format share one entry, a million of them take 8 MB.
CREATE INDEX "tag_live_counts" ON "tag" ("platform_set_id", "format", "repository_id") WHERE "manifest_id" IS NOT NULL;
