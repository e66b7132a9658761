/** Decoded bytes of an authenticated delivery; more is set aside as `TOO_LARGE`. */
export const BODY_BYTES = 8 * 1024 * 1024;

/** What is kept of a delivery above `BODY_BYTES`, for a person to look at. */
export const KEPT_BYTES = 64 * 1024;

/** What is read of a body that nobody asked for (unknown path, unknown source, wrong secret). */
export const UNASKED_BYTES = 64 * 1024;

/** Up to here a body that is too large is still read to its end, so that its sender gets to see the answer. */
export const DRAINED_BYTES = 64 * 1024 * 1024;

/** A request that has not arrived whole by then is cut off; nothing of it is acknowledged. */
export const REQUEST_TIMEOUT_MS = 10_000;

/** A delivery that is not committed by then is answered with 503; below the 5 s that an outage may stay unnoticed. */
export const COMMIT_TIMEOUT_MS = 4_500;

/** What a sender is told to wait while the database is away. */
export const RETRY_AFTER_SECONDS = 2;

/** Long bodies (above `UNASKED_BYTES`) of senders whose signature is not checked yet, at once: 32 MiB of memory in all. */
export const LARGE_UNPROVEN_BODIES = 4;

/** What each source is entitled to, whatever the others do; above it, it gets what they leave. */
export const SOURCE_EVENTS_PER_SECOND = 200;

/** What a source may have above its rate at once. */
export const SOURCE_BURST_EVENTS = 2_000;

/** So many deliveries under way are a crowd, in which a source above its rate is told to come back. */
export const CROWD_DELIVERIES = 100;
