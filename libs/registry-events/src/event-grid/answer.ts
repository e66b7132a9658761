import { isJsonArray, isJsonObject } from '@strata/oci';
import { allowOrigin } from '../cloud-events/allow-origin.js';
import type { HookAnswer, HookRequest } from '../dialect.js';
import { objectIn, textIn } from '../payload/fields.js';
import { payloadIn } from '../payload/read-payload.js';

const VALIDATION = 'Microsoft.EventGrid.SubscriptionValidationEvent';

/**
 * Answers the handshake without which Event Grid delivers nothing: with the code that a subscription in its own schema
 * sends, or, in the schema of CloudEvents, with the leave that it asks for by OPTIONS.
 */
export function answer(request: HookRequest): HookAnswer | null {
  if (request.method === 'OPTIONS') return allowOrigin(request);
  if (request.headers.get('aeg-event-type')?.toLowerCase() !== 'subscriptionvalidation') return null;
  const validationResponse = validationCodeIn(request.body);
  return validationResponse === null ? null : { status: 200, headers: {}, body: { validationResponse } };
}

function validationCodeIn(body: Uint8Array): string | null {
  const payload = payloadIn(body);
  if ('reason' in payload || !isJsonArray(payload.value)) return null;
  const event = payload.value.find((element) => isJsonObject(element) && element['eventType'] === VALIDATION);
  return isJsonObject(event) ? textIn(objectIn(event, 'data'), 'validationCode') : null;
}
