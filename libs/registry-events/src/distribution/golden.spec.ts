import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import type { RegistryEvent } from '../registry-event.js';
import { readEvents } from './read-events.js';

const folder = new URL('fixtures/', import.meta.url);
const payloads = readdirSync(folder).filter((name) => name.endsWith('.json') && !name.endsWith('.events.json'));

/** The form in which `*.events.json` holds events: the bytes as text, so that a person can compare. */
const shown = (event: RegistryEvent): unknown =>
  JSON.parse(JSON.stringify({ ...event, raw: Buffer.from(event.raw).toString() }));

describe('what Distribution sends', () => {
  it.each(payloads)('%s reads as its .events.json says, every event with its own bytes', (name) => {
    const body = readFileSync(new URL(name, folder));
    const expected: unknown = JSON.parse(readFileSync(new URL(name.replace('.json', '.events.json'), folder), 'utf8'));
    expect(readEvents({ body }).map(shown)).toEqual(expected);
  });
});
