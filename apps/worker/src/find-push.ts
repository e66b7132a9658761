import { findWholeManifest, type ClaimedEvent, type DerivedWork, type EventOutcome } from '@strata/catalog';
import type { Digest } from '@strata/oci';
import type { Registry } from '@strata/registry-client';
import { nothingBut, type Discovery } from './discovery.js';
import { nextLookMs } from './look-again.js';
import { look } from './look.js';
import type { Tools } from './tools.js';

const DONE = { kind: 'end', end: { state: 'done', reason: null } } as const;

/**
 * A push of a manifest, with or without a tag: the manifest is fetched by its digest, the tag is observed. A crawl has
 * just been told by the registry that a tag points at it there: what is kept already needs no second look.
 */
export async function findPush(
  event: ClaimedEvent & { readonly repository: string; readonly digest: Digest },
  registry: Registry,
  tools: Tools,
): Promise<Discovery> {
  const { repository, digest } = event;
  if (event.crawlId !== null && event.depth === 0) {
    const id = await findWholeManifest(tools.catalog.pool, digest);
    if (id !== null) return { ...nothingBut(repository, DONE), known: new Map([[digest, id]]), placed: digest };
  }
  const { tag, manifests, known, missing } = await look(event, { repository, tag: event.tag, digest }, registry, tools);
  const outcome = outcomeOf(event, missing);
  const disagrees = tag !== null && tag.digest !== digest && outcome.kind === 'end';
  const isStanding = tag !== null && (tag.digest === null || !missing.has(tag.digest)); // else it moved on between two questions
  return {
    repository,
    manifests,
    known,
    placed: null,
    gone: null,
    tag: isStanding ? tag : null,
    derived: disagrees ? [secondLook(repository, tag.name, digest)] : [],
    outcome,
  };
}

function outcomeOf(event: ClaimedEvent & { readonly digest: Digest }, missing: ReadonlySet<Digest>): EventOutcome {
  const delayMs = missing.size > 0 ? nextLookMs(event.looks) : null;
  if (delayMs === null)
    return { kind: 'end', end: { state: 'done', reason: missing.has(event.digest) ? 'GONE' : null } };
  return { kind: 'again', delay: { delayMs, attempts: 0, looks: event.looks + 1, reason: 'NOT_FOUND' } };
}

/** The event may have overtaken the tag's own move: the registry is asked once more, soon. */
function secondLook(repository: string, tag: string, digest: Digest): DerivedWork {
  return { work: 'tag', action: 'observe', repository, tag, digest, depth: 0, looks: 1, delayMs: nextLookMs(0) ?? 0 };
}
