import type { ChangeKind, StoredSeverity } from '@strata/catalog';

/** What `kinds` of a webhook may say, as the GraphQL enumeration ChangeKind says it. */
export const KINDS: Readonly<Record<Uppercase<ChangeKind>, ChangeKind>> = {
  TAG_CREATED: 'tag_created',
  TAG_MOVED: 'tag_moved',
  TAG_DELETED: 'tag_deleted',
  PLATFORM_LOST: 'platform_lost',
  PLATFORM_GAINED: 'platform_gained',
  FINDING_OPENED: 'finding_opened',
  FINDING_CLOSED: 'finding_closed',
};

/** What `minimumSeverity` of a webhook may say, the least first. */
export const SEVERITIES: Readonly<Record<Uppercase<StoredSeverity>, StoredSeverity>> = {
  LOW: 'low',
  MEDIUM: 'medium',
  HIGH: 'high',
  CRITICAL: 'critical',
};

const ORDER = Object.values(SEVERITIES);

/** Whether a severity is one of those that are asked for. */
export function isAtLeast(severity: StoredSeverity, minimum: StoredSeverity): boolean {
  return ORDER.indexOf(severity) >= ORDER.indexOf(minimum);
}
