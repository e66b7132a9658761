-- A crawl walks a registry and repairs what its events did not say.

-- CreateEnum
CREATE TYPE "crawl_kind" AS ENUM ('full', 'repository', 'sample');

-- CreateEnum
CREATE TYPE "crawl_trigger" AS ENUM ('start', 'schedule', 'dirty', 'request');

-- CreateEnum
CREATE TYPE "crawl_state" AS ENUM ('waiting', 'running', 'complete', 'incomplete', 'asking');

-- AlterTable
ALTER TABLE "source" ADD COLUMN "crawl_full_at" TIMESTAMPTZ(6),
ADD COLUMN "crawl_sample_at" TIMESTAMPTZ(6),
ADD COLUMN "crawl_dirty_at" TIMESTAMPTZ(6),
ADD COLUMN "worker_seen_at" TIMESTAMPTZ(6);

-- AlterTable
ALTER TABLE "inbox" ADD COLUMN "crawl_id" BIGINT;

-- AlterTable
ALTER TABLE "repository_manifest" ADD COLUMN "asked_at" TIMESTAMPTZ(6);

-- CreateTable
CREATE TABLE "crawl_run" (
    "id" BIGSERIAL NOT NULL,
    "source_id" INTEGER NOT NULL,
    "kind" "crawl_kind" NOT NULL,
    "repository" TEXT COLLATE "C",
    "trigger" "crawl_trigger" NOT NULL,
    "confirmed" BOOLEAN NOT NULL DEFAULT false,
    "state" "crawl_state" NOT NULL DEFAULT 'waiting',
    "started_at" TIMESTAMPTZ(6) NOT NULL,
    "finished_at" TIMESTAMPTZ(6),
    "generation" INTEGER NOT NULL DEFAULT 0,
    "lease_until" TIMESTAMPTZ(6),
    "cursor" JSONB,
    "expected" INTEGER,
    "seen" INTEGER NOT NULL DEFAULT 0,
    "repaired" INTEGER NOT NULL DEFAULT 0,
    "removed" INTEGER NOT NULL DEFAULT 0,
    "error" TEXT,

    CONSTRAINT "crawl_run_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "crawl_absence" (
    "crawl_id" BIGINT NOT NULL,
    "repository_id" BIGINT NOT NULL,
    "reference" TEXT COLLATE "C" NOT NULL,

    CONSTRAINT "crawl_absence_pkey" PRIMARY KEY ("crawl_id","repository_id","reference")
);

-- CreateIndex
CREATE INDEX "crawl_run_source_id_id_idx" ON "crawl_run"("source_id", "id");

-- AddForeignKey
ALTER TABLE "crawl_run" ADD CONSTRAINT "crawl_run_source_id_fkey" FOREIGN KEY ("source_id") REFERENCES "source"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "crawl_absence" ADD CONSTRAINT "crawl_absence_crawl_id_fkey" FOREIGN KEY ("crawl_id") REFERENCES "crawl_run"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "crawl_absence" ADD CONSTRAINT "crawl_absence_repository_id_fkey" FOREIGN KEY ("repository_id") REFERENCES "repository"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- Below: what the schema language cannot say.

-- A source is walked by one crawl at a time, whoever walks it.
CREATE UNIQUE INDEX "crawl_run_running" ON "crawl_run" ("source_id") WHERE "state" = 'running';
CREATE INDEX "crawl_run_waiting" ON "crawl_run" ("source_id", "id") WHERE "state" = 'waiting';
-- A crawl is over when nothing of the work that it called for is open.
CREATE INDEX "inbox_crawl_open" ON "inbox" ("crawl_id") WHERE "crawl_id" IS NOT NULL AND "state" IN ('new', 'queued');

ALTER TABLE "crawl_run" ADD CONSTRAINT "crawl_run_finished" CHECK (("finished_at" IS NOT NULL) = ("state" IN ('complete', 'incomplete', 'asking')));
ALTER TABLE "crawl_run" ADD CONSTRAINT "crawl_run_leased" CHECK (("lease_until" IS NOT NULL) = ("state" = 'running'));
ALTER TABLE "crawl_run" ADD CONSTRAINT "crawl_run_of_repository" CHECK (("repository" IS NOT NULL) = ("kind" = 'repository'));
