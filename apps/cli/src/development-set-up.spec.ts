import { readFileSync } from 'node:fs';
import { sourceWords } from '@strata/registry-events';
import { loadConfig, sourcesSection } from '@strata/runtime';
import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { CliConfig } from './cli-config.js';

/** The variables that `.env.example` sets. */
const env = Object.fromEntries(
  readFileSync('.env.example', 'utf8')
    .split('\n')
    .filter((line) => /^[A-Z]/.test(line))
    .map((line): [string, string] => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
);
const compose = readFileSync('docker-compose.yml', 'utf8');

/** The text that `docker-compose.yml` gives for a key, or the host port of a `ports` entry for a container port. */
function composed(pattern: RegExp): string | undefined {
  return pattern.exec(compose)?.[1];
}

describe('.env.example', () => {
  it('is a configuration that the product accepts as it stands, with the example sources', () => {
    const { config, sources } = loadConfig({
      schema: CliConfig,
      env,
      sections: { sources: sourcesSection(sourceWords) },
    });
    expect(config.DATABASE_URL).toBe(env['DATABASE_URL']);
    expect(sources).toMatchObject([{ name: 'local', dialect: 'distribution', secrets: [env['LOCAL_HOOK_SECRET']] }]);
  });

  it('names the Postgres that docker-compose.yml starts', () => {
    const url = new URL(z.string().parse(env['DATABASE_URL']));
    expect(url.username).toBe(composed(/POSTGRES_USER: (\S+)/));
    expect(url.password).toBe(composed(/POSTGRES_PASSWORD: (\S+)/));
    expect(url.pathname).toBe(`/${composed(/POSTGRES_DB: (\S+)/)}`);
    expect(url.host).toBe(`127.0.0.1:${composed(/127\.0\.0\.1:(\d+):5432/)}`);
  });

  it('names the Redis that docker-compose.yml starts', () => {
    expect(new URL(z.string().parse(env['REDIS_URL'])).host).toBe(`127.0.0.1:${composed(/127\.0\.0\.1:(\d+):6379/)}`);
  });

  it('gives the defaults of the product for everything else', () => {
    const { DATABASE_URL, REDIS_URL, ...rest } = loadConfig({
      schema: CliConfig,
      env,
      sections: { sources: sourcesSection(sourceWords) },
    }).config;
    expect([DATABASE_URL, REDIS_URL]).not.toContain(undefined);
    expect(rest).toEqual(CliConfig.parse({}));
  });
});
