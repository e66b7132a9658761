-- Who may ask, and for what: secrets of programs and people, kept by their hash.

-- CreateEnum
CREATE TYPE "token_scope" AS ENUM ('read', 'crawl', 'replay', 'assemble', 'admin');

-- CreateTable
CREATE TABLE "api_token" (
    "id" SERIAL NOT NULL,
    "name" TEXT COLLATE "C" NOT NULL,
    "secret_hash" BYTEA NOT NULL,
    "scopes" "token_scope"[],
    "repositories" JSONB,
    "created_at" TIMESTAMPTZ(6) NOT NULL,
    "created_by" TEXT NOT NULL,
    "expires_at" TIMESTAMPTZ(6) NOT NULL,
    "revoked_at" TIMESTAMPTZ(6),
    "last_used_at" TIMESTAMPTZ(6),

    CONSTRAINT "api_token_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "api_token_secret_hash_key" ON "api_token"("secret_hash");

-- Below: what the schema language cannot say.

ALTER TABLE "api_token" ADD CONSTRAINT "api_token_scopes" CHECK (cardinality("scopes") > 0);
