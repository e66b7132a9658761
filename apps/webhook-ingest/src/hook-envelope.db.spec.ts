import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { aDistributionEvent, anEnvelope } from '@strata/registry-events/testing';
import { BODY_BYTES, KEPT_BYTES } from './ceilings.js';
import { startHook, type RunningHook } from './testing/start-hook.js';

let hook: RunningHook;
beforeAll(async () => void (hook = await startHook()));
afterAll(() => hook.end());
beforeEach(() => hook.forget());

const good = anEnvelope(aDistributionEvent());
const v2 = { 'content-type': 'application/vnd.docker.distribution.events.v2+json' };
const encoded = (encoding: string) => ({ ...v2, 'content-encoding': encoding });
const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);
const bytesOf = (text: string) => new TextEncoder().encode(text);
const filled = (sizeBytes: number) => Buffer.concat([good, Buffer.alloc(sizeBytes - good.length, ' ')]);

/** 200 MB in 200 kB, with a checksum that only whoever decodes all of it finds to be missing. */
const bomb = gzipSync(Buffer.alloc(200_000_000, ' ')).subarray(0, -8);

const done = ['new'];
const quarantined = (...reasons: readonly string[]) => reasons.map((reason) => `quarantined ${reason}`);

async function verdicts(): Promise<readonly string[]> {
  const rows = await hook.rows('state, reason');
  return rows.map(({ state, reason }) => [state, reason].filter((word) => word !== null).join(' ')).sort();
}

