import { expect, it } from '@jest/globals';
import { digestOf } from '@strata/oci';
import { changeMessage } from './change-message.js';
import type { TagChangeRow } from './tell-changes.js';

const digest = digestOf(Buffer.from('a'));
const named = (...names: string[]): TagChangeRow['platforms'] =>
  names.map((name, id) => ({
    id,
    name,
    os: 'linux',
    architecture: 'amd64',
    variant: null,
    osVersion: null,
    osFeatures: [],
  }));
const change: TagChangeRow = {
  ...{ kind: 'tag_created', position: '1:1', at: new Date(0), tagId: 1n, reference: 'r/a:1' },
  ...{ fromDigest: digest, toDigest: digest, platforms: [], finding: null },
};

it.each<[Partial<TagChangeRow>, string]>([
  [{ fromDigest: null }, 'r/a:1 is new and points at sha256:ca978112ca1b.'],
  [{ platforms: named('linux/amd64') }, 'r/a:1 is new and points at sha256:ca978112ca1b for linux/amd64.'],
  [{ kind: 'tag_moved' }, 'r/a:1 moved from sha256:ca978112ca1b to sha256:ca978112ca1b.'],
  [{ kind: 'tag_deleted', toDigest: null }, 'r/a:1 was deleted; it pointed at sha256:ca978112ca1b.'],
  [{ kind: 'platform_lost', platforms: named('a', 'b') }, 'r/a:1 no longer runs on a and b.'],
  [{ kind: 'platform_gained', platforms: named('a', 'b', 'c') }, 'r/a:1 now runs on a, b, and c.'],
])('says %j in a sentence', (facts, sentence) => {
  expect(changeMessage({ ...change, ...facts })).toBe(sentence);
});
