import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { namedListSection } from './config-section.js';
import { checkConfigText } from './read-config-file.js';

const named = z.strictObject({ name: z.string(), owner: z.string().optional() });
const sources = namedListSection('sources', 'source', named);
const policies = namedListSection('policies', 'policy', named);

const problemsOf = (text: string, sections: Parameters<typeof checkConfigText>[2]): readonly string[] => {
  const checked = checkConfigText('strata.yaml', text, sections, { OWNER: 'platform' });
  return checked.ok ? [] : checked.problems.map(({ where, message }) => `${where} ${message}`);
};

const TWO = `
sources: [{ name: local }]
policies:
  - { name: signed, ownr: x }
  - { name: signed, owner: "\${NOBODY}" }
`;

describe('the sections of strata.yaml', () => {
  it('are read by those who ask for them: a mistake in a policy does not stop who only needs the sources', () => {
    expect(problemsOf(TWO, { sources })).toEqual([]);
    expect(checkConfigText('strata.yaml', TWO, { sources }, {})).toEqual({
      ok: true,
      value: { sources: [{ name: 'local' }] },
    });
  });

  it('are all told of in the order of the file', () => {
    expect(problemsOf(TWO, { policies, sources })).toEqual([
      'strata.yaml:4:21 policies[0].ownr is not a known setting',
      'strata.yaml:5:13 policies[1].name "signed" is already taken by a policy above',
      'strata.yaml:5:28 the variable NOBODY is not set',
    ]);
  });

  it('are none when they are not there', () => {
    expect(checkConfigText('f', '', { policies, sources }, {})).toEqual({
      ok: true,
      value: { policies: [], sources: [] },
    });
  });

  it.each([
    ['polices: []\n', 'strata.yaml:1:1 polices is not a known setting'],
    ['- sources\n', expect.stringMatching(/^strata\.yaml:1:1 .*expected object/)],
    ['sources: {}\n', expect.stringMatching(/^strata\.yaml:1:10 sources .*expected array/)],
  ])('are no others: %j', (text, problem) => {
    expect(problemsOf(text, { sources })).toEqual([problem]);
  });

  it('take their variables also where they refer to a part that nobody asked for', () => {
    const text = 'policies: [&one { name: a, owner: "${OWNER} $${OWNER}" }]\nsources: [*one, { name: b }]\n';
    expect(checkConfigText('f', text, { sources }, { OWNER: 'platform' })).toEqual({
      ok: true,
      value: { sources: [{ name: 'a', owner: 'platform ${OWNER}' }, { name: 'b' }] },
    });
    expect(problemsOf(text.replace('${OWNER}', '${NOBODY}'), { sources })).toEqual([
      'strata.yaml:1:35 the variable NOBODY is not set',
    ]);
  });
});
