import type { JsonObject, JsonValue } from '@strata/oci';
import type { BaseFacts } from '../payload/base-facts.js';
import type { RegistryEvent } from '../registry-event.js';

/** One event in the envelope of CloudEvents 1.0, in whichever of its modes it came. */
export interface CloudEvent {
  readonly type: string;
  readonly source: string;
  readonly subject: string | null;
  /** Every attribute under its own name, extensions included. */
  readonly attributes: JsonObject;
  /** What the event is about; undefined where there is no data. */
  readonly data: JsonValue | undefined;
  /** Type, id and time as our facts; `raw` is the event in structured mode, which holds everything. */
  readonly facts: BaseFacts;
}

/** Turns one CloudEvent into ours; total, and never empty. */
export type CloudEventReader = (event: CloudEvent) => readonly RegistryEvent[];
