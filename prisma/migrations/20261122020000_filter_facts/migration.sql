-- What more the filter of tags asks: whom images run as, the media type of a layer in each image, what attestations hold.

-- AlterTable
ALTER TABLE "image_config" ADD COLUMN "run_user" TEXT COLLATE "C" NOT NULL DEFAULT '';

-- AlterTable
ALTER TABLE "image_layer" ADD COLUMN "media_type_id" INTEGER;

-- AlterTable
ALTER TABLE "manifest" ADD COLUMN "statements" "artifact_kind"[] DEFAULT ARRAY[]::"artifact_kind"[];

-- What is there already is read from the documents as they were kept. Those that are no JSON for this database say nothing.
CREATE FUNCTION "json_of"("document" BYTEA) RETURNS JSONB LANGUAGE plpgsql AS E'
BEGIN
  RETURN convert_from(document, ''UTF8'')::jsonb\x3b
EXCEPTION WHEN OTHERS THEN
  RETURN NULL\x3b
END';

UPDATE "image_config" SET "run_user" = "said"."name"
  FROM (SELECT "id", "json_of"("document") #>> '{config,User}' AS "name" FROM "image_config") AS "said"
 WHERE "said"."id" = "image_config"."id" AND "said"."name" <> '';

UPDATE "manifest" SET "statements" = "said"."kinds"
  FROM (
    SELECT "manifest_id", array_agg(DISTINCT "kind" ORDER BY "kind") AS "kinds"
      FROM (
        SELECT "manifest"."id" AS "manifest_id", CASE
                 WHEN "predicate" LIKE 'https://sigstore.dev/cosign/sign/%' THEN 'signature'
                 WHEN "predicate" LIKE 'https://slsa.dev/provenance/%' THEN 'provenance'
                 WHEN "predicate" LIKE 'https://spdx.dev/Document%' THEN 'sbom'
                 WHEN "predicate" LIKE 'https://cyclonedx.org/bom%' THEN 'sbom'
                 ELSE 'attestation' END::"artifact_kind" AS "kind"
          FROM "manifest"
          JOIN "manifest_document" ON "manifest_document"."manifest_id" = "manifest"."id"
         CROSS JOIN LATERAL jsonb_path_query("json_of"("bytes"), '$.layers[*].annotations') AS "said" ("words")
         CROSS JOIN LATERAL (
           SELECT coalesce("words" ->> 'in-toto.io/predicate-type', "words" ->> 'predicateType') AS "predicate"
         ) AS "stated"
         WHERE "manifest"."kind" = 'artifact' AND "manifest"."status" = 'valid' AND "predicate" IS NOT NULL
      ) AS "stating"
     GROUP BY "manifest_id"
  ) AS "said"
 WHERE "said"."manifest_id" = "manifest"."id";

DROP FUNCTION "json_of";

-- CreateIndex
CREATE INDEX "image_config_run_user_idx" ON "image_config"("run_user");

-- CreateIndex
CREATE INDEX "layer_media_type_id_idx" ON "layer"("media_type_id");

-- Below: what the schema language cannot say.

CREATE INDEX "image_layer_own_media_type" ON "image_layer" ("media_type_id", "manifest_id") WHERE "media_type_id" IS NOT NULL;
-- "Which images are signed?" begins with the artifacts that are signatures.
CREATE INDEX "manifest_artifacts" ON "manifest" ("artifact_kind", "id") WHERE "kind" = 'artifact';
-- Tags that tools have written beside an image, named after its digest.
CREATE INDEX "tag_live_companion" ON "tag" ("name", "repository_id") WHERE "manifest_id" IS NOT NULL AND "name" LIKE 'sha256-%';
