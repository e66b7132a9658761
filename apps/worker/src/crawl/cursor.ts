import { z } from 'zod';

/** Where the walk through the lists of a registry stands: everything before it is done. */
const Listing = z.object({
  phase: z.literal('listing'),
  /** Whose list of repositories: the registry's, the operator's, or that of all which the catalog knows. */
  of: z.enum(['registry', 'configured', 'known']),
  /** The page of repositories, as the registry names it; null for the first. */
  page: z.string().nullable(),
  /** The repository on that page; null for its first. */
  repository: z.string().nullable(),
  /** The page of its tags, likewise. */
  tagPage: z.string().nullable(),
  /** The last tag on that page that is done; null for none. */
  tag: z.string().nullable(),
});

const AfterTag = z.object({ repositoryId: z.string(), tag: z.string() }).nullable();

const Place = z.discriminatedUnion('phase', [
  Listing,
  /** Tags of ours that the lists did not have. */
  z.object({ phase: z.literal('unseen'), after: AfterTag }),
  /** A few tags of ours, chosen at random. */
  z.object({ phase: z.literal('sample'), lot: z.number(), after: AfterTag }),
  /** Manifests without a tag; `asked` so far. */
  z.object({ phase: z.literal('manifests'), asked: z.number() }),
  z.object({ phase: z.literal('judging') }),
  z.object({ phase: z.literal('removing') }),
  z.object({ phase: z.literal('settling') }),
]);

/** What a crawl must know to go on where it, or another worker, was. Kept as JSON in its row. */
export const Cursor = z.object({
  at: Place,
  /** Set for a sample: it looks at one in so many tags. */
  sampleOneIn: z.number().nullable(),
  /** Repositories whose tags could not be listed: nothing is concluded from their silence. */
  unlisted: z.array(z.string()),
  /** Questions that had no answer; what is known of their objects stays. */
  unanswered: z.number(),
  /** What people should know when it is over; not a failure. */
  remark: z.string().nullable(),
});

export type Cursor = Readonly<z.output<typeof Cursor>>;

/** Where a crawl stands. */
export type Place = Cursor['at'];

/** The same while it walks the lists. */
export type ListingPlace = Readonly<z.output<typeof Listing>>;

/** The beginning of the walk through the lists. */
export const FIRST_LISTING: ListingPlace = {
  phase: 'listing',
  of: 'registry',
  page: null,
  repository: null,
  tagPage: null,
  tag: null,
};

/** The cursor of a crawl that begins at `at`. */
export function cursorAt(at: Place): Cursor {
  return { at, sampleOneIn: null, unlisted: [], unanswered: 0, remark: null };
}
