import { describe, expect, it } from '@jest/globals';
import { runCommandLine } from './run-command-line.js';
import { recordedTools } from './testing/recorded-tools.js';

async function run(...args: readonly string[]) {
  const { tools, out, err } = recordedTools();
  const status = await runCommandLine(args, tools);
  return { status, out: out(), err: err() };
}

const commands = ['start', 'demo', 'migrate', 'events', 'replay', 'source'] as const;

describe('strata', () => {
  it.each([[], ['--help'], ['-h'], ['help']])('lists its commands when asked with %j', async (...args) => {
    const { status, out } = await run(...args);
    expect(status).toBe(0);
    for (const name of commands) expect(out).toContain(`  ${name} `);
  });

  it.each(commands)('explains %s, and does nothing else', async (name) => {
    expect(await run(name, '--help')).toEqual({
      status: 0,
      out: expect.stringMatching(new RegExp(`^strata ${name}: .+\n\nUsage: strata ${name}`)),
      err: '',
    });
  });

  it.each([
    [['frobnicate'], 'there is no command "frobnicate"'],
    [['start', 'dashboard'], 'start takes one of: webhook-ingest, worker, graphql-api'],
    [['start', 'worker', 'worker'], 'start takes one of'],
    [['start', '--fast'], "Unknown option '--fast'"],
    [['demo', 'now'], 'Unexpected argument'],
    [['migrate', 'down'], 'Unexpected argument'],
    [['events', '--state', 'lost'], '--state must be one of: new, queued, done, ignored, quarantined'],
    [['events', '--limit', '0'], '--limit must be a number from 1 to 10000'],
    [['events', '--limit', '1e3'], '--limit must be a number from 1 to 10000'],
    [['source'], 'say `source list`'],
    [['source', 'check'], 'say `source list`'],
    [['source', 'list', 'x'], 'say `source list`'],
    [['replay'], 'say which events'],
    [['replay', '--all', '--id', '1'], 'say which events'],
    [['replay', '--id', '-1'], "Option '--id' argument is ambiguous"],
    [['replay', '--id', '0x1'], '--id must be a number'],
  ])('refuses %j with 2 and a reason', async (args, reason) => {
    const { status, out, err } = await run(...args);
    expect({ status, out }).toEqual({ status: 2, out: '' });
    expect(err).toContain(`strata: ${reason}`);
    expect(err).toContain('Usage: strata');
  });
});
