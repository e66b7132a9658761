import { randomUUID } from 'node:crypto';
import { recordEvents, recordSources, type Catalog } from '@strata/catalog';
import type { Digest } from '@strata/oci';
import type { RegistryEvent } from '@strata/registry-events';

/** What we have pushed ourselves. */
export interface OwnPush {
  /** A word of ours for the list of events. */
  readonly action: 'assemble' | 'convert';
  readonly source: { readonly name: string; readonly dialect: string; readonly host: string };
  readonly repository: string;
  readonly tag: string;
  readonly digest: Digest;
  /** Who asked for it. */
  readonly by: string;
  readonly at: Date;
}

/**
 * Writes an event of our own into the inbox, by which the catalog learns of a push as of every other: the worker looks at
 * the registry. So it appears also where the registry's own events are late, lost or not set up, with the name of whoever made it.
 */
export async function recordPush(writes: Catalog, push: OwnPush): Promise<void> {
  const { action, source, repository, tag, digest, by, at } = push;
  const { name, dialect, host: registryHost } = source;
  const sourceId = (await recordSources(writes, [{ name, dialect, registryHost }])).get(name);
  if (sourceId === undefined) throw new Error(`the source ${name} has no row`);
  const told = { action, repository, tag, digest, by, at: at.toISOString() };
  const event: RegistryEvent = {
    ...{ kind: 'manifest-pushed', action, repository, tag, digest, actor: by, sourceTime: at },
    nativeId: `strata:${randomUUID()}`,
    raw: Buffer.from(JSON.stringify(told)),
    instanceId: null,
  };
  await recordEvents(writes, { sourceId, receivedAt: at, events: [event] });
}
