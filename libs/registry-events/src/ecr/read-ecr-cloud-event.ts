import { isJsonObject } from '@strata/oci';
import type { CloudEvent } from '../cloud-events/cloud-event.js';
import { kindOf } from '../payload/fields.js';
import { ignored, readChange, unreadable } from '../payload/read-change.js';
import { readDeletion } from '../payload/read-deletion.js';
import type { RegistryEvent } from '../registry-event.js';

/** An event of ECR that an input transformer of EventBridge has turned into a CloudEvent, as consumers agreed to write it. */
export function readEcrCloudEvent({ type, data, facts }: CloudEvent): readonly RegistryEvent[] {
  if (!isJsonObject(data)) return [unreadable(facts, 'SHAPE', `the data is an object, this is ${kindOf(data)}`)];
  const names = { repository: data['repositoryName'], tag: data['imageTag'], digest: data['imageDigest'] };
  switch (type) {
    case 'com.amazon.ecr.image.push':
      return [readChange({ change: 'pushed', ...names }, facts)];
    case 'com.amazon.ecr.image.delete':
      return readDeletion(names, facts);
    default:
      return [ignored(facts, 'UNKNOWN_ACTION', names)];
  }
}
