-- What must hold of tags (policies), what does not (findings), and for how long that is accepted (waivers).

-- CreateEnum
CREATE TYPE "severity" AS ENUM ('low', 'medium', 'high', 'critical');

-- CreateEnum
CREATE TYPE "finding_kind" AS ENUM ('policy', 'platform_lost', 'platform_mismatch', 'broken_index', 'invalid_manifest', 'legacy_format', 'stale_base', 'tag_rolled_back');

-- AlterEnum
ALTER TYPE "change_kind" ADD VALUE 'finding_opened';
ALTER TYPE "change_kind" ADD VALUE 'finding_closed';

-- AlterTable
ALTER TABLE "change" ALTER COLUMN "tag_id" DROP NOT NULL,
ADD COLUMN "finding_id" BIGINT;

-- CreateTable
CREATE TABLE "policy" (
    "id" SERIAL NOT NULL,
    "name" TEXT COLLATE "C" NOT NULL,
    "description" TEXT,
    "owner" TEXT,
    "severity" "severity" NOT NULL,
    "where_filter" JSONB NOT NULL,
    "require_filter" JSONB NOT NULL,
    "definition_hash" BYTEA NOT NULL,
    "removed_at" TIMESTAMPTZ(6),
    "evaluated_hash" BYTEA,
    "evaluated_at" TIMESTAMPTZ(6),
    "evaluation_started_at" TIMESTAMPTZ(6),
    "evaluation_done" BIGINT NOT NULL DEFAULT 0,
    "evaluation_expected" BIGINT NOT NULL DEFAULT 0,

    CONSTRAINT "policy_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "finding" (
    "id" BIGSERIAL NOT NULL,
    "kind" "finding_kind" NOT NULL,
    "severity" "severity" NOT NULL,
    "policy_id" INTEGER,
    "repository_id" BIGINT NOT NULL,
    "tag_id" BIGINT,
    "manifest_id" BIGINT,
    "subject" TEXT COLLATE "C" NOT NULL DEFAULT '',
    "detail" JSONB,
    "opened_at" TIMESTAMPTZ(6) NOT NULL,
    "closed_at" TIMESTAMPTZ(6),

    CONSTRAINT "finding_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "waiver" (
    "id" BIGSERIAL NOT NULL,
    "finding_id" BIGINT NOT NULL,
    "until_at" TIMESTAMPTZ(6) NOT NULL,
    "reason" TEXT NOT NULL,
    "by" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(6) NOT NULL,

    CONSTRAINT "waiver_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "finding_todo" (
    "id" BIGSERIAL NOT NULL,
    "tag_id" BIGINT,
    "repository_id" BIGINT,
    "manifest_id" BIGINT,

    CONSTRAINT "finding_todo_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "policy_name_key" ON "policy"("name");

-- CreateIndex
CREATE INDEX "waiver_finding_id_id_idx" ON "waiver"("finding_id", "id");

-- AddForeignKey
ALTER TABLE "waiver" ADD CONSTRAINT "waiver_finding_id_fkey" FOREIGN KEY ("finding_id") REFERENCES "finding"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- Below: what the schema language cannot say.

-- A finding is about a tag, or about a manifest in a repository. While it is open there is one of its kind and subject.
ALTER TABLE "finding" ADD CONSTRAINT "finding_policy" CHECK (("kind" = 'policy') = ("policy_id" IS NOT NULL));
ALTER TABLE "finding" ADD CONSTRAINT "finding_about" CHECK ("tag_id" IS NOT NULL OR "manifest_id" IS NOT NULL);
CREATE UNIQUE INDEX "finding_open_of_tag" ON "finding" ("tag_id", "kind", "policy_id", "subject") NULLS NOT DISTINCT
 WHERE "closed_at" IS NULL AND "tag_id" IS NOT NULL;
CREATE UNIQUE INDEX "finding_open_of_manifest" ON "finding" ("repository_id", "manifest_id", "kind", "subject")
 WHERE "closed_at" IS NULL AND "tag_id" IS NULL;
ALTER TABLE "finding_todo" ADD CONSTRAINT "finding_todo_about"
 CHECK (("tag_id" IS NULL) = ("manifest_id" IS NOT NULL) AND ("repository_id" IS NULL) = ("manifest_id" IS NULL));
