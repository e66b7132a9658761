import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';

/** What is wrong, the file it is written into, the text, and the rule that must object. */
type Case = readonly [title: string, file: string, text: string, rule: string];

const OCI = 'libs/oci/src/digest.ts';
const CATALOG = 'libs/catalog/src/open-catalog.ts';
const RUNTIME = 'libs/runtime/src/errno-of.ts';
const CLI = 'apps/cli/src/command.ts';
const RESOLVER = 'apps/graphql-api/src/tag/tag.resolver.ts';
const BOUNDARIES = '@nx/enforce-module-boundaries';

const forbidden: readonly Case[] = [
  ['a domain that knows an adapter', OCI, "export { openCatalog } from '@strata/catalog';", BOUNDARIES],
  ['a domain that installs an engine', OCI, "export { Pool } from 'pg';", BOUNDARIES],
  ['a domain that speaks HTTP', OCI, "export { request } from 'node:http';", 'no-restricted-imports'],
  ['a domain that reads files', OCI, "export { readFile } from 'node:fs/promises';", 'no-restricted-imports'],
  ['a domain that fetches', OCI, "export const x = fetch('http://h');", 'no-restricted-globals'],
  ['a domain that reads the environment', OCI, 'export const x = process.env.HOME;', 'no-restricted-globals'],
  ['an adapter that knows another adapter', CATALOG, "export * as queue from '@strata/queue';", BOUNDARIES],
  ['an adapter that knows the runtime', CATALOG, "export { createLogger } from '@strata/runtime';", BOUNDARIES],
  ['an adapter with the engine of another', CATALOG, "export { fetch } from 'undici';", 'no-restricted-imports'],
  ['an adapter that installs a web server', CATALOG, "export { fastify } from 'fastify';", BOUNDARIES],
  ['a runtime that knows the domain', RUNTIME, "export { digestOf } from '@strata/oci';", BOUNDARIES],
  ['a contract with a library', 'libs/graphql/src/index.ts', "export { z } from 'zod';", BOUNDARIES],
  ['an app that opens its own connections', CLI, "export { Pool } from 'pg';", BOUNDARIES],
  ['a path into another project', CLI, "export { digestOf } from '../../../libs/oci/src/digest.js';", BOUNDARIES],
  ['a cycle of imports', OCI, "export { isDigest } from './index.js';", 'import-x/no-cycle'],
  ['any', CLI, 'export const x: any = 1;', '@typescript-eslint/no-explicit-any'],
  ['a promise nobody waits for', CLI, 'Promise.resolve(1);', '@typescript-eslint/no-floating-promises'],
  [
    'a switch that forgets a case',
    CLI,
    "export function f(x: 'a' | 'b'): number {\n  switch (x) {\n    case 'a':\n      return 1;\n  }\n  return 2;\n}",
    '@typescript-eslint/switch-exhaustiveness-check',
  ],
  ['the environment read far from main.ts', CLI, 'export const x = process.env;', 'no-restricted-properties'],
  ['the environment by another name', CLI, "export { env } from 'node:process';", 'no-restricted-imports'],
  ['an export without names', CLI, "export * from './main.js';", 'no-restricted-syntax'],
  [
    'an export without names from a resolver',
    RESOLVER,
    "export * from './tag-move.resolver.js';",
    'no-restricted-syntax',
  ],
  [
    'the resolver of a field with decorated parameters',
    RESOLVER,
    fieldOf('@Parent() tag: object'),
    'no-restricted-syntax',
  ],
  ['a test library in what ships', CLI, "export { expect } from '@jest/globals';", BOUNDARIES],
  ['a file of 251 lines', CLI, lines(251), 'max-lines'],
  ['a function of 51 lines', CLI, `export function f(): void {\n${lines(50)}}\n`, 'max-lines-per-function'],
];

const allowed: readonly (readonly [title: string, file: string, text: string])[] = [
  ['a domain that hashes', OCI, "export { createHash } from 'node:crypto';"],
  ['a domain with zod', OCI, "export { z } from 'zod';"],
  [
    'a test of the domain that reads its fixtures',
    'libs/oci/src/digest.spec.ts',
    "export { readFileSync } from 'node:fs';",
  ],
  ['an adapter on its engine', CATALOG, "export { Pool } from 'pg';"],
  ['an app on libraries of every layer below', CLI, "export { createLogger } from '@strata/runtime';"],
  ['the resolver of a field as Nest can call it', RESOLVER, fieldOf('tag: object')],
  ['a main.ts that reads the environment', 'apps/cli/src/main.ts', 'export const x = process.env;'],
];

function fieldOf(parameters: string): string {
  return [
    "import { Parent, ResolveField } from '@nestjs/graphql';",
    `export class T {\n  @ResolveField()\n  name(${parameters}): unknown {\n    return [tag, Parent];\n  }\n}`,
  ].join('\n');
}

function lines(count: number): string {
  return '  void 0;\n'.repeat(count);
}

describe('the lint rules', () => {
  let broken: readonly (readonly string[])[] = [];
  beforeAll(() => {
    const snippets = [...forbidden, ...allowed].map(([, file, text]) => ({ file, text }));
    const program = join(process.cwd(), 'tools/lint/lint-snippets.mjs');
    const { stdout, stderr, status } = spawnSync('node', [program], {
      input: JSON.stringify(snippets),
      encoding: 'utf8',
    });
    if (status !== 0) throw new Error(`ESLint could not run: ${stderr}`);
    broken = JSON.parse(stdout) as string[][]; // the last line of lint-snippets.mjs
  }, 60_000);

  it.each(forbidden.map(([title, , , rule], index) => ({ title, rule, index })))(
    'object to $title ($rule)',
    ({ rule, index }) => {
      expect(broken[index]).toContain(rule);
    },
  );

  it.each(allowed.map(([title], index) => ({ title, index })))('accept $title', ({ index }) => {
    expect(broken[forbidden.length + index]).toEqual([]);
  });
});
