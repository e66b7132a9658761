import { isJsonObject, type JsonObject } from '@strata/oci';
import { baseFacts } from '../payload/base-facts.js';
import { objectIn, textIn, unixTimeIn } from '../payload/fields.js';
import { idOfArrival } from '../payload/id-of-arrival.js';
import { ignored, readChange } from '../payload/read-change.js';
import { readObject } from '../payload/read-object.js';
import type { Delivery, RegistryEvent } from '../registry-event.js';

/**
 * Reads the one webhook that Docker Hub has: a tag was pushed. No digest, no id; the second of the push is in its bytes, so
 * they tell repeats apart. `callback_url` is a relic, and an address chosen by whoever wrote this: it is never called.
 */
export function readEvents({ body, receivedAt }: Pick<Delivery, 'body' | 'receivedAt'>): readonly RegistryEvent[] {
  return readObject(body, (webhook, bytes) => {
    const push = objectIn(webhook, 'push_data');
    const sourceTime = unixTimeIn(push, 'pushed_at');
    const facts = baseFacts(bytes, {
      action: isJsonObject(webhook['push_data']) ? 'push' : null,
      actor: textIn(push, 'pusher'),
      sourceTime,
      nativeId: sourceTime === null ? idOfArrival({ body, receivedAt }) : null,
    });
    const repository = repositoryOf(objectIn(webhook, 'repository'));
    if (facts.action === '') return [ignored(facts, 'UNKNOWN_ACTION', { repository })];
    return [readChange({ change: 'pushed', repository, tag: push['tag'] }, facts)];
  });
}

/** Official images are called by one word on the Hub; the registry's API has them below `library`. */
function repositoryOf(repository: JsonObject): string | undefined {
  const name = textIn(repository, 'repo_name');
  if (name === null) return undefined;
  return name.includes('/') ? name : `library/${name}`;
}
