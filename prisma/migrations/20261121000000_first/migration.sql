-- CreateSchema
CREATE SCHEMA IF NOT EXISTS "public";

-- CreateEnum
CREATE TYPE "source_state" AS ENUM ('healthy', 'degraded', 'unreachable', 'unauthorized');

-- CreateEnum
CREATE TYPE "inbox_state" AS ENUM ('new', 'queued', 'done', 'ignored', 'quarantined');

-- CreateEnum
CREATE TYPE "inbox_work" AS ENUM ('manifest', 'manifest_deletion', 'tag', 'tag_deletion', 'repository_deletion', 'none');

-- CreateEnum
CREATE TYPE "manifest_kind" AS ENUM ('image', 'index', 'artifact');

-- CreateEnum
CREATE TYPE "manifest_format" AS ENUM ('docker_schema1', 'docker_schema2', 'docker_list', 'oci_image', 'oci_index');

-- CreateEnum
CREATE TYPE "manifest_status" AS ENUM ('valid', 'invalid');

-- CreateEnum
CREATE TYPE "artifact_kind" AS ENUM ('signature', 'sbom', 'provenance', 'attestation', 'helm_chart', 'wasm', 'other');

-- CreateEnum
CREATE TYPE "index_entry_kind" AS ENUM ('platform', 'attestation', 'signature', 'sbom', 'artifact', 'index', 'unknown');

-- CreateEnum
CREATE TYPE "fact_origin" AS ENUM ('event', 'crawl', 'import');

-- CreateTable
CREATE TABLE "registry" (
    "id" SERIAL NOT NULL,
    "host" TEXT COLLATE "C" NOT NULL,

    CONSTRAINT "registry_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "source" (
    "id" SERIAL NOT NULL,
    "name" TEXT COLLATE "C" NOT NULL,
    "dialect" TEXT NOT NULL,
    "registry_id" INTEGER NOT NULL,
    "state" "source_state" NOT NULL DEFAULT 'healthy',
    "state_reason" TEXT,
    "paused_until" TIMESTAMPTZ(6),
    "dirty_since" TIMESTAMPTZ(6),

    CONSTRAINT "source_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "source_instance" (
    "source_id" INTEGER NOT NULL,
    "instance_id" TEXT COLLATE "C" NOT NULL,
    "first_seen_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "source_instance_pkey" PRIMARY KEY ("source_id","instance_id")
);

