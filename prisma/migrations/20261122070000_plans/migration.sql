-- What a namespace stores, and what nobody else uses of it, is counted as what a registry stores is. Coverage by
-- namespace and by set is counted as that by architecture is.

-- AlterEnum
ALTER TYPE "coverage_key" ADD VALUE 'platform_set';
ALTER TYPE "coverage_key" ADD VALUE 'namespace';

-- AlterTable
ALTER TABLE "registry_layer" ADD COLUMN "repository_sum" BIGINT NOT NULL DEFAULT 0,
ADD COLUMN "namespaces" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN "namespace_sum" BIGINT NOT NULL DEFAULT 0;

-- AlterTable
ALTER TABLE "repository_use" ADD COLUMN "exclusive_bytes" DECIMAL(40,0) NOT NULL DEFAULT 0;

-- CreateTable
CREATE TABLE "namespace_use" (
    "id" SERIAL NOT NULL,
    "registry_id" INTEGER NOT NULL,
    "name" TEXT COLLATE "C" NOT NULL,
    "logical_bytes" DECIMAL(40,0) NOT NULL DEFAULT 0,
    "unique_bytes" DECIMAL(40,0) NOT NULL DEFAULT 0,
    "exclusive_bytes" DECIMAL(40,0) NOT NULL DEFAULT 0,

    CONSTRAINT "namespace_use_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "namespace_layer" (
    "namespace_id" INTEGER NOT NULL,
    "layer_id" BIGINT NOT NULL,
    "repositories" INTEGER NOT NULL,

    CONSTRAINT "namespace_layer_pkey" PRIMARY KEY ("namespace_id","layer_id")
);

-- CreateIndex
CREATE UNIQUE INDEX "namespace_use_name_registry_id_key" ON "namespace_use"("name", "registry_id");

-- Below: what the schema language cannot say.

-- How many names have a fragment decides between its index and a walk in the order of names, so it is to be known well.
ALTER TABLE "repository" ALTER COLUMN "name" SET STATISTICS 1000;
ANALYZE "repository" ("name");

-- All that was counted, in one statement, so that nobody counts meanwhile. What runs this file cuts it at semicolons,
-- so that those inside are written as \x3b.
DO E'
BEGIN
  LOCK TABLE counted_placement IN SHARE ROW EXCLUSIVE MODE\x3b

  INSERT INTO namespace_use (registry_id, name, logical_bytes)
  SELECT registry_id, CASE WHEN name LIKE ''%/%'' THEN split_part(name, ''/'', 1) ELSE '''' END, sum(logical_bytes)
    FROM repository JOIN repository_use ON repository_use.repository_id = repository.id GROUP BY 1, 2 ORDER BY 1, 2\x3b

  CREATE TEMPORARY TABLE held ON COMMIT DROP AS
  SELECT repository.id AS repository_id, repository.registry_id, namespace.id AS namespace_id, layer_id, size_bytes
    FROM repository_layer
    JOIN repository ON repository.id = repository_layer.repository_id
    JOIN namespace_use AS namespace ON namespace.registry_id = repository.registry_id
     AND namespace.name = CASE WHEN repository.name LIKE ''%/%'' THEN split_part(repository.name, ''/'', 1) ELSE '''' END
   WHERE images > 0\x3b

  INSERT INTO namespace_layer (namespace_id, layer_id, repositories)
  SELECT namespace_id, layer_id, count(*) FROM held GROUP BY 1, 2 ORDER BY 1, 2\x3b

  TRUNCATE registry_layer\x3b
  INSERT INTO registry_layer (registry_id, layer_id, size_bytes, repositories, repository_sum, namespaces, namespace_sum)
  SELECT registry_id, layer_id, size_bytes, count(*), sum(repository_id), count(DISTINCT namespace_id), sum(DISTINCT namespace_id)
    FROM held GROUP BY 1, 2, 3 ORDER BY 1, 2\x3b

  UPDATE repository_use SET exclusive_bytes = alone.bytes
    FROM (SELECT repository_sum AS id, sum(size_bytes::numeric) AS bytes FROM registry_layer WHERE repositories = 1 GROUP BY 1) AS alone
   WHERE alone.id = repository_use.repository_id\x3b

  UPDATE namespace_use SET unique_bytes = stored.bytes, exclusive_bytes = coalesce(stored.alone, 0)
    FROM (
      SELECT held.namespace_id AS id, sum(size_bytes::numeric) AS bytes, sum(size_bytes::numeric) FILTER (WHERE namespaces = 1) AS alone
        FROM (SELECT DISTINCT namespace_id, registry_id, layer_id FROM held) AS held
        JOIN registry_layer USING (registry_id, layer_id) GROUP BY 1
    ) AS stored WHERE stored.id = namespace_use.id\x3b

  DROP TABLE held\x3b
END';

-- Live tags are counted again, with the new keys: until that is done, readers add them up.
DO E'
BEGIN
  LOCK TABLE repository_tag_count, tag_count, coverage_count IN ACCESS EXCLUSIVE MODE\x3b
  INSERT INTO tag_count_todo (repository_id, platform_set_id, format, tags)
  SELECT repository_id, platform_set_id, format, tags FROM repository_tag_count WHERE tags <> 0\x3b
  TRUNCATE repository_tag_count, tag_count, coverage_count\x3b
END';
