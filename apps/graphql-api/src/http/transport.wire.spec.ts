import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { getIntrospectionQuery } from 'graphql';
import { startApi, type TestApi } from '../testing/start-api.js';
import { unreachableCatalog } from '../testing/unreachable-catalog.js';

const { catalog, statements } = unreachableCatalog();
let api: TestApi;

beforeAll(async () => {
  api = await startApi(catalog);
});

afterAll(async () => {
  await api.stop();
  await catalog.close();
});

describe('the transport', () => {
  const question = JSON.stringify({ query: '{ registries { host } }' });
  it.each<[string, Record<string, string>, string]>([
    ['a form', { 'content-type': 'application/x-www-form-urlencoded' }, 'query=%7B__typename%7D'],
    ['plain text', { 'content-type': 'text/plain' }, question],
    ['multipart', { 'content-type': 'multipart/form-data; boundary=x' }, '--x--'],
    ['a type that is none', { 'content-type': 'json' }, question],
    ['an empty type', { 'content-type': '' }, question],
    ['a type that only starts the same', { 'content-type': 'application/json-patch+json' }, question],
  ])('refuses %s', async (_, headers, body) => {
    const before = statements();
    const { status } = await api.post(body, headers);
    expect(status).toBe(415);
    expect(statements()).toBe(before);
  });

  it.each<[string, string, string]>([
    ['a list of questions', `[${question},${question}]`, 'BATCHING_OFF'],
    ['no JSON', '{', 'BAD_REQUEST'],
    ['no object', '"x"', 'BAD_REQUEST'],
    ['no question', '{}', 'BAD_REQUEST'],
    ['variables that are a list', '{"query":"{ __typename }","variables":[]}', 'BAD_REQUEST'],
    ['an operation name that is a number', '{"query":"{ __typename }","operationName":1}', 'BAD_REQUEST'],
    ['nothing', '', 'BAD_REQUEST'],
    ['a hash that is none', '{"extensions":{"persistedQuery":{"version":1,"sha256Hash":"x"}}}', 'BAD_REQUEST'],
  ])('refuses %s', async (_, body, code) => {
    expect(await api.post(body)).toMatchObject({ status: 400, codes: [code] });
  });

  it.each(['GET', 'PUT', 'DELETE', 'PATCH'])('refuses %s', async (method) => {
    const response = await fetch(`${api.url}/graphql?query=%7B__typename%7D`, { method });
    expect(response.status).toBe(405);
    expect(response.headers.get('allow')).toBe('GET, POST');
  });

  it('takes variables named __proto__ for what they are', async () => {
    const { status } = await api.post('{"query":"{ __typename }","variables":{"__proto__":{"polluted":1}}}');
    expect(status).toBe(200);
    expect('polluted' in {}).toBe(false);
  });
});

describe('introspection', () => {
  it('works as GraphiQL asks for it', async () => {
    const query = getIntrospectionQuery({ inputValueDeprecation: true, schemaDescription: true, specifiedByUrl: true });
    const { status, errors } = await api.ask(query);
    expect({ status, errors }).toEqual({ status: 200, errors: [] });
  });
});
