import { describe, expect, it } from '@jest/globals';
import { findingMessage, type FindingFacts } from './finding-message.js';

const HEX = 'ab'.repeat(32);
const child = `sha256:${HEX}`;
const facts: FindingFacts = { kind: 'policy', reference: 'r.example/a:1', subject: '', detail: null, policy: null };
const moved = { from: child, to: `sha256:${'cd'.repeat(32)}`, actor: 'ann', at: '2026-11-21T09:00:00.000Z' };

describe('a finding in a sentence', () => {
  it.each<[Partial<FindingFacts>, string]>([
    [{ policy: { name: 'signed', description: null } }, 'r.example/a:1 breaks the policy signed.'],
    [
      { policy: { name: 'signed', description: 'Images carry a signature.' } },
      'r.example/a:1 breaks the policy signed: Images carry a signature.',
    ],
    [
      { kind: 'platform_lost', subject: 'linux/arm64', detail: moved },
      'r.example/a:1 no longer runs on linux/arm64: the push by ann at 2026-11-21T09:00:00.000Z moved it from sha256:abababababab to sha256:cdcdcdcdcdcd.',
    ],
    [
      { kind: 'tag_rolled_back', detail: { ...moved, actor: null } },
      'r.example/a:1 went back to an older image: the push at 2026-11-21T09:00:00.000Z moved it from sha256:abababababab to sha256:cdcdcdcdcdcd.',
    ],
    [
      { kind: 'legacy_format' },
      'r.example/a:1 is in Docker schema 1, which current registries and clients no longer take.',
    ],
    [
      {
        kind: 'stale_base',
        subject: '',
        detail: { base: 'r.example/base:3', builds: 1, since: '2026-11-01T00:00:00.000Z' },
      },
      'r.example/a:1 is built on r.example/base:3, which has 1 newer build since 2026-11-01T00:00:00.000Z.',
    ],
    [
      { kind: 'platform_mismatch', subject: child, detail: { index: 'linux/arm64', config: 'linux/amd64' } },
      'r.example/a:1 lists sha256:abababababab for linux/arm64, but its config says linux/amd64.',
    ],
    [
      { kind: 'broken_index', subject: child, detail: { platform: 'linux/arm64' } },
      'r.example/a:1 lists sha256:abababababab for linux/arm64, which its repository does not have.',
    ],
    [
      { kind: 'invalid_manifest', detail: { code: 'not-json', message: 'this is no JSON' } },
      'r.example/a:1 is not a valid manifest: this is no JSON.',
    ],
  ])('%j', (some, sentence) => {
    expect(findingMessage({ ...facts, ...some })).toBe(sentence);
  });

  it.each<[FindingFacts['kind'], string]>([
    ['platform_lost', 'r.example/a:1 no longer runs on linux/arm64.'],
    ['tag_rolled_back', 'r.example/a:1 went back to an older image.'],
    ['stale_base', 'r.example/a:1 is built on a base which has newer builds.'],
    ['broken_index', 'r.example/a:1 lists linux/arm64, which its repository does not have.'],
    ['invalid_manifest', 'r.example/a:1 is not a valid manifest.'],
  ])('of kind %s stands also without its detail', (kind, sentence) => {
    for (const detail of [null, {}, { from: 1 }])
      expect(findingMessage({ ...facts, kind, subject: 'linux/arm64', detail })).toBe(sentence);
  });
});
