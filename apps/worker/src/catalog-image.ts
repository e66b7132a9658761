import { TagOvertakenError, deferEvent, endEvent, type ClaimedEvent } from '@strata/catalog';
import type { Registry } from '@strata/registry-client';
import { catalogFindings, type Findings } from './catalog-work.js';
import { handleManifestDeletion, handleRepositoryDeletion } from './handle-deletion.js';
import { findPush } from './handle-push.js';
import { findTag } from './handle-tag.js';
import type { Tools } from './tools.js';

/** How often a tag that others observe at the same time is asked for again before the event waits a little. */
const ROUNDS = 5;

/** Steps 6 to 8 for one event: ask the registry, with no transaction open, then write the effect and the end in one. */
export async function catalogImage(event: ClaimedEvent, registry: Registry, tools: Tools): Promise<void> {
  const { repository, digest, tag } = event;
  switch (event.work) {
    case 'manifest':
      if (repository === null || digest === null) return incomplete(event, tools);
      return settle(event, tools, () => findPush({ ...event, repository, digest }, registry, tools));
    case 'tag':
    case 'tag_deletion':
      if (repository === null || tag === null) return incomplete(event, tools);
      return settle(event, tools, () => findTag({ ...event, repository, tag }, registry, tools));
    case 'manifest_deletion':
      if (repository === null || digest === null) return incomplete(event, tools);
      return handleManifestDeletion({ ...event, repository, digest }, registry, tools);
    case 'repository_deletion':
      if (repository === null) return incomplete(event, tools);
      return handleRepositoryDeletion({ ...event, repository }, tools);
    case 'none':
      return incomplete(event, tools);
  }
}

/** Observes and writes until nobody else has observed the same tag in between. */
async function settle(event: ClaimedEvent, tools: Tools, find: () => Promise<Findings>): Promise<void> {
  for (let round = 0; round < ROUNDS; round += 1) {
    const findings = await find();
    try {
      return await catalogFindings(event, findings, tools);
    } catch (error) {
      if (!(error instanceof TagOvertakenError)) throw error;
    }
  }
  const delayMs = 1_000 + Math.round(tools.random() * 1_000);
  await deferEvent(tools.catalog.pool, event, { delayMs, attempts: event.attempts, looks: event.looks, reason: 'TAG_BUSY' });
}

async function incomplete(event: ClaimedEvent, { catalog }: Tools): Promise<void> {
  const detail = `work of kind ${event.work} lacks what it is about`;
  await endEvent(catalog.pool, event, { state: 'quarantined', reason: 'SHAPE', detail });
}

