import type { TagFilter } from '../tag-filter.js';

/** A filter as the JSON that `readTagFilter` reads. */
export function writeTagFilter(filter: TagFilter): unknown {
  const { format, attestation, finding, and, or, not, ...same } = filter;
  const whole = {
    ...same,
    format: format?.map((word) => word.toUpperCase()),
    attestation: attestation?.map((word) => word.toUpperCase()),
    finding: finding?.map((word) => word.toUpperCase()),
    and: and?.map(writeTagFilter),
    or: or?.map(writeTagFilter),
    not: not ? writeTagFilter(not) : undefined,
  };
  return JSON.parse(JSON.stringify(whole, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value)));
}
