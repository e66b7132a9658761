import { readOneOrMany } from '../payload/read-one-or-many.js';
import type { Delivery, RegistryEvent } from '../registry-event.js';
import type { CloudEventReader } from './cloud-event.js';
import { toStructured } from './binary-mode.js';
import { readCloudEvent } from './read-cloud-event.js';

const STRUCTURED = /^\s*application\/cloudevents(?:-batch)?(?![a-z0-9-])/i;

/**
 * Reads a delivery of CloudEvents 1.0 in any of its three modes (HTTP protocol binding, section 3): binary, structured and
 * batched JSON. Binary mode is turned into structured mode first, so that the bytes kept of an event hold its
 * attributes too and it can be read again without the headers. Total as long as `read` is.
 */
export function readCloudEvents(delivery: Delivery, read: CloudEventReader): readonly RegistryEvent[] {
  const body = isBinary(delivery.headers) ? toStructured(delivery) : delivery.body;
  return readOneOrMany(body, (event, bytes) => readCloudEvent(event, bytes, read));
}

function isBinary(headers: Delivery['headers']): boolean {
  return headers.has('ce-specversion') && !STRUCTURED.test(headers.get('content-type') ?? '');
}
