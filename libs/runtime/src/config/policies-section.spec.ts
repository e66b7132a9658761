import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { policiesSection } from './policies-section.js';
import { checkConfigText } from './read-config-file.js';

/** A filter as small as it can be. */
const filter = z.strictObject({ name: z.string('must be a text').optional() });
const sections = { policies: policiesSection({ filter }) };
const A = 'name: a\nseverity: HIGH\nowner: "${TEAM}"\nrequire: { name: x }\n';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'strata-policies-'));
  mkdirSync(join(folder, 'some'));
  mkdirSync(join(folder, 'empty'));
  writeFileSync(join(folder, 'some', 'b.yaml'), 'name: b\nseverity: low\nwhere: { name: y }\nrequire: { name: x }\n');
  writeFileSync(join(folder, 'some', 'a.yml'), A);
  writeFileSync(join(folder, 'some', 'README.md'), 'no policy');
  writeFileSync(
    join(folder, 'list.yaml'),
    '- name: c\n  severity: low\n  require: { nme: x }\n- name: d\n  severity: mild\n',
  );
  writeFileSync(join(folder, 'broken.yaml'), 'name: [\n');
});
afterAll(() => rmSync(folder, { recursive: true }));

const check = (text: string) => checkConfigText(join(folder, 'strata.yaml'), text, sections, { TEAM: 'platform' });
const problemsOf = (text: string): readonly string[] => {
  const checked = check(text);
  return checked.ok
    ? []
    : checked.problems.map(({ where, message }) => `${where.replace(`${folder}/`, '')} ${message}`);
};

describe('the policies of strata.yaml', () => {
  it('stand in it, in files, and in folders of files, with the variables put in', () => {
    const here = '{ name: here, severity: critical, description: Why, require: { name: z } }';
    expect(check(`policies:\n  - ${here}\n  - some\n`)).toEqual({
      ok: true,
      value: {
        policies: [
          { name: 'here', severity: 'critical', description: 'Why', owner: null, where: {}, require: { name: 'z' } },
          { name: 'a', severity: 'high', description: null, owner: 'platform', where: {}, require: { name: 'x' } },
          { name: 'b', severity: 'low', description: null, owner: null, where: { name: 'y' }, require: { name: 'x' } },
        ],
      },
    });
  });

  it.each<[string, string, readonly string[]]>([
    [
      'a file',
      'policies: [list.yaml]\n',
      [
        'list.yaml:3:14 [0].require.nme is not a known setting',
        'list.yaml:4:3 [1].require is needed and not set',
        'list.yaml:5:13 [1].severity must be one of: low, medium, high, critical',
      ],
    ],
    [
      'this one',
      'policies:\n  - { name: A, severity: low, require: {}, whre: {} }\n',
      [
        'strata.yaml:2:13 policies[0].name must be 1 to 63 of a-z, 0-9 and inner hyphens',
        'strata.yaml:2:40 policies[0].require must ask something, or no tag could fail it',
        'strata.yaml:2:44 policies[0].whre is not a known setting',
      ],
    ],
    [
      'a filter',
      'policies: [{ name: a, severity: low, where: { name: 1 }, require: { name: x } }]\n',
      ['strata.yaml:1:53 policies[0].where.name must be a text'],
    ],
    ['a path', 'policies: [nowhere]\n', ['strata.yaml:1:12 policies[0] names what cannot be read (ENOENT)']],
    ['a folder', 'policies: [empty]\n', ['strata.yaml:1:12 policies[0] is a folder without a file of policies']],
    ['another file', 'policies: [some, some/a.yml]\n', ['some/a.yml:1:7 name "a" is already taken by a policy above']],
  ])('are told with the place of each mistake in %s', (_, text, problems) => {
    expect(problemsOf(text)).toEqual(problems);
  });

  it('say where a text is no YAML', () => {
    expect(problemsOf('policies: [broken.yaml]\n')[0]).toMatch(/^broken\.yaml:\d+:\d+ /);
  });
});
