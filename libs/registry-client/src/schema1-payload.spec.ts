import { describe, expect, it } from '@jest/globals';
import { digestOf } from '@strata/oci';
import { schema1Payload } from './schema1-payload.js';
import { SIGNED, SIGNED_PAYLOAD_DIGEST } from './testing/signed-schema1.js';

const signature = (header: unknown) => ({ protected: Buffer.from(JSON.stringify(header)).toString('base64url') });
const signedBy = (...signatures: unknown[]) => Buffer.from(JSON.stringify({ schemaVersion: 1, signatures }));

describe('schema1Payload', () => {
  it('gives the bytes that were signed', () => {
    const payload = schema1Payload(SIGNED);
    expect(payload?.byteLength).toBe(434);
    expect(payload === null ? null : digestOf(payload)).toBe(SIGNED_PAYLOAD_DIGEST);
  });

  it.each<[string, Buffer]>([
    ['no JSON', Buffer.from('{')],
    ['no signatures', Buffer.from('{"schemaVersion":1}')],
    ['an empty list of them', signedBy()],
    ['a signature that is no object', signedBy('x')],
    ['a signature without a header', signedBy({})],
    ['a length beyond the document', signedBy(signature({ formatLength: 1e6, formatTail: 'Cn0' }))],
    ['a negative length', signedBy(signature({ formatLength: -1, formatTail: 'Cn0' }))],
    ['a broken length', signedBy(signature({ formatLength: 1.5, formatTail: 'Cn0' }))],
    ['no tail', signedBy(signature({ formatLength: 1 }))],
    [
      'signatures that disagree on the length',
      signedBy(signature({ formatLength: 1, formatTail: 'Cn0' }), signature({ formatLength: 2, formatTail: 'Cn0' })),
    ],
    [
      'signatures that disagree on the tail',
      signedBy(signature({ formatLength: 1, formatTail: 'Cn0' }), signature({ formatLength: 1, formatTail: 'Cg' })),
    ],
  ])('finds no payload in %s', (_, bytes) => {
    expect(schema1Payload(bytes)).toBeNull();
  });
});