-- CreateTable
CREATE TABLE "inbox" (
    "id" BIGSERIAL NOT NULL,
    "source_id" INTEGER NOT NULL,
    "dedupe_key" BYTEA NOT NULL,
    "content_hash" BYTEA NOT NULL,
    "root_id" BIGINT,
    "depth" SMALLINT NOT NULL DEFAULT 0,
    "work" "inbox_work" NOT NULL,
    "action" TEXT NOT NULL,
    "repository" TEXT,
    "tag" TEXT,
    "digest" BYTEA,
    "actor" TEXT,
    "source_time" TIMESTAMPTZ(6),
    "raw" BYTEA NOT NULL,
    "received_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "state" "inbox_state" NOT NULL,
    "generation" INTEGER NOT NULL DEFAULT 0,
    "starts" SMALLINT NOT NULL DEFAULT 0,
    "attempts" SMALLINT NOT NULL DEFAULT 0,
    "looks" SMALLINT NOT NULL DEFAULT 0,
    "next_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "lease_until" TIMESTAMPTZ(6),
    "reason" TEXT,
    "detail" TEXT,
    "finished_at" TIMESTAMPTZ(6),

    CONSTRAINT "inbox_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "media_type" (
    "id" SERIAL NOT NULL,
    "name" TEXT COLLATE "C" NOT NULL,

    CONSTRAINT "media_type_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "platform" (
    "id" SERIAL NOT NULL,
    "name" TEXT COLLATE "C" NOT NULL,
    "os" TEXT NOT NULL,
    "architecture" TEXT NOT NULL,
    "variant" TEXT,
    "os_version" TEXT,
    "os_features" TEXT[] DEFAULT ARRAY[]::TEXT[],

    CONSTRAINT "platform_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "platform_set" (
    "id" SERIAL NOT NULL,
    "members" INTEGER[],

    CONSTRAINT "platform_set_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "repository" (
    "id" BIGSERIAL NOT NULL,
    "registry_id" INTEGER NOT NULL,
    "name" TEXT COLLATE "C" NOT NULL,
    "updated_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "repository_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "manifest" (
    "id" BIGSERIAL NOT NULL,
    "digest" BYTEA NOT NULL,
    "kind" "manifest_kind" NOT NULL,
    "format" "manifest_format" NOT NULL,
    "media_type_id" INTEGER NOT NULL,
    "size_bytes" BIGINT NOT NULL,
    "status" "manifest_status" NOT NULL,
    "problems" JSONB,
    "annotations" JSONB,
    "artifact_type_id" INTEGER,
    "artifact_kind" "artifact_kind",
    "subject_digest" BYTEA,
    "config_id" BIGINT,
    "platform_id" INTEGER,
    "platform_set_id" INTEGER NOT NULL,
    "total_bytes" BIGINT NOT NULL,
    "layer_count" INTEGER NOT NULL DEFAULT 0,
    "chain_id" BYTEA,
    "diff_chain_id" BYTEA,
    "first_seen_at" TIMESTAMPTZ(6) NOT NULL,
    "first_seen_via" "fact_origin" NOT NULL,
    "verified_at" TIMESTAMPTZ(6) NOT NULL,

    CONSTRAINT "manifest_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "manifest_document" (
    "manifest_id" BIGINT NOT NULL,
    "bytes" BYTEA NOT NULL,

    CONSTRAINT "manifest_document_pkey" PRIMARY KEY ("manifest_id")
);

-- CreateTable
CREATE TABLE "image_config" (
    "id" BIGSERIAL NOT NULL,
    "digest" BYTEA NOT NULL,
    "media_type_id" INTEGER NOT NULL,
    "size_bytes" BIGINT NOT NULL,
    "document" BYTEA NOT NULL,
    "platform_id" INTEGER,
    "created_at" TIMESTAMPTZ(6),
    "labels" JSONB,

    CONSTRAINT "image_config_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "layer" (
    "id" BIGSERIAL NOT NULL,
    "digest" BYTEA NOT NULL,
    "media_type_id" INTEGER NOT NULL,
    "size_bytes" BIGINT NOT NULL,

    CONSTRAINT "layer_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "image_layer" (
    "manifest_id" BIGINT NOT NULL,
    "position" SMALLINT NOT NULL,
    "layer_id" BIGINT NOT NULL,
    "diff_id" BYTEA,
    "chain_id" BYTEA NOT NULL,
    "diff_chain_id" BYTEA,

    CONSTRAINT "image_layer_pkey" PRIMARY KEY ("manifest_id","position")
);

-- CreateTable
CREATE TABLE "index_entry" (
    "manifest_id" BIGINT NOT NULL,
    "position" SMALLINT NOT NULL,
    "child_digest" BYTEA NOT NULL,
    "media_type_id" INTEGER NOT NULL,
    "size_bytes" BIGINT NOT NULL,
    "kind" "index_entry_kind" NOT NULL,
    "platform_id" INTEGER,
    "raw_platform" TEXT,
    "artifact_type_id" INTEGER,
    "annotations" JSONB,

    CONSTRAINT "index_entry_pkey" PRIMARY KEY ("manifest_id","position")
);

-- CreateTable
CREATE TABLE "repository_manifest" (
    "repository_id" BIGINT NOT NULL,
    "manifest_id" BIGINT NOT NULL,
    "first_seen_at" TIMESTAMPTZ(6) NOT NULL,
    "via" "fact_origin" NOT NULL,
    "gone_at" TIMESTAMPTZ(6),

    CONSTRAINT "repository_manifest_pkey" PRIMARY KEY ("repository_id","manifest_id")
);

-- CreateTable
CREATE TABLE "tag" (
    "id" BIGSERIAL NOT NULL,
    "repository_id" BIGINT NOT NULL,
    "name" TEXT COLLATE "C" NOT NULL,
    "reference" TEXT COLLATE "C" NOT NULL,
    "version" INTEGER NOT NULL,
    "manifest_id" BIGINT,
    "platform_set_id" INTEGER,
    "format" "manifest_format",
    "total_bytes" BIGINT,
    "pushed_at" TIMESTAMPTZ(6),
    "observed_at" TIMESTAMPTZ(6) NOT NULL,

    CONSTRAINT "tag_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "tag_interval" (
    "id" BIGSERIAL NOT NULL,
    "tag_id" BIGINT NOT NULL,
    "manifest_id" BIGINT NOT NULL,
    "from_at" TIMESTAMPTZ(6) NOT NULL,
    "to_at" TIMESTAMPTZ(6),
    "via" "fact_origin" NOT NULL,
    "actor" TEXT,

    CONSTRAINT "tag_interval_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "registry_host_key" ON "registry"("host");

-- CreateIndex
CREATE UNIQUE INDEX "source_name_key" ON "source"("name");

-- CreateIndex
CREATE INDEX "inbox_root_id_idx" ON "inbox"("root_id");

-- CreateIndex
CREATE UNIQUE INDEX "inbox_source_id_dedupe_key_key" ON "inbox"("source_id", "dedupe_key");

-- CreateIndex
CREATE UNIQUE INDEX "media_type_name_key" ON "media_type"("name");

-- CreateIndex
CREATE UNIQUE INDEX "platform_name_key" ON "platform"("name");

-- CreateIndex
CREATE UNIQUE INDEX "platform_set_members_key" ON "platform_set"("members");

-- CreateIndex
CREATE UNIQUE INDEX "repository_registry_id_name_key" ON "repository"("registry_id", "name");

-- CreateIndex
CREATE UNIQUE INDEX "manifest_digest_key" ON "manifest"("digest");

-- CreateIndex
CREATE INDEX "manifest_chain_id_idx" ON "manifest"("chain_id");

-- CreateIndex
CREATE INDEX "manifest_diff_chain_id_idx" ON "manifest"("diff_chain_id");

-- CreateIndex
CREATE INDEX "manifest_subject_digest_idx" ON "manifest"("subject_digest");

-- CreateIndex
CREATE INDEX "manifest_config_id_idx" ON "manifest"("config_id");

-- CreateIndex
CREATE UNIQUE INDEX "image_config_digest_key" ON "image_config"("digest");

-- CreateIndex
CREATE UNIQUE INDEX "layer_digest_key" ON "layer"("digest");

-- CreateIndex
CREATE INDEX "image_layer_layer_id_manifest_id_idx" ON "image_layer"("layer_id", "manifest_id");

-- CreateIndex
CREATE INDEX "image_layer_chain_id_idx" ON "image_layer"("chain_id");

-- CreateIndex
CREATE INDEX "image_layer_diff_chain_id_idx" ON "image_layer"("diff_chain_id");

-- CreateIndex
CREATE INDEX "index_entry_child_digest_idx" ON "index_entry"("child_digest");

-- CreateIndex
CREATE INDEX "repository_manifest_manifest_id_idx" ON "repository_manifest"("manifest_id");

-- CreateIndex
CREATE UNIQUE INDEX "tag_repository_id_name_key" ON "tag"("repository_id", "name");

-- CreateIndex
CREATE INDEX "tag_interval_tag_id_from_at_idx" ON "tag_interval"("tag_id", "from_at");

-- CreateIndex
CREATE INDEX "tag_interval_manifest_id_idx" ON "tag_interval"("manifest_id");

-- AddForeignKey
ALTER TABLE "source" ADD CONSTRAINT "source_registry_id_fkey" FOREIGN KEY ("registry_id") REFERENCES "registry"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "source_instance" ADD CONSTRAINT "source_instance_source_id_fkey" FOREIGN KEY ("source_id") REFERENCES "source"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "inbox" ADD CONSTRAINT "inbox_source_id_fkey" FOREIGN KEY ("source_id") REFERENCES "source"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "repository" ADD CONSTRAINT "repository_registry_id_fkey" FOREIGN KEY ("registry_id") REFERENCES "registry"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "manifest" ADD CONSTRAINT "manifest_media_type_id_fkey" FOREIGN KEY ("media_type_id") REFERENCES "media_type"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "manifest" ADD CONSTRAINT "manifest_artifact_type_id_fkey" FOREIGN KEY ("artifact_type_id") REFERENCES "media_type"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "manifest" ADD CONSTRAINT "manifest_config_id_fkey" FOREIGN KEY ("config_id") REFERENCES "image_config"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "manifest" ADD CONSTRAINT "manifest_platform_id_fkey" FOREIGN KEY ("platform_id") REFERENCES "platform"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "manifest" ADD CONSTRAINT "manifest_platform_set_id_fkey" FOREIGN KEY ("platform_set_id") REFERENCES "platform_set"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "manifest_document" ADD CONSTRAINT "manifest_document_manifest_id_fkey" FOREIGN KEY ("manifest_id") REFERENCES "manifest"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "image_config" ADD CONSTRAINT "image_config_media_type_id_fkey" FOREIGN KEY ("media_type_id") REFERENCES "media_type"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "image_config" ADD CONSTRAINT "image_config_platform_id_fkey" FOREIGN KEY ("platform_id") REFERENCES "platform"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "layer" ADD CONSTRAINT "layer_media_type_id_fkey" FOREIGN KEY ("media_type_id") REFERENCES "media_type"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "image_layer" ADD CONSTRAINT "image_layer_manifest_id_fkey" FOREIGN KEY ("manifest_id") REFERENCES "manifest"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "image_layer" ADD CONSTRAINT "image_layer_layer_id_fkey" FOREIGN KEY ("layer_id") REFERENCES "layer"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "index_entry" ADD CONSTRAINT "index_entry_manifest_id_fkey" FOREIGN KEY ("manifest_id") REFERENCES "manifest"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "index_entry" ADD CONSTRAINT "index_entry_media_type_id_fkey" FOREIGN KEY ("media_type_id") REFERENCES "media_type"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "index_entry" ADD CONSTRAINT "index_entry_artifact_type_id_fkey" FOREIGN KEY ("artifact_type_id") REFERENCES "media_type"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "index_entry" ADD CONSTRAINT "index_entry_platform_id_fkey" FOREIGN KEY ("platform_id") REFERENCES "platform"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "repository_manifest" ADD CONSTRAINT "repository_manifest_repository_id_fkey" FOREIGN KEY ("repository_id") REFERENCES "repository"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "repository_manifest" ADD CONSTRAINT "repository_manifest_manifest_id_fkey" FOREIGN KEY ("manifest_id") REFERENCES "manifest"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "tag" ADD CONSTRAINT "tag_repository_id_fkey" FOREIGN KEY ("repository_id") REFERENCES "repository"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "tag" ADD CONSTRAINT "tag_manifest_id_fkey" FOREIGN KEY ("manifest_id") REFERENCES "manifest"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "tag" ADD CONSTRAINT "tag_platform_set_id_fkey" FOREIGN KEY ("platform_set_id") REFERENCES "platform_set"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "tag_interval" ADD CONSTRAINT "tag_interval_tag_id_fkey" FOREIGN KEY ("tag_id") REFERENCES "tag"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "tag_interval" ADD CONSTRAINT "tag_interval_manifest_id_fkey" FOREIGN KEY ("manifest_id") REFERENCES "manifest"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- Below: what the schema language cannot say.

-- The relay reads what is due, source by source.
CREATE INDEX "inbox_due" ON "inbox" ("source_id", "next_at", "id") WHERE "state" = 'new';
-- The sweep reads leases that ran out, and the relay counts what each source has in flight.
CREATE INDEX "inbox_leased" ON "inbox" ("source_id", "lease_until") WHERE "state" = 'queued';
-- Operators list and replay what was set aside.
CREATE INDEX "inbox_quarantined" ON "inbox" ("source_id", "id") WHERE "state" = 'quarantined';
-- "When did this source last say something?"
CREATE INDEX "inbox_received" ON "inbox" ("source_id", "id") WHERE "root_id" IS NULL;

-- The hot lists hold live tags only.
CREATE INDEX "tag_live_reference" ON "tag" ("reference", "id") WHERE "manifest_id" IS NOT NULL;
CREATE INDEX "tag_live_platform_set" ON "tag" ("platform_set_id", "reference", "id") WHERE "manifest_id" IS NOT NULL;
CREATE INDEX "tag_live_pushed" ON "tag" ("pushed_at", "id") WHERE "manifest_id" IS NOT NULL;
CREATE INDEX "tag_live_size" ON "tag" ("total_bytes", "id") WHERE "manifest_id" IS NOT NULL;
CREATE INDEX "tag_live_manifest" ON "tag" ("manifest_id") WHERE "manifest_id" IS NOT NULL;
CREATE INDEX "tag_live_repository" ON "tag" ("repository_id", "name") WHERE "manifest_id" IS NOT NULL;

-- A live tag knows its manifest's facts, a gone one has none.
ALTER TABLE "tag" ADD CONSTRAINT "tag_live_or_gone" CHECK (
  ("manifest_id" IS NULL) = ("platform_set_id" IS NULL)
  AND ("manifest_id" IS NULL) = ("format" IS NULL)
  AND ("manifest_id" IS NULL) = ("total_bytes" IS NULL)
  AND ("manifest_id" IS NULL) = ("pushed_at" IS NULL)
);

-- One open interval per tag, and none that ends before it starts.
CREATE UNIQUE INDEX "tag_interval_open" ON "tag_interval" ("tag_id") WHERE "to_at" IS NULL;
ALTER TABLE "tag_interval" ADD CONSTRAINT "tag_interval_forward" CHECK ("to_at" IS NULL OR "to_at" >= "from_at");

-- Images in the order of their arrival, for the list of all of them.
CREATE INDEX "manifest_images" ON "manifest" ("first_seen_at", "id") WHERE "kind" = 'image' AND "status" = 'valid';

-- A row is finished exactly when its state says so, and only handed-over rows are leased.
ALTER TABLE "inbox" ADD CONSTRAINT "inbox_finished" CHECK (("finished_at" IS NOT NULL) = ("state" IN ('done', 'ignored', 'quarantined')));
ALTER TABLE "inbox" ADD CONSTRAINT "inbox_leased_when_queued" CHECK (("lease_until" IS NOT NULL) = ("state" = 'queued'));
ALTER TABLE "inbox" ADD CONSTRAINT "inbox_set_aside_with_reason" CHECK ("state" <> 'quarantined' OR "reason" IS NOT NULL);
