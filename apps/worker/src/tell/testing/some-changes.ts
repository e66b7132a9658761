import type { ChangeRow, FindingRow } from '@strata/catalog';
import { digestOf } from '@strata/oci';

const reference = 'registry.example/team/app:1.2';
const at = new Date('2026-11-21T09:00:00.000Z');
const fromDigest = digestOf(Buffer.from('before'));
const toDigest = digestOf(Buffer.from('after'));

const platformsOf = (...architectures: readonly string[]): ChangeRow['platforms'] =>
  architectures.map((architecture, id) => ({
    ...{ id, name: `linux/${architecture}`, os: 'linux', architecture },
    ...{ variant: null, osVersion: null, osFeatures: [] },
  }));

const finding: FindingRow = {
  ...{ id: 7n, kind: 'platform_lost', severity: 'high', policyId: null, repositoryId: 1n, tagId: 1n, manifestId: 2n },
  ...{ reference, subject: 'linux/arm64', policy: null, openedAt: at, closedAt: null, waiver: null },
  detail: { from: fromDigest, to: toDigest, actor: 'ci', at: at.toISOString() },
};

const about = { position: '812:4031', at, tagId: 1n, reference, fromDigest, toDigest, finding: null } as const;

/** One change of each kind. */
export const SOME_CHANGES: readonly ChangeRow[] = [
  { ...about, kind: 'tag_created', fromDigest: null, platforms: platformsOf('amd64', 'arm64') },
  { ...about, kind: 'tag_moved', platforms: platformsOf('amd64') },
  { ...about, kind: 'tag_deleted', toDigest: null, platforms: platformsOf('amd64') },
  { ...about, kind: 'platform_lost', platforms: platformsOf('arm64') },
  { ...about, kind: 'platform_gained', platforms: platformsOf('arm64') },
  { ...about, kind: 'finding_opened', fromDigest: null, platforms: platformsOf('amd64'), finding },
  { ...about, kind: 'finding_closed', fromDigest: null, platforms: platformsOf('amd64'), finding },
];
