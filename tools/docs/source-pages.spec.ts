import { globSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { dialectNames, dialectOf } from '@strata/registry-events';

const HEADINGS = [
  '## Set-up',
  '## What it tells',
  '## What it never tells',
  '## Delivery',
  '## Recommended crawl interval',
];

describe('docs/sources', () => {
  it('has a page for each dialect and no other, and its index names them all', () => {
    const pages = globSync('docs/sources/*.md').map((file) => basename(file, '.md'));
    expect(pages.filter((page) => page !== 'README').sort()).toEqual([...dialectNames].sort());
    const index = readFileSync('docs/sources/README.md', 'utf8');
    for (const name of dialectNames) expect(index).toContain(`[${name}](${name}.md)`);
  });

  it.each(dialectNames)(
    '%s says how to set it up, what it tells and not, how it delivers, how often to crawl',
    (name) => {
      const page = readFileSync(`docs/sources/${name}.md`, 'utf8');
      for (const heading of HEADINGS) expect(page).toContain(`\n${heading}\n`);
      expect(page).toContain(`dialect: ${name}\n`);
      const { usual } = dialectOf(name).authentication;
      // Whoever knows an address that holds the secret can write to it.
      if (usual?.scheme === 'path') expect(page).toContain('\n## What it cannot prove\n');
    },
  );
});
