import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { dialectNames, dialectOf } from './dialects.js';
import type { RegistryEvent } from './registry-event.js';

const receivedAt = new Date('2026-08-20T10:15:31.000Z');

/** `<case>.json` is what the sender writes, `<case>.events.json` what we read; `<case>.headers.json` where headers count. */
function casesIn(folder: URL): readonly string[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.json') && !/\.(?:events|headers)\.json$/.test(name))
    .map((name) => name.slice(0, -'.json'.length));
}

function headersOf(file: URL): ReadonlyMap<string, string> {
  if (!existsSync(file)) return new Map();
  return new Map(Object.entries(z.record(z.string(), z.string()).parse(JSON.parse(readFileSync(file, 'utf8')))));
}

/** The form in which `*.events.json` holds events: the bytes as text, so that a person can compare. */
const shown = (event: RegistryEvent): unknown =>
  JSON.parse(JSON.stringify({ ...event, raw: Buffer.from(event.raw).toString() }));

describe.each(dialectNames)('what %s sends', (name) => {
  const folder = new URL(`${name}/fixtures/`, import.meta.url);
  const { readEvents } = dialectOf(name);

  it.each(casesIn(folder))('%s reads as its .events.json says, every event with its own bytes', (title) => {
    const body = readFileSync(new URL(`${title}.json`, folder));
    const headers = headersOf(new URL(`${title}.headers.json`, folder));
    const expected: unknown = JSON.parse(readFileSync(new URL(`${title}.events.json`, folder), 'utf8'));
    expect(readEvents({ headers, body, receivedAt }).map(shown)).toEqual(expected);
  });

  it('reads again, from the bytes alone, as an event of the same kind', () => {
    for (const title of casesIn(folder)) {
      const body = readFileSync(new URL(`${title}.json`, folder));
      const headers = headersOf(new URL(`${title}.headers.json`, folder));
      for (const event of readEvents({ headers, body, receivedAt })) {
        const again = readEvents({ headers: new Map(), body: event.raw, receivedAt });
        expect(again.map(({ kind }) => kind)).toContain(event.kind);
      }
    }
  });
});
