import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { dialectOf } from '../dialects.js';
import { jsonInForm } from './json-in-form.js';

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString();

describe('the JSON of a form', () => {
  it('is what the sender put into it, whatever it is', () => {
    fc.assert(
      fc.property(fc.json({ noUnicodeString: false }), (json) => {
        const form = new URLSearchParams({ payload: json }).toString();
        expect(text(jsonInForm(Buffer.from(form)))).toBe(json.toWellFormed());
        expect(text(jsonInForm(Buffer.from(`${form}&other=1`)))).toBe(json.toWellFormed());
      }),
    );
  });

  it('is the body itself where that is no form', () => {
    const body = Buffer.from('{"payload=":"%41+"}');
    expect(jsonInForm(body)).toBe(body);
  });

  it('keeps bytes that are not UTF-8, for the reader to refuse', () => {
    expect(Buffer.from(jsonInForm(Buffer.from('payload=%FF%fe'))).toString('hex')).toBe('fffe');
  });

  it.each(['ghcr', 'gitea'] as const)('is read by %s like a body of JSON, and the form is what is kept', (name) => {
    const event = {
      action: name === 'ghcr' ? 'published' : 'created',
      package: {
        ...{ package_type: 'container', type: 'container', name: 'app', owner: { login: 'Team' }, version: 'v1+2 ü' },
        package_version: { container_metadata: { tag: { name: 'v1' } } },
      },
      sender: { login: 'ü + %' },
    };
    const body = Buffer.from(new URLSearchParams({ payload: JSON.stringify({ ...event }) }).toString());
    const [read] = dialectOf(name).readEvents({ headers: new Map(), body, receivedAt: new Date(0) });
    expect(read).toMatchObject({ repository: 'team/app', actor: 'ü + %', raw: body });
  });
});
