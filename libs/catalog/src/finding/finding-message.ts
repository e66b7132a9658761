import { shortDigest } from '../short-digest.js';
import type { FindingKind } from '../stored-words.js';
import { readFindingDetail, type FindingDetails } from './finding-detail.js';

/** What a finding's sentence is made of. */
export interface FindingFacts {
  readonly kind: FindingKind;
  /** `registry/repository:tag`, or `registry/repository@digest` for a finding about a manifest. */
  readonly reference: string;
  readonly subject: string;
  /** As `finding.detail` holds it. */
  readonly detail: unknown;
  /** Of a finding of kind `policy`. */
  readonly policy: { readonly name: string; readonly description: string | null } | null;
}

/**
 * A finding as a sentence for people. It is made when it is read, so that everything which shows findings (answers,
 * exports, reports, messages to others) says the same, and a better sentence is better for all that were ever found.
 */
export function findingMessage({ kind, reference, subject, detail, policy }: FindingFacts): string {
  switch (kind) {
    case 'policy':
      return `${reference} breaks the policy ${policy?.name ?? '?'}${because(policy?.description ?? null)}.`;
    case 'platform_lost':
      return `${reference} no longer runs on ${subject}${byMove(readFindingDetail(kind, detail))}.`;
    case 'tag_rolled_back':
      return `${reference} went back to an older image${byMove(readFindingDetail(kind, detail))}.`;
    case 'legacy_format':
      return `${reference} is in Docker schema 1, which current registries and clients no longer take.`;
    case 'stale_base':
      return `${reference} is built on ${behind(readFindingDetail(kind, detail))}.`;
    case 'platform_mismatch':
      return `${reference} ${disagrees(subject, readFindingDetail(kind, detail))}.`;
    case 'broken_index': {
      const platform = readFindingDetail(kind, detail)?.platform ?? null;
      return `${reference} lists ${shortDigest(subject)}${platform === null ? '' : ` for ${platform}`}, which its repository does not have.`;
    }
    case 'invalid_manifest': {
      const problem = readFindingDetail(kind, detail)?.message ?? null;
      return `${reference} is not a valid manifest${problem === null ? '' : `: ${withoutStop(problem)}`}.`;
    }
  }
}

function because(description: string | null): string {
  return description === null || description.trim() === '' ? '' : `: ${withoutStop(description)}`;
}

function byMove(move: FindingDetails['platform_lost'] | null): string {
  if (move === null) return '';
  const { from, to, actor, at } = move;
  const who = actor === null ? '' : ` by ${actor}`;
  return `: the push${who} at ${at} moved it from ${from === null ? 'nothing' : shortDigest(from)} to ${shortDigest(to)}`;
}

function behind(detail: FindingDetails['stale_base'] | null): string {
  if (detail === null) return 'a base which has newer builds';
  const { base, builds, since } = detail;
  return `${base}, which has ${builds} newer ${builds === 1 ? 'build' : 'builds'} since ${since}`;
}

function disagrees(child: string, detail: FindingDetails['platform_mismatch'] | null): string {
  if (detail === null) return `and the config of ${shortDigest(child)} in it disagree on the platform`;
  return `lists ${shortDigest(child)} for ${detail.index ?? 'no platform'}, but its config says ${detail.config ?? 'none'}`;
}

function withoutStop(text: string): string {
  return text.trim().replace(/\.$/, '');
}
