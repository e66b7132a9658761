import { FilterError } from '../filter/check-filter.js';
import { readTagFilter } from '../filter/read-tag-filter.js';
import type { TagFilter } from '../filter/tag-filter.js';
import { dependsOnTime, type UnreadableFilter, type WrittenPolicy } from './policy.js';

/** The filters of a policy as they are asked. */
export interface PolicyFilters {
  readonly where: TagFilter;
  readonly require: TagFilter;
}

type Written = Pick<WrittenPolicy, 'where' | 'require'>;

/** Reads the filters of a policy that is kept. Throws `FilterError`, with the place in the policy. */
export function readPolicyFilters(policy: Written, now: Date): PolicyFilters {
  const reading = readingOf(policy);
  if (reading.filters === null) throw new FilterError(reading.code, reading.path, reading.message);
  return dependsOnTime(policy) ? readNow(policy, now) : reading.filters;
}

/** Why the filters of a policy that is kept cannot be read here; null for those that can. */
export function findUnreadable(policy: Written): UnreadableFilter | null {
  const reading = readingOf(policy);
  if (reading.filters !== null) return null;
  const { code, path, message } = reading;
  return { code, path, message };
}

type Reading = { readonly filters: PolicyFilters } | (UnreadableFilter & { readonly filters: null });

/** What has come of reading filters, by their text: reading them again takes longer than asking them. */
const known = new Map<string, Reading>();

/** More than anybody has policies. */
const MOST_KNOWN = 1_000;

/** Whether filters can be read does not hang on the moment, only what their times are. */
function readingOf(policy: Written): Reading {
  const key = JSON.stringify([policy.where, policy.require]);
  const before = known.get(key);
  if (before !== undefined) return before;
  const reading = tryReading(policy);
  if (known.size >= MOST_KNOWN) known.clear();
  known.set(key, reading);
  return reading;
}

function tryReading(policy: Written): Reading {
  try {
    return { filters: readNow(policy, new Date(0)) };
  } catch (error) {
    if (!(error instanceof FilterError)) throw error;
    const { code, path, message } = error;
    return { filters: null, code, path, message };
  }
}

function readNow({ where, require }: Written, now: Date): PolicyFilters {
  return { where: readPart('where', where, now), require: readPart('require', require, now) };
}

function readPart(part: keyof PolicyFilters, json: unknown, now: Date): TagFilter {
  try {
    return readTagFilter(json, { now });
  } catch (error) {
    if (!(error instanceof FilterError)) throw error;
    throw new FilterError(error.code, error.path === '' ? part : `${part}.${error.path}`, error.message);
  }
}
