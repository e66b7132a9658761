import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { aDistributionEvent, anEnvelope } from '../testing.js';
import type { RegistryEvent } from '../registry-event.js';
import { MAX_EVENTS } from '../payload/read-payload.js';
import { readEvents } from './read-events.js';

const read = (body: Uint8Array | string): readonly RegistryEvent[] => readEvents({ body: Buffer.from(body) });

/** `manifest-pushed`, or `ignored PULL`, or `quarantined BAD_NAME`. */
const verdict = (event: RegistryEvent): string => ('reason' in event ? `${event.kind} ${event.reason}` : event.kind);
const verdicts = (body: Uint8Array | string): readonly string[] => read(body).map(verdict);

const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);
/** An envelope whose deepest value is `depth` levels down: envelope, `events` and event are three of them. */
const envelopeOfDepth = (depth: number): Buffer =>
  anEnvelope(aDistributionEvent({ deep: JSON.parse(nested(depth - 3)) }));
const good = JSON.stringify(aDistributionEvent());

describe('an envelope', () => {
  it.each<readonly [string, Uint8Array | string, readonly string[]]>([
    ['nothing at all', '', ['quarantined EMPTY']],
    ['an object without events', '{}', ['ignored NO_EVENTS']],
    ['no events, said with null', '{"events":null}', ['ignored NO_EVENTS']],
    ['no events, said with an empty list', '{"events":[]}', ['ignored NO_EVENTS']],
    ['blanks', ' \n', ['quarantined BAD_JSON']],
    ['something that is not JSON', 'events=1', ['quarantined BAD_JSON']],
    [
      'an envelope that is cut in the middle',
      anEnvelope(aDistributionEvent()).subarray(0, 200),
      ['quarantined BAD_JSON'],
    ],
    ['something behind the end', `{"events":[${good}]}{}`, ['quarantined BAD_JSON']],
    ['bytes that are not UTF-8', Buffer.from(`{"events":[{"id":"\xff\xfe"}]}`, 'latin1'), ['quarantined BAD_UTF8']],
    ['UTF-16', Buffer.from(`\ufeff{"events":[${good}]}`, 'utf16le'), ['quarantined BAD_UTF8']],
    ['UTF-16 without its mark', Buffer.from(`{"events":[${good}]}`, 'utf16le'), ['quarantined BAD_UTF8']],
    ['depth 64', envelopeOfDepth(64), ['manifest-pushed']],
    ['depth 65', envelopeOfDepth(65), ['quarantined TOO_DEEP']],
    ['depth 2,000,000', nested(2_000_000), ['quarantined TOO_DEEP']],
    [
      'as many events as allowed',
      anEnvelope(...Array<null>(MAX_EVENTS).fill(null)),
      Array<string>(MAX_EVENTS).fill('quarantined SHAPE'),
    ],
    ['one event more', anEnvelope(...Array<null>(MAX_EVENTS + 1).fill(null)), ['quarantined TOO_MANY_EVENTS']],
    ['a million values', `{"events":[${'{},'.repeat(1_000_000)}{}]}`, ['quarantined TOO_LARGE']],
    ['events that are an object', '{"events":{}}', ['quarantined SHAPE']],
    ['events that are a text', '{"events":"push"}', ['quarantined SHAPE']],
    ['a list instead of an envelope', `[${good}]`, ['quarantined SHAPE']],
    ['a text instead of an envelope', '"push"', ['quarantined SHAPE']],
    ['null instead of an envelope', 'null', ['quarantined SHAPE']],
    [
      'elements that are no events among one that is',
      anEnvelope(null, 7, 'x', [], aDistributionEvent(), {}),
      [...Array<string>(4).fill('quarantined SHAPE'), 'manifest-pushed', 'quarantined SHAPE'],
    ],
    ['an event without its envelope, as it was kept', good, ['manifest-pushed']],
    [
      'keys that touch prototypes elsewhere',
      `{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},"events":[${good.replace(
        '{',
        '{"__proto__":{"polluted":1},"constructor":{"prototype":{}},"prototype":1,',
      )}]}`,
      ['manifest-pushed'],
    ],
    ['a byte order mark', `\ufeff{"events":[${good}]}`, ['quarantined BAD_UTF8']],
  ])('that is %s', (_title, body, expected) => {
    expect(verdicts(body)).toEqual(expected);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  it('keeps the bytes of a delivery that cannot be read', () => {
    const body = Buffer.from([0x7b, 0xff, 0xfe]);
    expect(read(body).map(({ raw }) => Buffer.from(raw))).toEqual([body]);
  });

  it('gives every event its own bytes, however they are written', () => {
    const events = [
      '{ "action" : "pull" }',
      '{"action":"pull", "note":"ünï 🐳"}',
      '\t{"action":"mount"}'.trim(),
      'null',
    ];
    const found = read(`{"before":"ö", "events": [ ${events.join(' ,\n')} ], "after":1}`);
    expect(found.map(({ raw }) => Buffer.from(raw).toString())).toEqual(events);
  });

  it('notes a key that stands twice, and goes by the last one', () => {
    const twice = good.replace('{', '{"action":"pull",');
    const [event] = read(`{"events":[${twice}]}`);
    expect(event).toMatchObject({ kind: 'manifest-pushed', remark: expect.stringContaining('$.events[0].action') });
  });

  it('takes an event that repeats every descriptor of the largest manifest', () => {
    const references = Array.from({ length: 37_449 }, () => ({
      mediaType: '',
      digest: '',
      size: 1,
      platform: { os: 'linux' },
    }));
    expect(verdicts(anEnvelope(aDistributionEvent({ target: { references } })))).toEqual(['manifest-pushed']);
  });

  it('refuses depth within 50 ms, whatever the depth', () => {
    const deep = Buffer.from(`{"events":${nested(2_000_000)}}`);
    const runs = Array.from({ length: 5 }, () => {
      const before = performance.now();
      readEvents({ body: deep });
      return performance.now() - before;
    });
    expect(Math.min(...runs)).toBeLessThan(50); // the other runs may have shared the processor
  });
});

describe('reading', () => {
  const total = (body: Uint8Array): void => expect(readEvents({ body }).length).toBeGreaterThan(0);

  it('gives at least one event for any bytes whatever', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), total), { numRuns: 1_000 });
  });

  it('gives at least one event for any JSON whatever, in an envelope and alone', () => {
    const body = fc.oneof(
      fc.json(),
      fc.jsonValue().map((value) => JSON.stringify({ events: value })),
      fc.array(fc.jsonValue()).map((events) => JSON.stringify({ events })),
    );
    fc.assert(
      fc.property(
        body.map((text) => Buffer.from(text)),
        total,
      ),
      { numRuns: 1_000 },
    );
  });

  it('gives at least one event for any change of a byte of a good envelope, and for any cut', () => {
    const envelope = anEnvelope(aDistributionEvent());
    const changed = fc
      .record({ at: fc.nat(envelope.length - 1), byte: fc.nat(255), end: fc.nat(envelope.length) })
      .map(({ at, byte, end }) =>
        Buffer.concat([envelope.subarray(0, at), Buffer.from([byte]), envelope.subarray(at + 1, end)]),
      );
    fc.assert(fc.property(changed, total), { numRuns: 1_000 });
  });

  it('gives one event for each element, whatever stands in the fields of a real one', () => {
    const field = fc.oneof(fc.jsonValue(), fc.constant('push'), fc.constant('delete'), fc.string({ unit: 'binary' }));
    const event = fc.record({
      id: field,
      action: field,
      timestamp: field,
      target: fc.oneof(field, fc.dictionary(fc.constantFrom('repository', 'tag', 'digest', 'url', 'mediaType'), field)),
      source: field,
      actor: field,
      request: field,
    });
    fc.assert(
      fc.property(fc.array(event, { minLength: 1, maxLength: 5 }), (events) => {
        expect(readEvents({ body: anEnvelope(...events) })).toHaveLength(events.length);
      }),
      { numRuns: 1_000 },
    );
  });
});
