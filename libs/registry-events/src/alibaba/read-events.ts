import { isJsonObject } from '@strata/oci';
import { baseFacts } from '../payload/base-facts.js';
import { kindOf, objectIn } from '../payload/fields.js';
import { readChange, unreadable } from '../payload/read-change.js';
import { readObject } from '../payload/read-object.js';
import type { Delivery, RegistryEvent } from '../registry-event.js';

/**
 * Reads the webhook of Alibaba Cloud Container Registry, which tells of pushes by tag and of nothing else. Its time has no
 * zone, so it is not taken for one; with tag and digest it makes the bytes of each push its own.
 */
export function readEvents({ body }: Delivery): readonly RegistryEvent[] {
  return readObject(body, (event, bytes) => {
    const push = event['push_data'];
    if (!isJsonObject(push)) {
      const detail = `"push_data" is an object, this is ${kindOf(push)}`;
      return [unreadable(baseFacts(bytes, {}), 'SHAPE', detail)];
    }
    const repository = objectIn(event, 'repository')['repo_full_name'];
    const claim = { change: 'pushed', repository, tag: push['tag'], digest: push['digest'] } as const;
    return [readChange(claim, baseFacts(bytes, { action: 'push' }))];
  });
}
