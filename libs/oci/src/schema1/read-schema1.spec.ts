import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { digestOf } from '../digest.js';
import { parseManifest } from '../manifest/parse-manifest.js';
import { MEDIA_TYPES } from '../media-types.js';
import { EMPTY_LAYER, aLayer, aSchema1Image, withSignatures, type Schema1Options } from '../testing.js';
import { DIGEST, bytesOf, problems } from '../testing/documents.js';
import type { Schema1Manifest } from './schema1-manifest.js';

const signer = { privateKey: generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey, algorithm: 'ES256' };
const [base, middle, top] = [aLayer('base'), aLayer('middle'), aLayer('top')];

function parse(bytes: Uint8Array, contentType: string | null = null): Schema1Manifest {
  const manifest = parseManifest(bytes, { contentType });
  if (manifest.kind !== 'schema1') throw new Error(`this is of kind ${manifest.kind}`);
  return manifest;
}
const made = (options: Schema1Options = {}) => parse(aSchema1Image(options).bytes);
const textOf = (options: Schema1Options) => Buffer.from(aSchema1Image(options).bytes).toString();
const problemsOf = (options: Schema1Options) => problems(textOf(options));

describe('a schema 1 manifest', () => {
  it('is read base first, though the document has the newest first', () => {
    const { layers, history } = made({ layers: [base, null, middle, top] });
    expect(layers).toMatchObject([
      { digest: base.digest, throwaway: false, sizeBytes: null, mediaType: MEDIA_TYPES.dockerSchema1Layer },
      { digest: EMPTY_LAYER, throwaway: true, sizeBytes: 32 },
      { digest: middle.digest, throwaway: false },
      { digest: top.digest, throwaway: false },
    ]);
    expect(history.map(({ id, parentId }, position) => parentId === (history[position - 1]?.id ?? null) && id)).toEqual(
      history.map(({ id }) => id),
    );
    expect(history[0]).toMatchObject({
      createdAt: new Date('2016-01-01T00:00:00Z'),
      createdBy: '/bin/sh -c #(nop) ADD file:0',
      comment: null,
      author: null,
    });
    expect(JSON.parse(history[0]?.v1Compatibility ?? '')).toMatchObject({ id: history[0]?.id });
  });

  it('says through its newest step how it is run', () => {
    const manifest = made({
      platform: 'linux/arm64',
      labels: { a: 'b' },
      steps: [{ author: 'team', variant: 'v8', created: '2016-05-06T07:08:09Z' }],
    });
    expect(manifest).toMatchObject({
      format: 'docker-schema1',
      name: 'team/app',
      tag: 'v1',
      platform: { os: 'linux', architecture: 'arm64', variant: null },
      author: 'team',
      createdAt: new Date('2016-05-06T07:08:09Z'),
      settings: { cmd: ['app'], env: ['PATH=/bin'], labels: new Map([['a', 'b']]) },
      warnings: [],
    });
  });

  it('runs on linux where it does not say on what', () => {
    expect(made({ steps: [{ os: undefined }] }).platform?.os).toBe('linux');
    expect(made({ manifest: { architecture: null } }).platform?.architecture).toBe('amd64');
  });

  it('is known by the hash of its signed part, and by that of all bytes where nothing is signed', () => {
    const signed = aSchema1Image({ signedBy: [signer] });
    const plain = aSchema1Image();
    expect(parse(signed.bytes)).toMatchObject({
      digest: digestOf(signed.payload),
      sizeBytes: signed.bytes.length,
      mediaType: MEDIA_TYPES.dockerSchema1Signed,
    });
    expect(parse(plain.bytes)).toMatchObject({ digest: signed.digest, mediaType: MEDIA_TYPES.dockerSchema1 });
    expect(parse(signed.payload, MEDIA_TYPES.dockerSchema1Signed)).toMatchObject({ digest: signed.digest });
  });

  it('takes consecutive steps of one id for one, and keeps the lower layer', () => {
    const [first, second, third] = ['1', '2', '3'].map((digit) => digit.repeat(64));
    const steps = [
      { id: third, parent: second },
      { id: second, parent: first },
      { id: second, parent: first },
      { id: first },
    ];
    const { layers, history } = made({ layers: [base, middle, top, null], steps });
    expect(history.map(({ id }) => id)).toEqual([first, second, third]);
    expect(layers.map(({ digest }) => digest)).toEqual([base.digest, middle.digest, EMPTY_LAYER]);
  });

  it('may name a parent below its base on Windows, whose base images stand in no registry', () => {
    const parent = 'f'.repeat(64);
    expect(made({ platform: 'windows/amd64', layers: [base], steps: [{ parent }] }).history).toMatchObject([
      { parentId: parent },
    ]);
    expect(problemsOf({ layers: [base], steps: [{ parent }] })).toEqual(['HISTORY $.history[0].v1Compatibility']);
  });

  it('is warned of when two places name different architectures', () => {
    expect(made({ steps: [{ architecture: 'arm' }] }).warnings).toMatchObject([
      { code: 'PLATFORM', path: '$.architecture' },
    ]);
  });

  const id = 'e'.repeat(64);
  const step = (text: string) => ({
    manifest: { history: [{ v1Compatibility: text }], fsLayers: [{ blobSum: DIGEST }] },
  });
  it.each<[string, Schema1Options, string[]]>([
    [
      'another version',
      { manifest: { schemaVersion: 2, mediaType: MEDIA_TYPES.dockerSchema1 } },
      ['SHAPE $.schemaVersion'],
    ],
    ['no layers', { manifest: { fsLayers: undefined } }, ['SHAPE $.fsLayers']],
    ['no history', { manifest: { history: 'x' } }, ['SHAPE $.history']],
    ['nothing in either', { manifest: { fsLayers: [], history: [] } }, ['COUNT $.history']],
    ['more steps than layers', { manifest: { fsLayers: [{ blobSum: DIGEST }] } }, ['COUNT $.history']],
    [
      'layers that are none',
      { manifest: { fsLayers: [{ blobSum: 'x' }, 1] } },
      ['BAD_DIGEST $.fsLayers[0].blobSum', 'BAD_DIGEST $.fsLayers[1].blobSum'],
    ],
    [
      'a step without text',
      { manifest: { history: [{}, 1] } },
      ['SHAPE $.history[0].v1Compatibility', 'SHAPE $.history[1].v1Compatibility'],
    ],
    ['a step that is no JSON', step('{'), ['BAD_JSON $.history[0].v1Compatibility']],
    ['a step that is no object', step('[]'), ['SHAPE $.history[0].v1Compatibility']],
    ['a step with a key twice', step(`{"id":"${id}","os":"a","os":"b"}`), ['DUP_KEY $.history[0].v1Compatibility']],
    ['a step with a key in other letters', step(`{"id":"${id}","OS":"b"}`), ['AMBIGUOUS $.history[0].v1Compatibility']],
    ['a step that is too deep', step('['.repeat(65)), ['TOO_DEEP $.history[0].v1Compatibility']],
    ['a step without an id', step('{}'), ['HISTORY $.history[0].v1Compatibility']],
    ['an id that is none', step('{"id":"../x"}'), ['HISTORY $.history[0].v1Compatibility']],
    [
      'values of the wrong kind',
      step(`{"id":"${id}","config":{"Cmd":[1]},"throwaway":"yes","os":5}`),
      [
        'SHAPE $.history[0].v1Compatibility',
        'SHAPE $.history[0].v1Compatibility',
        'SHAPE $.history[0].v1Compatibility',
      ],
    ],
    ['a broken chain', { steps: [{ parent: id }] }, ['HISTORY $.history[0].v1Compatibility']],
    [
      'a step that is its own ancestor',
      {
        layers: [base, middle, top],
        steps: [{ id, parent: 'd'.repeat(64) }, { id: 'd'.repeat(64), parent: id }, { id }],
      },
      ['HISTORY $.history[0].v1Compatibility'],
    ],
    ['a config beside its history', { manifest: { config: {} } }, ['AMBIGUOUS $.config']],
    ['its layers in other letters', { manifest: { FSLayers: [] } }, ['AMBIGUOUS $.FSLayers']],
    ['signatures that are no list', { manifest: { signatures: 1 } }, ['SIGNATURE $.signatures']],
    ['signatures that sign nothing', { manifest: { signatures: [1] } }, ['SIGNATURE $.signatures']],
  ])('with %s is refused, and the place is named', (_, options, expected) => {
    expect(problemsOf(options)).toEqual(expected);
  });

  it('shares one budget of values among all texts of its history', () => {
    const x = Array(40_000).fill(0);
    const steps = Array.from({ length: 4 }, () => ({ x }));
    expect(() => made({ layers: [null, null, null], steps })).not.toThrow();
    expect(problemsOf({ layers: [null, null, null, null], steps })).toContain('TOO_LARGE $.history[3].v1Compatibility');
  });

  it('says what is wrong inside of a text, and where there', () => {
    const bytes = bytesOf(textOf(step(`{"id":"${id}","config":{"Cmd":[1]}}`)));
    expect(() => parse(bytes)).toThrow('an array of strings is expected, not array (in this text at $.config.Cmd)');
  });

  it('is refused when what is not signed says something else than what is', () => {
    const { payload } = aSchema1Image();
    const signed = Buffer.from(withSignatures(payload, [signer])).toString();
    const believed = signed.replace('"signatures"', '"layers": [],\n   "signatures"');
    expect(problems(believed)).toContain('AMBIGUOUS $.signatures');
    const { signatures } = JSON.parse(signed) as { signatures: [{ protected: string }] };
    const everythingElse = Buffer.from(payload.subarray(1)).toString('base64url');
    const cut = Buffer.from(JSON.stringify({ formatLength: 1, formatTail: everythingElse })).toString('base64url');
    const hidden = { schemaVersion: 1, name: 'team/other', signatures: [{ ...signatures[0], protected: cut }] };
    expect(problems(hidden)).toEqual(['AMBIGUOUS $.signatures']);
  });

  it.each<[string, (signed: string) => string]>([
    ['ends elsewhere than they say', (signed) => signed.replace('"team/app"', '"team/a"')],
    ['has fields behind them', (signed) => signed.replace(/\n\}$/, ',"x":1\n}')],
    ['has fields before them', (signed) => signed.replace('"signatures"', '"x":1,"signatures"')],
    [
      'is only a part of it',
      (signed) => {
        const inner = JSON.parse(signed) as { signatures: unknown[] };
        const text = signed.replace('{', '{"x":{').replace(/\n\}$/, '\n}');
        const { length } = text.slice(0, text.lastIndexOf(',\n   "signatures"'));
        const cut = Buffer.from(JSON.stringify({ formatLength: length, formatTail: 'Cn0' })).toString('base64url');
        const signature = { ...(inner.signatures[0] as object), protected: cut };
        return `${text},"schemaVersion":1,"signatures":[${JSON.stringify(signature)}]}`;
      },
    ],
  ])('is refused when what it signs %s', (_, change) => {
    const signed = Buffer.from(aSchema1Image({ signedBy: [signer] }).bytes).toString();
    expect(problems(change(signed)).join()).toMatch(/AMBIGUOUS/);
  });

  it('may be laid out by any tool, as long as only the signatures are left out', () => {
    const text = JSON.stringify(JSON.parse(Buffer.from(aSchema1Image().bytes).toString()));
    const { bytes, digest } = {
      bytes: withSignatures(Buffer.from(`${text.slice(0, -1)}\n}`), [signer]),
      digest: digestOf(Buffer.from(`${text.slice(0, -1)}\n}`)),
    };
    expect(parse(Buffer.from(`${Buffer.from(bytes).toString()}\n`))).toMatchObject({
      digest,
      signature: { state: 'verified' },
    });
  });
});
