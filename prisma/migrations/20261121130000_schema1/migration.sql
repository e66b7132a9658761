-- Docker schema 1 names no sizes: what is not known is null, never 0.
ALTER TABLE "layer" ALTER COLUMN "size_bytes" DROP NOT NULL;
