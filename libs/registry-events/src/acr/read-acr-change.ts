import type { JsonObject } from '@strata/oci';
import type { BaseFacts } from '../payload/base-facts.js';
import { objectIn, textIn } from '../payload/fields.js';
import { ignored, readChange } from '../payload/read-change.js';
import type { RegistryEvent } from '../registry-event.js';

/**
 * One event of Azure Container Registry by its `action`, in a webhook or inside Event Grid. A delete is of a digest, or of
 * a repository; removing a tag is told by nobody. Charts of these actions are of Helm 2 and live outside the distribution API.
 */
export function readAcrChange(action: string, event: JsonObject, base: BaseFacts): RegistryEvent {
  const target = objectIn(event, 'target');
  const { repository, tag, digest } = target;
  const names = { repository, tag, digest };
  switch (action) {
    case 'push':
      return readChange({ change: 'pushed', ...names }, base);
    case 'delete':
      return readChange({ change: namesContent(target) ? 'deleted' : 'repository-deleted', ...names }, base);
    case 'quarantine':
      return ignored(base, 'NO_CHANGE', names); // nobody may pull it before it is released, and that is a push
    case 'chart_push':
    case 'chart_delete':
      return ignored(base, 'NOT_AN_IMAGE', names);
    case 'ping':
      return ignored(base, 'HANDSHAKE');
    default:
      return ignored(base, 'UNKNOWN_ACTION', names);
  }
}

/** Whether a delete is of a manifest or a tag; else it is of the repository as such. */
function namesContent(target: JsonObject): boolean {
  return textIn(target, 'tag') !== null || textIn(target, 'digest') !== null;
}
