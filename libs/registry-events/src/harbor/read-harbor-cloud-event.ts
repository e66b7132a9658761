import { isJsonObject } from '@strata/oci';
import type { CloudEvent } from '../cloud-events/cloud-event.js';
import { withActor } from '../payload/base-facts.js';
import { textIn } from '../payload/fields.js';
import { severalEvents } from '../payload/several-events.js';
import type { RegistryEvent } from '../registry-event.js';
import { readEventData } from './read-event-data.js';

/** An event of Harbor in its CloudEvents format, from Harbor itself or through a broker. */
export function readHarborCloudEvent({ type, data, attributes, facts }: CloudEvent): readonly RegistryEvent[] {
  const base = withActor(facts, textIn(attributes, 'operator'));
  return severalEvents(facts.raw, readEventData(type, isJsonObject(data) ? data : {}, base));
}
