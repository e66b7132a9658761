import { RegistryError, type Registry, type RegistryWriter } from '@strata/registry-client';
import { userError } from '../answer/user-error.js';
import type { Place, PlannedBlob, PlannedManifest, PushPlan } from './push-plan.js';

/** Where a plan goes, and how everything that it needs is reached. */
export interface PushTools {
  readonly writer: RegistryWriter;
  /** The registry that is written to. */
  readonly registry: string;
  readonly repository: string;
  readonly tag: string;
  /** Null for a registry that the operator has not configured. */
  readonly readerOf: (registry: string) => Registry | null;
  readonly signal: AbortSignal;
}

/**
 * Brings everything of a plan into a repository, the blobs of a manifest before it, and gives the tag to the last one at
 * the very end: whatever fails before leaves no tag. What came so far stays, so that the next try has less to do. Throws
 * `RegistryError`, or NOT_FOUND before anything is written where some blob could be had from nowhere.
 */
export async function pushPlanned(plan: PushPlan, tools: PushTools): Promise<void> {
  const { writer, repository, tag, signal } = tools;
  for (const manifest of plan) refuseUnreachable(manifest, tools);
  for (const manifest of plan) await pushManifest(manifest, tools);
  await writer.putManifest(repository, tag, lastOf(plan), signal);
}

/** What the tag is to point at. */
export function lastOf(plan: PushPlan): PlannedManifest {
  const last = plan.at(-1);
  if (last === undefined) throw new TypeError('a plan without a manifest');
  return last;
}

function refuseUnreachable({ digest, blobs, places }: PlannedManifest, { readerOf }: PushTools): void {
  const needed = blobs.some(({ bytes, isElsewhere }) => bytes === null && !isElsewhere);
  if (!needed || places.some(({ registry }) => readerOf(registry) !== null)) return;
  throw userError('NOT_FOUND', `no source that is configured holds ${digest}, so that its layers cannot be copied`);
}

async function pushManifest(manifest: PlannedManifest, tools: PushTools): Promise<void> {
  const { writer, repository, signal } = tools;
  if (await writer.holdsManifest(repository, manifest.digest, signal)) return;
  for (const blob of manifest.blobs) await pushBlob(blob, manifest.places, tools);
  await writer.putManifest(repository, null, manifest, signal);
}

async function pushBlob(blob: PlannedBlob, places: readonly Place[], tools: PushTools): Promise<void> {
  const { writer, registry, repository, signal } = tools;
  const { bytes } = blob;
  if (await writer.holdsBlob(repository, blob.digest, signal)) return;
  if (bytes !== null) return writer.uploadBlob(repository, { ...blob, open: async () => once(bytes) }, signal);
  for (const place of places) {
    const isBeside = place.registry === registry && place.repository !== repository;
    if (isBeside && (await writer.mountBlob(repository, blob.digest, place.repository, signal))) return;
  }
  await copyBlob(blob, places, tools);
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

/** From the first place that has it. One that is not distributed may be nowhere. */
async function copyBlob(blob: PlannedBlob, places: readonly Place[], tools: PushTools): Promise<void> {
  const { writer, repository, readerOf, signal } = tools;
  let absent: RegistryError | null = null;
  for (const place of places) {
    const reader = readerOf(place.registry);
    if (reader === null) continue;
    try {
      const open = (limited: AbortSignal) => reader.streamBlob(place.repository, blob, limited);
      return await writer.uploadBlob(repository, { ...blob, open }, signal);
    } catch (error) {
      if (!(error instanceof RegistryError) || error.code !== 'not-found') throw error;
      absent = error;
    }
  }
  if (!blob.isElsewhere) throw absent ?? new RegistryError('not-found', `nobody holds the blob ${blob.digest}`);
}
