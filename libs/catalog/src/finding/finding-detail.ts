import { z } from 'zod';
import type { FindingKind } from '../stored-words.js';

/** The move that a finding about the history of a tag is of. Digests and times as text: it lies in the database as JSON. */
const move = z.object({
  /** What the tag pointed at until then; null where it was not there. */
  from: z.string().nullable(),
  to: z.string(),
  /** Who pushed, where the registry told it. */
  actor: z.string().nullable(),
  /** When, RFC 3339. */
  at: z.string(),
});

const DETAILS = {
  policy: z.null(),
  /** The subject is the platform. */
  platform_lost: move,
  tag_rolled_back: move,
  legacy_format: z.null(),
  /** The base that it is built on, and the builds since that one, up to `MAX_BUILDS_BEHIND`; `since` is the first of them. */
  stale_base: z.object({ base: z.string(), builds: z.number().int().positive(), since: z.string() }),
  /** The subject is the child's digest; both sides by the canonical names of their platforms, null for none. */
  platform_mismatch: z.object({ index: z.string().nullable(), config: z.string().nullable() }),
  /** The subject is the child's digest; `platform` is what its entry says. */
  broken_index: z.object({ platform: z.string().nullable() }),
  /** The first of its problems. */
  invalid_manifest: z.object({ code: z.string(), message: z.string() }),
} satisfies Readonly<Record<FindingKind, z.ZodType>>;

/** What `finding.detail` holds, by kind: the facts of which its sentence is made, as they were when it was opened. */
export type FindingDetails = { readonly [Kind in FindingKind]: z.infer<(typeof DETAILS)[Kind]> };

/** The detail of some finding: which, its kind says. */
export type FindingDetail = FindingDetails[FindingKind];

/** The detail of one kind as it was stored; null where a former version stored less. */
export function readFindingDetail<Kind extends FindingKind>(kind: Kind, stored: unknown): FindingDetails[Kind] | null {
  const read = DETAILS[kind].safeParse(stored);
  return read.success ? (read.data as FindingDetails[Kind]) : null; // what the schema of its kind gives
}
