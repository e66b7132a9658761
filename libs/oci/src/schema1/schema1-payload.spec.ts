import { describe, expect, it } from '@jest/globals';
import { digestOf } from '../digest.js';
import { schema1Payload } from './schema1-payload.js';

const header = (fields: unknown) => ({ protected: Buffer.from(JSON.stringify(fields)).toString('base64url') });
const signedBy = (...signatures: unknown[]) => Buffer.from(JSON.stringify({ schemaVersion: 1, signatures }));
const TAIL = 'Cn0'; // "\n}"

/** A published vector: 434 bytes are signed, and the signature itself is nobody's. */
const PAYLOAD = JSON.stringify(
  {
    schemaVersion: 1,
    name: 'demo/app',
    tag: 'v1',
    architecture: 'amd64',
    fsLayers: [{ blobSum: 'sha256:a3ed95caeb02ffe68cdd9fd84406680ae93d633cb16422d00e8a7c22955b46d4' }],
    history: [
      {
        v1Compatibility: JSON.stringify({ id: '1'.repeat(64), architecture: 'amd64', os: 'linux', throwaway: true }),
      },
    ],
  },
  null,
  3,
);
const PROTECTED = '{"formatLength":432,"formatTail":"Cn0","time":"2016-01-01T00:00:00Z"}';
const SIGNED = Buffer.from(
  `${PAYLOAD.slice(0, -2)},\n   "signatures": [\n      {\n         "header": {\n            "alg": "ES256"\n         },\n` +
    `         "signature": "AA",\n         "protected": "${Buffer.from(PROTECTED).toString('base64url')}"\n      }\n   ]\n}`,
);

describe('schema1Payload', () => {
  it('gives the bytes that were signed', () => {
    const payload = schema1Payload(SIGNED);
    expect([payload?.byteLength, SIGNED.byteLength]).toEqual([434, 680]);
    expect(payload && digestOf(payload)).toBe(
      'sha256:7de3ead356821b4f78889e644f5b710c7027366e8f331a2e36a4fb4995119de6',
    );
  });

  it('counts bytes, not characters', () => {
    const head = Buffer.from('{"name":"é😀"');
    const signature = JSON.stringify(header({ formatLength: head.length, formatTail: TAIL }));
    const signed = Buffer.concat([head, Buffer.from(`,"signatures":[${signature}]}`)]);
    expect(Buffer.from(schema1Payload(signed) ?? []).toString()).toBe('{"name":"é😀"\n}');
  });

  it.each<[string, Buffer]>([
    ['no JSON', Buffer.from('{')],
    ['an array', Buffer.from('[]')],
    ['no signatures', Buffer.from('{"schemaVersion":1}')],
    ['signatures that are no list', Buffer.from('{"signatures":1}')],
    ['an empty list of them', signedBy()],
    ['a signature that is no object', signedBy('x')],
    ['a signature without a header', signedBy({})],
    ['a header that is not base64url', signedBy({ protected: '{"formatLength":1}' })],
    ['a header that is no object', signedBy(header(1))],
    ['a length beyond the document', signedBy(header({ formatLength: 1e6, formatTail: TAIL }))],
    ['a negative length', signedBy(header({ formatLength: -1, formatTail: TAIL }))],
    ['a broken length', signedBy(header({ formatLength: 1.5, formatTail: TAIL }))],
    ['no tail', signedBy(header({ formatLength: 1 }))],
    ['a tail that is not base64url', signedBy(header({ formatLength: 1, formatTail: '\n}' }))],
    [
      'signatures that disagree on the length',
      signedBy(header({ formatLength: 1, formatTail: TAIL }), header({ formatLength: 2, formatTail: TAIL })),
    ],
    [
      'signatures that disagree on the tail',
      signedBy(header({ formatLength: 1, formatTail: TAIL }), header({ formatLength: 1, formatTail: 'Cg' })),
    ],
    [
      'more signatures than are read',
      signedBy(...Array.from({ length: 9 }, () => header({ formatLength: 1, formatTail: TAIL }))),
    ],
  ])('finds no payload in %s', (_, bytes) => {
    expect(schema1Payload(bytes)).toBeNull();
  });
});
