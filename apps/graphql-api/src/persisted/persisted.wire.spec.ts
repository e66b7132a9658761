import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { LIMITS } from '../limits/limits.js';
import { startApi, type TestApi } from '../testing/start-api.js';
import { unreachableCatalog } from '../testing/unreachable-catalog.js';
import { hashOfText, listedQuestions, rememberedQuestions } from './persisted-questions.js';
import { readAllowList } from './read-allow-list.js';

const { catalog, statements } = unreachableCatalog();
const TEXT = 'query Name { __typename }';
const READS = '{ registries { host } }';
let api: TestApi;

beforeEach(async () => {
  api = await startApi(catalog);
});

afterEach(() => api.stop());
afterAll(() => catalog.close());

const extensions = (sha256Hash: string) => ({ persistedQuery: { version: 1, sha256Hash } });
const post = (body: object) => api.post(JSON.stringify(body));

async function get(
  parameters: Readonly<Record<string, string>>,
  headers: Record<string, string> = { 'graphql-require-preflight': '1' },
): Promise<{ status: number; data: unknown; code: unknown }> {
  const response = await fetch(`${api.url}/graphql?${new URLSearchParams(parameters).toString()}`, { headers });
  const { data, errors } = (await response.json()) as { data: unknown; errors?: [{ extensions: { code: string } }] };
  return { status: response.status, data, code: errors?.[0].extensions.code ?? null };
}

const byHash = (text: string) => ({ extensions: JSON.stringify(extensions(hashOfText(text))) });

describe('a question that is known by its hash', () => {
  it('is unknown at first, remembered once it was sent with its text, then answered by hash over POST and GET', async () => {
    const ask = () => post({ extensions: extensions(hashOfText(TEXT)) });
    expect(await ask()).toMatchObject({ status: 200, codes: ['PERSISTED_QUERY_NOT_FOUND'] });
    expect(await post({ query: TEXT, extensions: extensions(hashOfText(TEXT)) })).toMatchObject({ codes: [] });
    expect(await ask()).toMatchObject({ status: 200, data: { __typename: 'Query' } });
    expect(await get(byHash(TEXT))).toEqual({ status: 200, data: { __typename: 'Query' }, code: null });
  });

  it('is refused with a hash that is not its own, and not remembered under it', async () => {
    const lie = hashOfText('{ other }');
    expect(await post({ query: TEXT, extensions: extensions(lie) })).toMatchObject({
      status: 400,
      codes: ['PERSISTED_QUERY_MISMATCH'],
    });
    expect(await post({ extensions: extensions(lie) })).toMatchObject({ codes: ['PERSISTED_QUERY_NOT_FOUND'] });
  });

  it('is not remembered when a limit refused it', async () => {
    const aliases = Array.from({ length: LIMITS.aliases + 1 }, (_, i) => `a${i}: __typename`).join(' ');
    const query = `{ ${aliases} }`;
    expect(await post({ query, extensions: extensions(hashOfText(query)) })).toMatchObject({
      codes: ['TOO_MANY_ALIASES'],
    });
    expect(await post({ extensions: extensions(hashOfText(query)) })).toMatchObject({
      codes: ['PERSISTED_QUERY_NOT_FOUND'],
    });
  });

  it('cannot be asked by GET from a page of another site: without the header it is refused, before anything is read', async () => {
    await post({ query: READS, extensions: extensions(hashOfText(READS)) });
    const before = statements();
    expect(await get(byHash(READS), {})).toMatchObject({ status: 400, code: 'PREFLIGHT_REQUIRED' });
    expect(statements()).toBe(before);
    expect(await get(byHash(READS), { 'apollo-require-preflight': 'x' })).toMatchObject({ code: 'INTERNAL' });
  });

  it('is held to every limit over GET too', async () => {
    const query = 'query($first: Int) { tags(first: $first) { nodes { id } } }';
    await post({ query, variables: { first: 1 }, extensions: extensions(hashOfText(query)) });
    const ask = (variables: string) => get({ ...byHash(query), variables });
    expect(await ask('{"first":101}')).toMatchObject({ status: 400, code: 'PAGE_SIZE' });
    expect(await ask('{"first":1')).toMatchObject({ status: 400, code: 'BAD_REQUEST' });
    expect(await ask('{"first":100}')).toMatchObject({ code: 'INTERNAL' }); // reached the database
  });

  it('changes nothing over GET, whatever was remembered', async () => {
    const query = 'mutation { replay(where: {}) }';
    await api.stop();
    api = await startApi(catalog, { ...rememberedQuestions(), textOf: () => query });
    expect(await get(byHash(query))).toMatchObject({ status: 400, code: 'OPERATION_NOT_SUPPORTED' });
  });

  it('is forgotten first when it was asked least recently', () => {
    const persisted = rememberedQuestions(2);
    for (const text of ['a', 'b']) persisted.remember(text);
    persisted.textOf(hashOfText('a'));
    persisted.remember('c');
    expect(['a', 'b', 'c'].map((text) => persisted.textOf(hashOfText(text)))).toEqual(['a', null, 'c']);
  });
});

describe('an API that answers only listed questions', () => {
  beforeEach(async () => {
    await api.stop();
    api = await startApi(catalog, listedQuestions([TEXT]));
  });

  it('answers a listed one by text and by hash', async () => {
    expect(await post({ query: TEXT })).toMatchObject({ data: { __typename: 'Query' } });
    expect(await get(byHash(TEXT))).toMatchObject({ data: { __typename: 'Query' } });
  });

  it.each([
    ['another question', READS],
    ['the same one with a space more', `${TEXT} `],
    ['no GraphQL at all', '{{{'],
  ])('refuses %s before it is parsed, also with its hash', async (_, query) => {
    for (const body of [{ query }, { query, extensions: extensions(hashOfText(query)) }]) {
      expect(await post(body)).toMatchObject({ status: 403, codes: ['QUERY_NOT_ALLOWED'] });
    }
    expect(await post({ extensions: extensions(hashOfText(query)) })).toMatchObject({
      codes: ['PERSISTED_QUERY_NOT_FOUND'],
    });
  });
});

describe('the folder of listed questions', () => {
  const folder = mkdtempSync(join(tmpdir(), 'strata-questions-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  it('must be there, hold a question, and hold none that cannot be answered', () => {
    expect(() => readAllowList(join(folder, 'missing'))).toThrow('cannot be read');
    expect(() => readAllowList(folder)).toThrow('holds no .graphql file');
    writeFileSync(join(folder, 'name.graphql'), TEXT);
    writeFileSync(join(folder, 'notes.txt'), 'not a question');
    expect(readAllowList(folder)).toEqual([TEXT]);
    writeFileSync(join(folder, 'wrong.graphql'), '{ nothing }');
    expect(() => readAllowList(folder)).toThrow(/wrong\.graphql cannot be asked: Cannot query field "nothing"/);
  });
});
