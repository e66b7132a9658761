import { describe, expect, it } from '@jest/globals';
import { digestOf } from '@strata/oci';
import { FilterError, FILTER_CEILINGS } from './check-filter.js';
import { readTagFilter, tagFilterSchema } from './read-tag-filter.js';

const now = new Date('2026-08-20T10:00:00Z');
const digest = digestOf(Buffer.from('a'));

const problemsOf = (json: unknown): readonly string[] =>
  tagFilterSchema({ now: () => now })
    .safeParse(json)
    .error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`) ?? [];

describe('a filter written as JSON', () => {
  it('is read in the words of the contract', () => {
    const json = {
      registry: { eq: 'a.example' },
      repository: { glob: 'team/**', not: { contains: 'old' } },
      name: null,
      platforms: { hasAll: ['linux/amd64', 'arm64'] },
      format: ['OCI_IMAGE', 'OCI_INDEX'],
      digest,
      labels: [{ key: 'team' }, { key: 'team', value: { in: ['blue'] } }],
      attestation: ['SBOM', 'HELM_CHART'],
      finding: ['BROKEN_INDEX'],
      basesBehind: 2,
      pushed: { from: '2026-08-01T00:00:00+02:00', to: '2026-08-02T00:00:00.5Z' },
      size: { min: 10, max: '9007199254740993' },
      and: [{ user: { eq: '' } }],
      or: [{ not: { layerMediaType: { eq: 'x' } } }],
    };
    expect(readTagFilter(json)).toEqual({
      ...json,
      format: ['oci_image', 'oci_index'],
      attestation: ['sbom', 'helm_chart'],
      finding: ['broken_index'],
      pushed: { from: new Date('2026-07-31T22:00:00Z'), to: new Date('2026-08-02T00:00:00.500Z') },
      size: { min: 10n, max: 9_007_199_254_740_993n },
    });
  });

  it.each([
    ['-P90D', '2026-05-22T10:00:00Z'],
    ['-P2W', '2026-08-06T10:00:00Z'],
    ['-PT36H', '2026-08-18T22:00:00Z'],
    ['-P1DT30M', '2026-08-19T09:30:00Z'],
  ])('may say %s of a moment before now, where that is known', (from, moment) => {
    expect(readTagFilter({ pushed: { from } }, { now })).toEqual({ pushed: { from: new Date(moment) } });
    expect(() => readTagFilter({ pushed: { from } })).toThrow(FilterError);
  });

  it.each<[string, unknown, string]>([
    ['a field that there is not', { name: { equals: 'x' } }, 'name: Unrecognized key: "equals"'],
    ['a text for a filter', 'all', ': Invalid input: expected object, received string'],
    ['no platform', { not: { platforms: { has: ['linux/'] } } }, 'not.platforms.has.0: '],
    ['a word in small letters', { format: ['oci_image'] }, 'format.0: must be one of: DOCKER_SCHEMA1, '],
    [
      'a day for a time',
      { pushed: { to: '2026-08-20' } },
      'pushed.to: must be a time such as 2026-08-20T10:00:00Z, or ',
    ],
    ['a month, which is not always as long', { pushed: { to: '-P1M' } }, 'pushed.to: must be a time'],
    ['nothing before now', { pushed: { to: '-P' } }, 'pushed.to: must be a time'],
    ['half a byte', { size: { min: 0.5 } }, 'size.min: must be a number of bytes'],
    ['more bytes than there are', { size: { max: '9223372036854775808' } }, 'size.max: must be below 2^63'],
    ['half a digest', { layer: 'sha256:12' }, 'layer: must be a digest'],
    ['no reference', { derivedFrom: 'A B' }, 'derivedFrom: '],
    ['no builds', { basesBehind: 0 }, 'basesBehind: must be at least 1'],
    [
      'too many values',
      { name: { in: Array(FILTER_CEILINGS.predicates + 1).fill('x') } },
      'name.in.1000: a filter has at most',
    ],
    ['too many wildcards', { and: [{ name: { glob: 'a*'.repeat(40) } }] }, 'and.0.name.glob: a glob has at most'],
  ])('is refused with the place: %s', (_, json, problem) => {
    const problems = problemsOf(json);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(problem);
  });

  it('says all that is wrong with it', () => {
    expect(problemsOf({ name: { eq: 1 }, or: [{ digest: 'x' }, { nme: {} }] })).toHaveLength(3);
  });

  it('is refused with a code and a path like any other', () => {
    const error = (() => {
      try {
        return readTagFilter({ and: [{ nme: {} }] });
      } catch (caught) {
        return caught;
      }
    })();
    expect(error).toMatchObject({ code: 'malformed', path: 'and[0].nme' });
  });
});
