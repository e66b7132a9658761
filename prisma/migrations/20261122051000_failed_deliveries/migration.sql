-- How many messages of a webhook were given up is asked with every look at the metrics, and the log is long.
CREATE INDEX "delivery_failed" ON "delivery" ("webhook_id", "id") WHERE "state" = 'failed';
