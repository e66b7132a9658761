import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ignored } from '../payload/read-change.js';
import type { RegistryEvent } from '../registry-event.js';
import type { CloudEvent } from './cloud-event.js';
import { readCloudEvents } from './read-cloud-events.js';

const attributes = {
  specversion: '1.0',
  id: 'e1',
  source: '/registry',
  type: 'image.pushed',
  time: '2026-08-20T10:15:30Z',
};
const structured = (changes: Record<string, unknown> = {}): string => JSON.stringify({ ...attributes, ...changes });
const binaryHeaders = (changes: Record<string, string> = {}): ReadonlyMap<string, string> =>
  new Map(Object.entries({ ...attributes, ...changes }).map(([name, value]) => [`ce-${name}`, value]));

interface Taken {
  readonly seen: readonly CloudEvent[];
  readonly events: readonly RegistryEvent[];
}

function take(body: Uint8Array | string, headers: ReadonlyMap<string, string> = new Map()): Taken {
  const seen: CloudEvent[] = [];
  const events = readCloudEvents({ headers, body: Buffer.from(body), receivedAt: new Date(0) }, (event) => {
    seen.push(event);
    return [ignored(event.facts, 'UNKNOWN_ACTION')];
  });
  return { seen, events };
}

const json = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

describe('reading CloudEvents', () => {
  it.each<readonly [string, Uint8Array | string, ReadonlyMap<string, string>]>([
    ['structured', structured({ data: { a: 1 } }), new Map([['content-type', 'application/cloudevents+json']])],
    ['structured, whatever it is called', structured({ data: { a: 1 } }), new Map()],
    [
      'structured, with attributes in headers as well',
      structured({ data: { a: 1 } }),
      new Map([...binaryHeaders({ id: 'other' }), ['content-type', 'application/cloudevents+json; charset=utf-8']]),
    ],
    ['structured, with data as base64', structured({ data_base64: 'eyJhIjoxfQ==' }), new Map()],
    [
      'batched',
      `[${structured({ data: { a: 1 } })}]`,
      new Map([['content-type', 'application/cloudevents-batch+json']]),
    ],
    ['binary', '{"a":1}', new Map([...binaryHeaders(), ['content-type', 'application/json']])],
    ['binary, without a media type', '{"a":1}', binaryHeaders()],
  ])('gives the same event from each mode: %s', (_title, body, headers) => {
    const { seen, events } = take(body, headers);
    expect(json(seen[0]?.data)).toEqual({ a: 1 });
    expect(seen[0]).toMatchObject({ type: 'image.pushed', source: '/registry', subject: null });
    expect(events).toMatchObject([
      { action: 'image.pushed', nativeId: '/registry e1', sourceTime: new Date('2026-08-20T10:15:30Z') },
    ]);
  });

  it.each(['data', 'data_base64'])('remarks on a key that stands twice in %s', (member) => {
    const data = '{"a":1,"a":2}';
    const written = member === 'data' ? data : JSON.stringify(Buffer.from(data).toString('base64'));
    const { events } = take(`${structured().slice(0, -1)},"${member}":${written}}`);
    expect(events).toMatchObject([{ kind: 'ignored', remark: expect.stringContaining('this key stands twice') }]);
  });

  it('keeps the bytes of each event of a batch, as they are written', () => {
    const first = `{ ${structured({ id: 'ü', data: 'é' }).slice(1)}`;
    const { events } = take(` [ ${first} , ${structured()} ]`);
    expect(events.map(({ raw }) => Buffer.from(raw).toString())).toEqual([first, structured()]);
  });

  it('keeps of binary mode what reads as the same event without the headers', () => {
    fc.assert(
      fc.property(fc.json(), fc.string({ minLength: 1 }), fc.boolean(), (data, id, typed) => {
        const encoded = encodeURIComponent(id.toWellFormed());
        const headers = new Map([
          ...binaryHeaders({ id: encoded }),
          ...(typed ? [['content-type', 'application/json'] as const] : []),
        ]);
        const { seen, events } = take(data, headers);
        const again = take(events[0]!.raw);
        expect(json(again.seen.map(({ data, attributes }) => [data, attributes]))).toEqual(
          json(seen.map(({ data, attributes }) => [data, attributes])),
        );
        expect(again.events).toEqual(events);
        expect(seen[0]?.attributes['id']).toBe(id.toWellFormed());
      }),
    );
  });

  it('decodes attributes of binary mode as the protocol binding says', () => {
    const { seen } = take('', binaryHeaders({ subject: '"Euro \\"%E2%82%AC\\" %F0%9F%98%80"' }));
    expect(seen[0]).toMatchObject({ subject: 'Euro "€" 😀', data: undefined });
  });

  it.each<readonly [string, string | Uint8Array, ReadonlyMap<string, string>, object]>([
    ['nothing', '', new Map(), { reason: 'EMPTY' }],
    ['what is not JSON', 'x', new Map(), { reason: 'BAD_JSON' }],
    ['an element that is no object', '[7]', new Map(), { reason: 'SHAPE' }],
    ['an object that is no CloudEvent', '{}', new Map(), { reason: 'SHAPE' }],
    ['version 0.3', structured({ specversion: '0.3' }), new Map(), { reason: 'SHAPE' }],
    ['an event without an id', structured({ id: undefined }), new Map(), { reason: 'SHAPE' }],
    ['an event with an empty source', structured({ source: '' }), new Map(), { reason: 'SHAPE' }],
    ['an event whose type is a number', structured({ type: 7 }), new Map(), { reason: 'SHAPE' }],
    ['data that is not base64', structured({ data_base64: '{}' }), new Map(), { reason: 'SHAPE' }],
    ['encoded data that is not JSON', structured({ data_base64: 'eA==' }), new Map(), { reason: 'BAD_JSON' }],
    ['binary data that is not JSON', 'x', binaryHeaders(), { reason: 'BAD_JSON', nativeId: '/registry e1' }],
    ['binary mode without an id', '{}', binaryHeaders({ id: '' }), { reason: 'SHAPE' }],
  ])('sets %s aside', (_title, body, headers, expected) => {
    const { seen, events } = take(body, headers);
    expect(seen).toEqual([]);
    expect(events).toMatchObject([{ kind: 'quarantined', ...expected }]);
  });

  it('sets one element of a batch aside and reads the others', () => {
    expect(take(`[${structured()},null,${structured({ id: 'e2' })}]`).events.map(({ kind }) => kind)).toEqual([
      'ignored',
      'quarantined',
      'ignored',
    ]);
  });

  it('ignores an empty batch, and sets one aside that is longer than any sender has reason for', () => {
    expect(take('[]').events).toMatchObject([{ kind: 'ignored', reason: 'NO_EVENTS' }]);
    expect(take(`[${'7,'.repeat(1_000)}7]`).events).toMatchObject([{ kind: 'quarantined', reason: 'TOO_MANY_EVENTS' }]);
  });

  it('goes by the bytes when source and id are no usable id', () => {
    expect(take(structured({ id: 'x'.repeat(300) })).events).toMatchObject([{ nativeId: null }]);
    expect(take(structured({ source: 'a b' })).events).toMatchObject([{ nativeId: null }]);
  });
});