describe('an authenticated delivery is answered with 202 and', () => {
  it.each<readonly [string, Uint8Array<ArrayBuffer> | string, Record<string, string>, readonly string[]]>([
    ['set aside when it is empty', '', v2, quarantined('EMPTY')],
    ['ignored without events', '{}', v2, ['ignored NO_EVENTS']],
    ['ignored with events that are null', '{"events":null}', v2, ['ignored NO_EVENTS']],
    ['ignored with an empty list of events', '{"events":[]}', v2, ['ignored NO_EVENTS']],
    ['set aside when it is not JSON', 'hello', v2, quarantined('BAD_JSON')],
    ['set aside when it is cut', Buffer.from(good.subarray(0, 99)), v2, quarantined('BAD_JSON')],
    ['taken as v1', Buffer.from(good), { 'content-type': 'application/vnd.docker.distribution.events.v1+json' }, done],
    ['taken as v2', Buffer.from(good), v2, done],
    ['taken as JSON', Buffer.from(good), { 'content-type': 'application/json; charset=utf-8' }, done],
    ['taken as CloudEvents', Buffer.from(good), { 'content-type': 'application/cloudevents+json' }, done],
    ['taken without a media type', Buffer.from(good), {}, done],
    ['taken as plain text', Buffer.from(good), { 'content-type': 'text/plain' }, done],
    ['taken as a form', Buffer.from(good), { 'content-type': 'application/x-www-form-urlencoded' }, done],
    ['taken as nonsense', Buffer.from(good), { 'content-type': 'json' }, done],
    ['taken as half a media type', Buffer.from(good), { 'content-type': 'application/' }, done],
    [
      'set aside with bytes that are not UTF-8',
      Buffer.from('{"events":[{"id":"\xff\xfe"}]}', 'latin1'),
      v2,
      quarantined('BAD_UTF8'),
    ],
    ['set aside as UTF-16', Buffer.from(good.toString(), 'utf16le'), v2, quarantined('BAD_UTF8')],
    ['set aside at depth 65', nested(65), v2, quarantined('TOO_DEEP')],
    ['set aside at depth 2,000,000', nested(2_000_000), v2, quarantined('TOO_DEEP')],
    ['taken at 8 MiB', filled(BODY_BYTES), v2, done],
    ['set aside above 8 MiB', filled(BODY_BYTES + 1), v2, quarantined('TOO_LARGE')],
    ['taken from gzip', gzipSync(good), encoded('gzip'), done],
    ['taken from x-gzip', gzipSync(good), encoded('X-Gzip'), done],
    ['taken from deflate', deflateSync(good), encoded('deflate'), done],
    ['taken from brotli', brotliCompressSync(good), encoded('br'), done],
    ['taken as it is', Buffer.from(good), encoded('identity'), done],
    ['set aside as a bomb, whose end is not looked at', bomb, encoded('gzip'), quarantined('TOO_LARGE')],
    ['set aside in an unknown encoding', Buffer.from(good), encoded('rot13'), quarantined('ENCODING')],
    ['set aside in stacked encodings', gzipSync(gzipSync(good)), encoded('gzip, gzip'), quarantined('ENCODING')],
    ['set aside when its encoding is broken', Buffer.from(good), encoded('gzip'), quarantined('ENCODING')],
    ['set aside when its encoding is cut', gzipSync(good).subarray(0, 100), encoded('gzip'), quarantined('ENCODING')],
    ['taken without an id', Buffer.from(anEnvelope(aDistributionEvent({ id: undefined }))), v2, done],
    ['taken with an empty id', Buffer.from(anEnvelope(aDistributionEvent({ id: '' }))), v2, done],
    ['taken with a number for an id', Buffer.from(anEnvelope(aDistributionEvent({ id: 7 }))), v2, done],
    ['taken with an id of 10 kB', Buffer.from(anEnvelope(aDistributionEvent({ id: 'x'.repeat(10_000) }))), v2, done],
    ['taken with NUL in its id', Buffer.from(anEnvelope(aDistributionEvent({ id: 'a\0b' }))), v2, done],
    [
      'taken with NUL and half a character in its texts',
      Buffer.from(anEnvelope(aDistributionEvent({ actor: { name: 'a\0\ud800' } }))),
      v2,
      done,
    ],
    [
      'taken with keys that touch prototypes elsewhere',
      bytesOf(
        good
          .toString()
          .replaceAll('"id":', '"__proto__":{"polluted":1},"constructor":{"prototype":{}},"prototype":1,"id":'),
      ),
      v2,
      done,
    ],
    ['set aside with events that are an object', '{"events":{}}', v2, quarantined('SHAPE')],
    ['set aside with events that are a text', '{"events":"x"}', v2, quarantined('SHAPE')],
    [
      'judged element by element',
      Buffer.from(anEnvelope(null, 7, aDistributionEvent())),
      v2,
      [...done, ...quarantined('SHAPE', 'SHAPE')],
    ],
    [
      'set aside above 1,000 events',
      Buffer.from(anEnvelope(...Array<null>(1_001).fill(null))),
      v2,
      quarantined('TOO_MANY_EVENTS'),
    ],
  ])('%s', async (_title, body, headers, expected) => {
    const sent = body.length === 0 ? new Uint8Array() : typeof body === 'string' ? bytesOf(body) : body;
    const response = await hook.post(sent, headers);
    expect([response.status, await response.json()]).toEqual([202, { accepted: expected.length }]);
    expect(await verdicts()).toEqual([...expected].sort());
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();

    const facts = 'id, state, generation, received_at, finished_at, md5(raw) AS raw';
    const before = await hook.rows(facts);
    expect((await hook.post(sent, headers)).status).toBe(202);
    expect(await hook.rows(facts)).toEqual(before);
  });

  it('kept byte for byte when it cannot be read', async () => {
    const body = Buffer.from([0x7b, 0xff, 0x00, 0xfe]);
    await hook.post(body);
    expect(await hook.rows('raw')).toEqual([{ raw: body }]);
  });

  it('kept up to 64 KiB when it is too large, told apart from one that begins alike', async () => {
    const large = filled(BODY_BYTES + 1);
    const other = Buffer.from(large);
    other[BODY_BYTES - 1] = 0x0a;
    await hook.post(large);
    await hook.post(other);
    expect(await hook.rows('raw')).toEqual([
      { raw: large.subarray(0, KEPT_BYTES) },
      { raw: large.subarray(0, KEPT_BYTES) },
    ]);
  });
});
