import type { Delivery, RegistryEvent } from '../registry-event.js';
import { readCloudEvents } from '../cloud-events/read-cloud-events.js';
import { readZotEvent } from './read-zot-event.js';

/** Reads what zot's events extension sends: CloudEvents, one at a time, in binary mode over HTTP. */
export function readEvents(delivery: Delivery): readonly RegistryEvent[] {
  return readCloudEvents(delivery, readZotEvent);
}
