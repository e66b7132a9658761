import type { IgnoreReason } from '../registry-event.js';

/** What a type of Harbor's asks us to do. */
export type HarborKind =
  | { readonly kind: 'change'; readonly change: 'pushed' | 'deleted' }
  | { readonly kind: 'retention' }
  | { readonly kind: 'ignored'; readonly reason: IgnoreReason };

const ignored = (reason: IgnoreReason): HarborKind => ({ kind: 'ignored', reason });
const pushed: HarborKind = { kind: 'change', change: 'pushed' };
const deleted: HarborKind = { kind: 'change', change: 'deleted' };
const retention: HarborKind = { kind: 'retention' };

/** Harbor's types, as both of its formats write them. */
const KINDS: ReadonlyMap<string, HarborKind> = new Map([
  ['PUSH_ARTIFACT', pushed],
  ['harbor.artifact.pushed', pushed],
  ['DELETE_ARTIFACT', deleted],
  ['harbor.artifact.deleted', deleted],
  ['TAG_RETENTION', retention],
  ['harbor.tag_retention.finished', retention],
  ['PULL_ARTIFACT', ignored('PULL')],
  ['harbor.artifact.pulled', ignored('PULL')],
  ['SCANNING_COMPLETED', ignored('SCAN')],
  ['SCANNING_FAILED', ignored('SCAN')],
  ['SCANNING_STOPPED', ignored('SCAN')],
  ['harbor.scan.completed', ignored('SCAN')],
  ['harbor.scan.failed', ignored('SCAN')],
  ['harbor.scan.stopped', ignored('SCAN')],
  ['QUOTA_EXCEED', ignored('QUOTA')],
  ['QUOTA_WARNING', ignored('QUOTA')],
  ['harbor.quota.exceeded', ignored('QUOTA')],
  ['harbor.quota.warned', ignored('QUOTA')],
  ['REPLICATION', ignored('REPLICATION')], // what it brings is pushed, and told as a push
  ['harbor.replication.status.changed', ignored('REPLICATION')],
]);

/** What a type asks for. Harbor's tests of a policy and whatever it will invent are ignored by name. */
export function kindOfHarborEvent(type: string): HarborKind {
  return KINDS.get(type) ?? ignored('UNKNOWN_ACTION');
}
