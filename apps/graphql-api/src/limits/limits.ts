/** The ceilings of one question, checked before any resolver runs; every refusal names the one that it met. */
export const LIMITS = {
  bodyBytes: 64 * 1024,
  /** Fields inside each other, the innermost included. */
  depth: 8,
  /** As `depth`, below `__schema` and `__type`: the introspection of GraphiQL needs 15. */
  introspectionDepth: 16,
  tokens: 1_000,
  aliases: 15,
  directives: 50,
  /** Lists and objects inside each other, in one argument or in the variables. */
  inputDepth: 20,
  /** See `measureCost`. */
  cost: 5_000,
  /** Rows of one page. */
  page: 100,
  /** Texts whose checks and documents are kept for whoever asks them again, each at most a body long. */
  knownTexts: 100,
  /** WebSockets open at once, in one process. */
  sockets: 500,
  /** Questions and subscriptions under way at once on one WebSocket. */
  questionsPerSocket: 20,
  /** Different subscriptions (filter and kinds) at once, in one process: each is read for by itself. */
  followedQuestions: 500,
  /** Changes that one subscriber has not read yet. */
  waitingChanges: 1_000,
} as const;

/** How many rows a page holds when `first` is null; the schema says the same where it is left out. */
export const DEFAULT_PAGE = 50;

/** What an unpaged list is taken to hold, such as the layers of an image. */
export const LIST_GUESS = 5;

/** Fields that cost more than the row they belong to: they count, or they read whole documents. */
export const FIELD_COSTS: Readonly<Record<string, number>> = {
  totalCount: 10,
  tagCount: 10,
  repositoryCount: 10,
  imageCount: 10,
  raw: 20,
  blobs: 20,
  config: 10,
  baseImages: 5,
  newerBuilds: 10,
  report: 100,
  inScope: 10,
  passing: 10,
  failing: 10,
  untagged: 10,
  storage: 20,
  assembleIndex: 100,
  pushConversion: 100,
  changes: 100,
  coverage: 100,
  compare: 100,
  compatibility: 100,
  convert: 100,
  inspect: 100,
  resolve: 50,
};
