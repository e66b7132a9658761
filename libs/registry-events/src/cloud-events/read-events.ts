import { readGridCloudEvent } from '../event-grid/read-grid-event.js';
import { readEcrCloudEvent } from '../ecr/read-ecr-cloud-event.js';
import { readHarborCloudEvent } from '../harbor/read-harbor-cloud-event.js';
import { ignored } from '../payload/read-change.js';
import type { Delivery, RegistryEvent } from '../registry-event.js';
import { readZotEvent } from '../zot/read-zot-event.js';
import type { CloudEventReader } from './cloud-event.js';
import { readCloudEvents } from './read-cloud-events.js';
import { readOwnEvent } from './read-own-event.js';

/** Who understands which types, by how they begin. */
const READERS: readonly (readonly [string, CloudEventReader])[] = [
  ['strata.', readOwnEvent],
  ['harbor.', readHarborCloudEvent],
  ['zotregistry.', readZotEvent],
  ['Microsoft.ContainerRegistry.', readGridCloudEvent],
  ['com.amazon.ecr.', readEcrCloudEvent],
];

/**
 * Reads CloudEvents from a sender of any kind: a broker that passes on what a registry wrote, or a program that
 * somebody wrote for Strata. Types that nobody here understands are ignored under their name.
 */
export function readEvents(delivery: Delivery): readonly RegistryEvent[] {
  return readCloudEvents(delivery, (event) => {
    const reader = READERS.find(([beginning]) => event.type.startsWith(beginning))?.[1];
    return reader === undefined ? [ignored(event.facts, 'UNKNOWN_ACTION')] : reader(event);
  });
}
