-- What the examination of tags and manifests needs beside the findings: how far it is, and what it cannot see otherwise.

-- CreateTable
CREATE TABLE "examination" (
    "id" INTEGER NOT NULL,
    "version" INTEGER NOT NULL,
    "after_tag_id" BIGINT,
    "after_repository_id" BIGINT,
    "after_manifest_id" BIGINT,
    "started_at" TIMESTAMPTZ(6) NOT NULL,
    "finished_at" TIMESTAMPTZ(6),

    CONSTRAINT "examination_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "finding_spread" (
    "id" BIGSERIAL NOT NULL,
    "tag_id" BIGINT,
    "manifest_id" BIGINT,

    CONSTRAINT "finding_spread_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "missing_child" (
    "repository_id" BIGINT NOT NULL,
    "manifest_id" BIGINT NOT NULL,
    "child_digest" BYTEA NOT NULL,

    CONSTRAINT "missing_child_pkey" PRIMARY KEY ("repository_id","manifest_id","child_digest")
);

-- Below: what the schema language cannot say.

ALTER TABLE "finding_spread" ADD CONSTRAINT "finding_spread_about" CHECK (("tag_id" IS NULL) <> ("manifest_id" IS NULL));

-- What registries have said to be gone until now, of indexes that are held.
INSERT INTO "missing_child" ("repository_id", "manifest_id", "child_digest")
SELECT DISTINCT "held"."repository_id", "held"."manifest_id", "entry"."child_digest"
  FROM "repository_manifest" AS "gone"
  JOIN "manifest" AS "child" ON "child"."id" = "gone"."manifest_id"
  JOIN "index_entry" AS "entry" ON "entry"."child_digest" = "child"."digest"
  JOIN "repository_manifest" AS "held"
    ON "held"."manifest_id" = "entry"."manifest_id" AND "held"."repository_id" = "gone"."repository_id" AND "held"."gone_at" IS NULL
 WHERE "gone"."gone_at" IS NOT NULL;
