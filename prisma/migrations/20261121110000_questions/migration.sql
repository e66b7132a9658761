-- What the questions of the contract need beside the graph: uses that are counted, changes in order, and indexes.

-- CreateEnum
CREATE TYPE "change_kind" AS ENUM ('tag_created', 'tag_moved', 'tag_deleted', 'tag_settled');

-- AlterTable
ALTER TABLE "tag_interval" ADD COLUMN "pushed_at" TIMESTAMPTZ(6);

-- CreateTable
CREATE TABLE "change" (
    "xid" BIGINT NOT NULL,
    "id" BIGSERIAL NOT NULL,
    "kind" "change_kind" NOT NULL,
    "tag_id" BIGINT NOT NULL,
    "at" TIMESTAMPTZ(6) NOT NULL,
    "from_manifest_id" BIGINT,
    "to_manifest_id" BIGINT,
    "from_platform_set_id" INTEGER,
    "to_platform_set_id" INTEGER,

    CONSTRAINT "change_pkey" PRIMARY KEY ("xid","id")
);

-- CreateTable
CREATE TABLE "use_todo" (
    "id" BIGSERIAL NOT NULL,
    "repository_id" BIGINT NOT NULL,
    "manifest_id" BIGINT,

    CONSTRAINT "use_todo_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "counted_placement" (
    "repository_id" BIGINT NOT NULL,
    "manifest_id" BIGINT NOT NULL,

    CONSTRAINT "counted_placement_pkey" PRIMARY KEY ("manifest_id","repository_id")
);

-- CreateTable
CREATE TABLE "layer_use" (
    "layer_id" BIGINT NOT NULL,
    "size_bytes" BIGINT NOT NULL,
    "images" INTEGER NOT NULL,
    "repositories" INTEGER NOT NULL,
    "saved_bytes" BIGINT NOT NULL GENERATED ALWAYS AS (least(size_bytes::numeric * greatest(images - 1, 0), 9223372036854775807)::bigint) STORED,

    CONSTRAINT "layer_use_pkey" PRIMARY KEY ("layer_id")
);

-- CreateTable
CREATE TABLE "repository_layer" (
    "repository_id" BIGINT NOT NULL,
    "layer_id" BIGINT NOT NULL,
    "size_bytes" BIGINT NOT NULL,
    "images" INTEGER NOT NULL,

    CONSTRAINT "repository_layer_pkey" PRIMARY KEY ("repository_id","layer_id")
);

-- CreateTable
CREATE TABLE "registry_layer" (
    "registry_id" INTEGER NOT NULL,
    "layer_id" BIGINT NOT NULL,
    "size_bytes" BIGINT NOT NULL,
    "repositories" INTEGER NOT NULL,

    CONSTRAINT "registry_layer_pkey" PRIMARY KEY ("registry_id","layer_id")
);

-- CreateTable
CREATE TABLE "repository_use" (
    "repository_id" BIGINT NOT NULL,
    "live_tags" INTEGER NOT NULL DEFAULT 0,
    "logical_bytes" DECIMAL(40,0) NOT NULL DEFAULT 0,
    "unique_bytes" DECIMAL(40,0) NOT NULL DEFAULT 0,

    CONSTRAINT "repository_use_pkey" PRIMARY KEY ("repository_id")
);

-- CreateTable
CREATE TABLE "registry_use" (
    "registry_id" INTEGER NOT NULL,
    "unique_bytes" DECIMAL(40,0) NOT NULL DEFAULT 0,

    CONSTRAINT "registry_use_pkey" PRIMARY KEY ("registry_id")
);

-- CreateIndex
CREATE INDEX "change_at_idx" ON "change"("at");

-- CreateIndex
CREATE INDEX "layer_use_images_layer_id_idx" ON "layer_use"("images", "layer_id");

-- CreateIndex
CREATE INDEX "layer_use_size_bytes_layer_id_idx" ON "layer_use"("size_bytes", "layer_id");

-- CreateIndex
CREATE INDEX "layer_use_saved_bytes_layer_id_idx" ON "layer_use"("saved_bytes", "layer_id");

-- CreateIndex
CREATE INDEX "tag_reference_id_idx" ON "tag"("reference", "id");

-- CreateIndex
CREATE INDEX "repository_name_id_idx" ON "repository"("name", "id");

-- The newest image that contains a chain is the last of its run, so a page of derived images is a walk along the index.
DROP INDEX "image_layer_chain_id_idx";
DROP INDEX "image_layer_diff_chain_id_idx";
CREATE INDEX "image_layer_chain_id_manifest_id_idx" ON "image_layer"("chain_id", "manifest_id");
CREATE INDEX "image_layer_diff_chain_id_manifest_id_idx" ON "image_layer"("diff_chain_id", "manifest_id");

-- Everything there already is to be counted.
INSERT INTO "use_todo" ("repository_id", "manifest_id") SELECT "repository_id", "manifest_id" FROM "repository_manifest";
INSERT INTO "use_todo" ("repository_id") SELECT "id" FROM "repository";

-- Below: what the schema language cannot say.

-- Names by any fragment of three characters or more, whatever wildcards stand around it.
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE INDEX "repository_name_fragment" ON "repository" USING gin ("name" gin_trgm_ops);

-- Images by key and value of their config's labels, manifests by their annotations.
CREATE INDEX "image_config_labels" ON "image_config" USING gin ("labels") WHERE "labels" IS NOT NULL;
CREATE INDEX "manifest_annotations" ON "manifest" USING gin ("annotations") WHERE "annotations" IS NOT NULL;

-- "Which manifests have a signature?" begins with the type.
CREATE INDEX "manifest_referrer_type" ON "manifest" ("artifact_type_id", "subject_digest") WHERE "subject_digest" IS NOT NULL;

CREATE INDEX "manifest_images_size" ON "manifest" ("total_bytes", "id") WHERE "kind" = 'image' AND "status" = 'valid';
