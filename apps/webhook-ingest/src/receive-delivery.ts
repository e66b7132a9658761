import type { Catalog, EventRecorder, InboxSignal } from '@strata/catalog';
import { quarantineDelivery, type Delivery, type RegistryEvent } from '@strata/registry-events';
import type { HookSource } from './hook-source.js';
import type { KnownInstances } from './known-instances.js';
import type { KeptBody } from './read-body.js';
import type { Crowd } from './share.js';

/** What taking in a delivery needs. */
export interface HookTools {
  readonly catalog: Catalog;
  readonly sources: ReadonlyMap<string, HookSource>;
  /** The row of a configured source. Throws what the database throws. */
  readonly sourceIdOf: (name: string) => Promise<number>;
  readonly instances: KnownInstances;
  readonly recorder: EventRecorder;
  readonly signal: InboxSignal;
  readonly crowd: Crowd;
  readonly now: () => Date;
}

/**
 * Reads what an authenticated source sent and commits it. Whatever the bytes, the result is at least one event, so
 * only the database can make this throw. Returns how many events are committed.
 */
export async function receiveDelivery(
  tools: HookTools,
  source: HookSource,
  delivery: { readonly headers: Delivery['headers']; readonly body: KeptBody },
): Promise<number> {
  const receivedAt = tools.now();
  const events = readDelivery(source, delivery.headers, delivery.body, receivedAt);
  const sourceId = await tools.sourceIdOf(source.name);
  await tools.recorder.record({ sourceId, events, receivedAt });
  tools.signal.raise();
  for (const instanceId of instancesIn(events)) {
    await tools.instances.see({ sourceId, instanceId, seenAt: receivedAt });
  }
  return events.length;
}

/** A registry sends for itself; whoever names many in one delivery does not make us write for long. */
const MAX_INSTANCES_PER_DELIVERY = 10;

function instancesIn(events: readonly RegistryEvent[]): readonly string[] {
  const named = events.flatMap(({ instanceId }) => instanceId ?? []);
  return [...new Set(named)].slice(0, MAX_INSTANCES_PER_DELIVERY);
}

function readDelivery(
  { dialect }: HookSource,
  headers: Delivery['headers'],
  body: KeptBody,
  receivedAt: Date,
): readonly RegistryEvent[] {
  switch (body.kind) {
    case 'whole':
      return dialect.readEvents({ headers, body: body.bytes, receivedAt });
    case 'too-large':
      return [quarantineDelivery(body.start, 'TOO_LARGE', 'only the start of the delivery is kept', body.id)];
    case 'undecodable':
      return [quarantineDelivery(body.bytes, 'ENCODING', body.detail)];
  }
}
