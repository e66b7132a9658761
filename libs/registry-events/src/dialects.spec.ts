import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readdirSync, readFileSync } from 'node:fs';
import { dialectNames, dialectOf } from './dialects.js';

const receivedAt = new Date('2026-08-20T10:15:31.000Z');
const fieldNames = fc.constantFrom(
  ...['id', 'type', 'action', 'event_data', 'resources', 'repository', 'data', 'tag', 'digest', 'events', 'target'],
  ...['updated_tags', 'docker_url', 'push_data', 'package', 'detail', 'message', 'source', 'eventType', 'name'],
);

describe.each(dialectNames)('%s', (name) => {
  const dialect = dialectOf(name);
  const headerNames = fc.constantFrom('content-type', 'ce-specversion', 'ce-type', 'ce-id', 'x-github-event', 'x-id');
  const headers = fc
    .dictionary(headerNames, fc.string({ maxLength: 40 }))
    .map((found): ReadonlyMap<string, string> => new Map(Object.entries(found)));

  const total = (found: ReadonlyMap<string, string>, body: Uint8Array): void => {
    const events = dialect.readEvents({ headers: found, body, receivedAt });
    expect(events.length).toBeGreaterThan(0);
    // Else the inbox would take one for a repeat of the other; the same id for other bytes it sets aside.
    const keys = events.map(({ nativeId, raw }) => `${nativeId} ${Buffer.from(raw).toString('base64')}`);
    const meanings = events.map((event, at) => JSON.stringify([keys[at], { ...event, raw: null, nativeId: null }]));
    expect(new Set(meanings).size).toBe(new Set(keys).size);
    const answer = dialect.answer?.({ method: 'POST', headers: found, body });
    expect(answer === undefined || answer === null || answer.status === 200).toBe(true);
  };

  it('reads any bytes whatever as at least one event', () => {
    fc.assert(fc.property(headers, fc.uint8Array({ maxLength: 200 }), total), { numRuns: 300 });
  });

  it('reads any JSON whatever as at least one event', () => {
    const json = fc.json().map((text) => Buffer.from(text));
    fc.assert(fc.property(headers, json, total), { numRuns: 500 });
  });

  it('reads JSON that has its own words in any place as at least one event', () => {
    const { tree } = fc.letrec<{ tree: unknown; leaf: unknown }>((tie) => ({
      leaf: fc.oneof(fc.jsonValue({ maxDepth: 1 }), fc.constantFrom('push', 'delete', 'v1', 'team/app', '', 7)),
      tree: fc.oneof(
        { maxDepth: 4, withCrossShrink: true },
        tie('leaf'),
        fc.dictionary(fieldNames, tie('tree'), { maxKeys: 6 }),
        fc.array(tie('tree'), { maxLength: 3 }),
      ),
    }));
    const body = tree.map((value) => Buffer.from(JSON.stringify(value)));
    fc.assert(fc.property(headers, body, total), { numRuns: 1_000 });
  });

  it('reads any change of a byte of what its sender writes, and any cut, as at least one event', () => {
    const folder = new URL(`${name}/fixtures/`, import.meta.url);
    const payloads = readdirSync(folder)
      .filter((file) => file.endsWith('.json') && !/\.(?:events|headers)\.json$/.test(file))
      .map((file) => readFileSync(new URL(file, folder)));
    const changed = fc.constantFrom(...payloads).chain((payload) =>
      fc
        .record({ at: fc.nat(payload.length - 1), byte: fc.nat(255), end: fc.nat(payload.length) })
        .map(({ at, byte, end }) => {
          const copy = Buffer.from(payload.subarray(0, Math.max(at + 1, end)));
          copy[at] = byte;
          return copy;
        }),
    );
    fc.assert(fc.property(headers, changed, total), { numRuns: 500 });
  });
});
