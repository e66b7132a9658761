import type { JsonObject } from '@strata/oci';
import { baseFacts, type BaseFacts, type EventBytes } from '../payload/base-facts.js';
import { idIn, kindOf, objectIn, textIn, timeIn } from '../payload/fields.js';
import { ignored, readChange, unreadable, type ClaimedChange } from '../payload/read-change.js';
import { readDeletion } from '../payload/read-deletion.js';
import { readObject } from '../payload/read-object.js';
import type { Delivery, RegistryEvent } from '../registry-event.js';

/** Reads the events of Amazon ECR as EventBridge posts them to an API destination: one event, unchanged. */
export function readEvents({ body }: Delivery): readonly RegistryEvent[] {
  return readObject(body, readEvent);
}

function readEvent(event: JsonObject, bytes: EventBytes): readonly RegistryEvent[] {
  const detail = objectIn(event, 'detail');
  const detailType = textIn(event, 'detail-type');
  const base = baseFacts(bytes, {
    action: textIn(detail, 'action-type') ?? detailType,
    nativeId: idIn(event, 'id'),
    sourceTime: timeIn(event, 'time'),
  });
  const names = { repository: detail['repository-name'], tag: detail['image-tag'], digest: detail['image-digest'] };
  switch (detailType) {
    case 'ECR Image Action':
    case 'ECR Referrer Action':
    case 'ECR Replication Action':
      return readAction(detail, names, base);
    case 'ECR Pull Through Cache Action':
      return [readCached(detail, names, base)];
    case 'ECR Image Scan':
    case 'ECR Scan Resource Change':
      return [ignored(base, 'SCAN', names)];
    case null:
      return [unreadable(base, 'SHAPE', `"detail-type" is a text, this is ${kindOf(event['detail-type'])}`)];
    default:
      return [ignored(base, 'UNKNOWN_ACTION', names)];
  }
}

type Names = Omit<ClaimedChange, 'change'>;

/**
 * A delete may name a tag beside the digest: whether other tags keep the image is not said. A replication is told in the
 * region that received the copy.
 */
function readAction(detail: JsonObject, names: Names, base: BaseFacts): readonly RegistryEvent[] {
  if (detail['result'] === 'FAILURE') return [ignored(base, 'FAILED', names)];
  switch (detail['action-type']) {
    case 'PUSH':
      return [readChange({ change: 'pushed', ...names }, base)];
    case 'DELETE':
      return readDeletion(names, base);
    default:
      return [ignored(base, 'UNKNOWN_ACTION', names)];
  }
}

/** An image that was fetched from an upstream registry because somebody pulled it. */
function readCached(detail: JsonObject, names: Names, base: BaseFacts): RegistryEvent {
  if (detail['sync-status'] !== 'SUCCESS') return ignored(base, 'FAILED', names);
  return readChange({ change: 'pushed', ...names }, base);
}
