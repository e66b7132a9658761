-- How many live tags there are, counted beside the cataloguing and exact at every moment.

-- CreateEnum
CREATE TYPE "coverage_key" AS ENUM ('platform', 'architecture', 'format', 'registry');

-- CreateTable
CREATE TABLE "tag_count_todo" (
    "id" BIGSERIAL NOT NULL,
    "repository_id" BIGINT NOT NULL,
    "platform_set_id" INTEGER NOT NULL,
    "format" "manifest_format" NOT NULL,
    "tags" INTEGER NOT NULL,

    CONSTRAINT "tag_count_todo_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "repository_tag_count" (
    "repository_id" BIGINT NOT NULL,
    "platform_set_id" INTEGER NOT NULL,
    "format" "manifest_format" NOT NULL,
    "tags" INTEGER NOT NULL,

    CONSTRAINT "repository_tag_count_pkey" PRIMARY KEY ("repository_id","platform_set_id","format")
);

-- CreateTable
CREATE TABLE "tag_count" (
    "registry_id" INTEGER NOT NULL,
    "platform_set_id" INTEGER NOT NULL,
    "format" "manifest_format" NOT NULL,
    "tags" INTEGER NOT NULL,

    CONSTRAINT "tag_count_pkey" PRIMARY KEY ("registry_id","platform_set_id","format")
);

-- CreateTable
CREATE TABLE "coverage_count" (
    "key" "coverage_key" NOT NULL,
    "registry_id" INTEGER NOT NULL,
    "word" TEXT COLLATE "C" NOT NULL,
    "tags" INTEGER NOT NULL,
    "repositories" INTEGER NOT NULL,

    CONSTRAINT "coverage_count_pkey" PRIMARY KEY ("key","registry_id","word")
);

-- Below: what the schema language cannot say.

-- Whoever writes tags, and however, notes in the same statement by how much their number changed. What runs this file
-- cuts it at semicolons, also inside quotes, so that those of a function are written as \x3b.
CREATE FUNCTION "note_tags"() RETURNS trigger LANGUAGE plpgsql AS E'
BEGIN
  INSERT INTO tag_count_todo (repository_id, platform_set_id, format, tags)
  SELECT repository_id, platform_set_id, format, TG_ARGV[0]::int * count(*)
    FROM noted WHERE manifest_id IS NOT NULL GROUP BY 1, 2, 3 ORDER BY 1, 2, 3\x3b
  RETURN NULL\x3b
END';

-- An update that moves no tag from one set or format to another notes nothing.
CREATE FUNCTION "note_changed_tags"() RETURNS trigger LANGUAGE plpgsql AS E'
BEGIN
  INSERT INTO tag_count_todo (repository_id, platform_set_id, format, tags)
  SELECT repository_id, platform_set_id, format, sum(step)
    FROM (
      SELECT repository_id, platform_set_id, format, manifest_id, -1 AS step FROM former
      UNION ALL SELECT repository_id, platform_set_id, format, manifest_id, 1 FROM latter
    ) AS noted
   WHERE manifest_id IS NOT NULL GROUP BY 1, 2, 3 HAVING sum(step) <> 0 ORDER BY 1, 2, 3\x3b
  RETURN NULL\x3b
END';

CREATE FUNCTION "forget_tag_counts"() RETURNS trigger LANGUAGE plpgsql AS E'
BEGIN
  TRUNCATE tag_count_todo, repository_tag_count, tag_count, coverage_count\x3b
  RETURN NULL\x3b
END';

-- In one statement, so that no tag is written between the triggers and the first count.
DO E'
BEGIN
  LOCK TABLE tag IN SHARE ROW EXCLUSIVE MODE\x3b
  CREATE TRIGGER tag_count_inserted AFTER INSERT ON tag
    REFERENCING NEW TABLE AS noted FOR EACH STATEMENT EXECUTE FUNCTION note_tags(''1'')\x3b
  CREATE TRIGGER tag_count_deleted AFTER DELETE ON tag
    REFERENCING OLD TABLE AS noted FOR EACH STATEMENT EXECUTE FUNCTION note_tags(''-1'')\x3b
  CREATE TRIGGER tag_count_updated AFTER UPDATE ON tag
    REFERENCING OLD TABLE AS former NEW TABLE AS latter FOR EACH STATEMENT EXECUTE FUNCTION note_changed_tags()\x3b
  CREATE TRIGGER tag_count_truncated AFTER TRUNCATE ON tag
    FOR EACH STATEMENT EXECUTE FUNCTION forget_tag_counts()\x3b
  INSERT INTO tag_count_todo (repository_id, platform_set_id, format, tags)
  SELECT repository_id, platform_set_id, format, count(*) FROM tag WHERE manifest_id IS NOT NULL GROUP BY 1, 2, 3\x3b
END';
