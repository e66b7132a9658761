-- Who is told of changes, how far in the feed each of them is, and what was or is to be sent to them.

-- CreateEnum
CREATE TYPE "webhook_state" AS ENUM ('active', 'disabled');

-- CreateEnum
CREATE TYPE "delivery_state" AS ENUM ('waiting', 'delivered', 'failed');

-- CreateTable
CREATE TABLE "webhook" (
    "id" SERIAL NOT NULL,
    "name" TEXT COLLATE "C" NOT NULL,
    "target" TEXT NOT NULL,
    "address_hash" BYTEA NOT NULL,
    "state" "webhook_state" NOT NULL DEFAULT 'active',
    "state_reason" TEXT,
    "removed_at" TIMESTAMPTZ(6),
    "position_xid" BIGINT NOT NULL,
    "position_id" BIGINT NOT NULL,
    "lost_since" TIMESTAMPTZ(6),
    "test_asked_at" TIMESTAMPTZ(6),
    "holder" UUID,
    "held_until" TIMESTAMPTZ(6),
    "paused_until" TIMESTAMPTZ(6),
    "troubles" INTEGER NOT NULL DEFAULT 0,
    "delivered_at" TIMESTAMPTZ(6),

    CONSTRAINT "webhook_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "delivery" (
    "id" BIGSERIAL NOT NULL,
    "webhook_id" INTEGER NOT NULL,
    "message_id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "type" TEXT NOT NULL,
    "changes" INTEGER NOT NULL,
    "reference" TEXT,
    "body" BYTEA NOT NULL,
    "state" "delivery_state" NOT NULL DEFAULT 'waiting',
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "next_at" TIMESTAMPTZ(6) NOT NULL,
    "last_at" TIMESTAMPTZ(6),
    "last_status" INTEGER,
    "last_error" TEXT,
    "created_at" TIMESTAMPTZ(6) NOT NULL,
    "queued_at" TIMESTAMPTZ(6) NOT NULL,
    "ended_at" TIMESTAMPTZ(6),

    CONSTRAINT "delivery_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "webhook_name_key" ON "webhook"("name");

-- CreateIndex
CREATE UNIQUE INDEX "delivery_message_id_key" ON "delivery"("message_id");

-- CreateIndex
CREATE INDEX "delivery_webhook_id_id_idx" ON "delivery"("webhook_id", "id");

-- AddForeignKey
ALTER TABLE "delivery" ADD CONSTRAINT "delivery_webhook_id_fkey" FOREIGN KEY ("webhook_id") REFERENCES "webhook"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- Below: what the schema language cannot say.

-- The next ones of a webhook, and the old ones of all.
CREATE INDEX "delivery_waiting" ON "delivery" ("webhook_id", "next_at", "id") WHERE "state" = 'waiting';
CREATE INDEX "delivery_ended" ON "delivery" ("ended_at") WHERE "state" <> 'waiting';
ALTER TABLE "delivery" ADD CONSTRAINT "delivery_end" CHECK (("state" = 'waiting') = ("ended_at" IS NULL));
