/** The ceilings of one conversation with a registry; each has a wire test at the limit and one past it. */
export const LIMITS = {
  /** Of a manifest or index as served. */
  manifestBytes: 4 * 1024 * 1024,
  /** Of a config blob. */
  configBytes: 4 * 1024 * 1024,
  /** Of one page of a listing; some registries send all tags, and more, in one. */
  listingBytes: 16 * 1024 * 1024,
  /** Names asked for at once, and where a registry refuses so many. */
  pageNames: 1_000,
  fallbackPageNames: 100,
  /** Of one listing. */
  listingPages: 10_000,
  listingNames: 1_000_000,
  /** JSON values in one page; some registries describe each tag. */
  listingValues: 1_000_000,
  /** How long a registry without the referrers API is believed to have none. */
  lacksReferrersMs: 24 * 60 * 60_000,
  /** Of one request that uploads; a blob of more is sent in several. */
  chunkBytes: 8 * 1024 * 1024,
  /** The largest chunk that a registry may insist on. */
  largestChunkBytes: 64 * 1024 * 1024,
  /** Of an answer to a request that writes: nothing of it is needed. */
  writeAnswerBytes: 64 * 1024,
  /** Between two signs of life while writing, since a registry may look at a whole blob before it answers. */
  writeIdleTimeoutMs: 60_000,
  /** For one request that writes. */
  writeTimeoutMs: 120_000,
  /** How long a writer lets a registry that calls for a pause hold it up, all pauses of one step together. */
  writePatienceMs: 60_000,
  /** When a manifest that was just pushed is asked for: at once, and again if it is not there yet. */
  readBackAfterMs: [0, 500, 2_000],
  /** Of a token server's answer. */
  tokenBytes: 64 * 1024,
  /** Of an error body; what is longer is cut, not refused. */
  errorBytes: 16 * 1024,
  /** Of what a credential helper says. */
  helperBytes: 64 * 1024,
  helperTimeoutMs: 10_000,
  /** Of a Docker configuration file. */
  dockerConfigBytes: 1024 * 1024,
  /** How long credentials from a file or a helper are believed. */
  credentialsMs: 10 * 60_000,
  redirects: 3,
  /** Between two signs of life. */
  idleTimeoutMs: 5_000,
  /** For one question, with its token and redirects. */
  totalTimeoutMs: 30_000,
  /** The longest pause that a registry may ask for. */
  retryAfterMs: 15 * 60_000,
  /** The longest that a receiver of messages may ask for. */
  postRetryAfterMs: 24 * 60 * 60_000,
  /** The longest pause after a 429 that names none. */
  backOffMs: 60_000,
  /** The longest wait for leave to send a request; what would take longer is refused at once. */
  waitMs: 5_000,
  /** For a turn among the questions that are under way. */
  turnMs: 60_000,
  /** Scopes and tokens that are remembered for one registry. */
  rememberedScopes: 1_000,
} as const;
