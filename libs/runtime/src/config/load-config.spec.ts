import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { ConfigError } from './config-error.js';
import { loadConfig } from './load-config.js';
import { Port, RuntimeConfig } from './runtime-config.js';
import { sourcesSection } from './sources-section.js';

const schema = z.object({ ...RuntimeConfig.shape, DATABASE_URL: z.string(), STRATA_API_PORT: Port.default(3000) });
const words = {
  dialects: ['distribution'] as const,
  authentication: z.never(),
  settle: () => ({ ok: true, authentication: null }) as const,
};

const sections = { sources: sourcesSection(words) };

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'strata-config-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function file(text: string): string {
  const path = join(folder, 'some.yaml');
  writeFileSync(path, text);
  return path;
}

function problemsOf(env: Record<string, string>): readonly string[] {
  try {
    loadConfig({ schema, env, sections });
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.problems.map(({ where, message }) => `${where}: ${message}`);
  }
}

describe('loadConfig', () => {
  it('gives defaults where nothing is set, and counts an empty variable as absent', () => {
    const { config, sources } = loadConfig({
      schema,
      env: { DATABASE_URL: 'postgres://x', LOG_LEVEL: '' },
      sections,
    });
    expect(config).toEqual({
      DATABASE_URL: 'postgres://x',
      LOG_LEVEL: 'info',
      STRATA_API_PORT: 3000,
      STRATA_BIND: '127.0.0.1',
      STRATA_HOME: '.strata',
    });
    expect(sources).toEqual([]);
  });

  it('reports the problems of environment and file in one go', () => {
    const path = file('sources:\n  - name: Local\n    dialect: harbor\n');
    const problems = problemsOf({
      STRATA_CONFIG: path,
      STRATA_API_PORT: '70000',
      LOG_LEVEL: 'loud',
      STRATA_BIND: 'x y',
    });
    expect(problems).toEqual([
      'STRATA_BIND: must be an IP address such as 127.0.0.1 or 0.0.0.0',
      expect.stringContaining('LOG_LEVEL: '),
      'DATABASE_URL: is needed and not set',
      expect.stringContaining('STRATA_API_PORT: '),
      `${path}:2:5: sources[0].registry is needed and not set`,
      `${path}:2:5: sources[0].secrets is needed and not set`,
      `${path}:2:11: sources[0].name must be 1 to 63 of a-z, 0-9 and inner hyphens`,
      `${path}:3:14: sources[0].dialect must be one of: distribution`,
    ]);
  });

  it('takes a file that somebody named and that is not there for a problem', () => {
    const path = join(folder, 'absent.yaml');
    expect(problemsOf({ DATABASE_URL: 'x', STRATA_CONFIG: path })).toEqual([
      `STRATA_CONFIG: the file ${path} cannot be read (ENOENT)`,
    ]);
  });

  it('never repeats a value, since it may be a secret', () => {
    const path = file(
      'sources:\n  - name: a\n    dialect: hunter2\n    registry: http://u:hunter2@h\n    secrets: ["hunter2 "]\n',
    );
    const problems = problemsOf({ DATABASE_URL: 'x', STRATA_CONFIG: path, STRATA_API_PORT: 'hunter2' });
    expect(problems).toHaveLength(4);
    expect(problems.join()).not.toContain('hunter2');
  });
});
