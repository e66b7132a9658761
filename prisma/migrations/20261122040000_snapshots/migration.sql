-- Reports that are kept as they were.

-- CreateTable
CREATE TABLE "snapshot" (
    "id" BIGSERIAL NOT NULL,
    "name" TEXT COLLATE "C" NOT NULL,
    "report" TEXT COLLATE "C" NOT NULL,
    "parameters" JSONB NOT NULL,
    "revision" TEXT COLLATE "C" NOT NULL,
    "as_of" TIMESTAMPTZ(6) NOT NULL,
    "digest" BYTEA NOT NULL,
    "media_type" TEXT NOT NULL,
    "bytes" BYTEA NOT NULL,
    "signature" BYTEA,
    "key_id" TEXT,
    "due_at" TIMESTAMPTZ(6) NOT NULL,
    "created_at" TIMESTAMPTZ(6) NOT NULL,

    CONSTRAINT "snapshot_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "snapshot_name_due_at_key" ON "snapshot"("name", "due_at");

-- CreateIndex
CREATE INDEX "snapshot_digest_idx" ON "snapshot"("digest");

-- CreateIndex
CREATE INDEX "snapshot_revision_idx" ON "snapshot"("revision");

-- Below: what the schema language cannot say.

-- A signature says whose it is.
ALTER TABLE "snapshot" ADD CONSTRAINT "snapshot_signed" CHECK (("signature" IS NULL) = ("key_id" IS NULL));
