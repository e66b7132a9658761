import type { FindingKind, Severity } from '../stored-words.js';

/** How much each kind of finding matters; a policy says it of its own. */
export const SEVERITY_OF = {
  broken_index: 'critical',
  platform_lost: 'high',
  platform_mismatch: 'high',
  invalid_manifest: 'high',
  legacy_format: 'medium',
  stale_base: 'medium',
  tag_rolled_back: 'low',
} as const satisfies Record<Exclude<FindingKind, 'policy'>, Severity>;
