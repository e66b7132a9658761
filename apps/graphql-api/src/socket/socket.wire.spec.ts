import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { LIMITS } from '../limits/limits.js';
import { openSocket, type TestSocket } from '../testing/open-socket.js';
import { startApi, type TestApi } from '../testing/start-api.js';
import { unreachableCatalog } from '../testing/unreachable-catalog.js';
import { listedQuestions } from '../persisted/persisted-questions.js';

const { catalog, statements } = unreachableCatalog();
let api: TestApi;
const sockets: TestSocket[] = [];

beforeAll(async () => {
  api = await startApi(catalog);
});

afterEach(() => {
  for (const socket of sockets.splice(0)) socket.close();
});

afterAll(async () => {
  await api.stop();
  await catalog.close();
});

async function open(options?: Parameters<typeof openSocket>[1], url = api.url): Promise<TestSocket> {
  const socket = await openSocket(url, options);
  sockets.push(socket);
  return socket;
}

const ask = (query: string, variables?: object, id = '1') => ({
  id,
  type: 'subscribe',
  payload: { query, variables },
});

const refused = (code: string, id = '1') => ({ id, type: 'error', payload: [{ extensions: { code } }] });

const repeat = (n: number, part: (index: number) => string): string =>
  Array.from({ length: n }, (_, i) => part(i)).join(' ');

describe('a question over a WebSocket', () => {
  it('is answered as one over POST is', async () => {
    const socket = await open();
    socket.send(ask('{ __typename }'));
    expect(await socket.next()).toEqual({ id: '1', type: 'next', payload: { data: { __typename: 'Query' } } });
    expect(await socket.next()).toEqual({ id: '1', type: 'complete' });
  });

  it('hides what went wrong on our side behind an id that the log shows', async () => {
    const socket = await open();
    socket.send(ask('{ registries { host } }'));
    const { payload } = await socket.next();
    expect(payload).toMatchObject({ data: null, errors: [{ extensions: { code: 'INTERNAL' } }] });
    const text = JSON.stringify(payload);
    expect(text).not.toMatch(/ECONNREFUSED|127\.0\.0\.1:1|SELECT|\.ts/);
    const id = /[0-9a-f]{8}-[0-9a-f-]{27}/.exec(text)?.[0] ?? 'no id';
    expect(api.log.some((line) => line.includes(id))).toBe(true);
  });

  it.each<[string, string, object | undefined, string]>([
    [
      'tokens',
      `{ tags(where: { name: { in: [${repeat(LIMITS.tokens, () => '"a"')}] } }) { totalCount } }`,
      undefined,
      'TOO_MANY_TOKENS',
    ],
    ['aliases', `{ ${repeat(LIMITS.aliases + 1, (i) => `a${i}: __typename`)} }`, undefined, 'TOO_MANY_ALIASES'],
    [
      'directives',
      `{ ${repeat(LIMITS.directives + 1, () => '... @include(if: true) { __typename }')} }`,
      undefined,
      'TOO_MANY_DIRECTIVES',
    ],
    ['depth', `{ ${repeat(8, () => 'layer {')} id ${'}'.repeat(8)} }`, undefined, 'TOO_DEEP'],
    [
      'depth of an argument',
      'query($where: TagFilter) { tags(where: $where) { totalCount } }',
      { where: JSON.parse(`${'{"not":'.repeat(20)}{}${'}'.repeat(20)}`) as unknown },
      'INPUT_TOO_DEEP',
    ],
    ['page', '{ tags(first: 101) { nodes { id } } }', undefined, 'PAGE_SIZE'],
    [
      'cost',
      '{ tags(first: 100) { nodes { manifest { tags(first: 47) { nodes { id } } } } } }',
      undefined,
      'TOO_COSTLY',
    ],
    ['a fragment that contains itself', '{ ...A } fragment A on Query { ...A }', undefined, 'FRAGMENT_CYCLE'],
    ['a mutation', 'mutation { nothing }', undefined, 'OPERATION_NOT_SUPPORTED'],
    ['a field that is not there', '{ nothing }', undefined, 'GRAPHQL_VALIDATION_FAILED'],
    ['no GraphQL', '{{{', undefined, 'GRAPHQL_PARSE_FAILED'],
  ])(
    'is refused beyond its limit, with the code of every transport and before anything is read: %s',
    async (_, query, variables, code) => {
      const socket = await open();
      const before = statements();
      socket.send(ask(query, variables));
      expect(await socket.next()).toMatchObject(refused(code));
      expect(statements()).toBe(before);
    },
  );

  it('is refused where only listed questions are answered and it is none of them', async () => {
    const strict = await startApi(catalog, listedQuestions(['{ __typename }']));
    const socket = await open({}, strict.url);
    socket.send(ask('{ registries { host } }', undefined, 'a'));
    expect(await socket.next()).toMatchObject(refused('QUERY_NOT_ALLOWED', 'a'));
    socket.send(ask('{ __typename }', undefined, 'b'));
    expect(await socket.next()).toMatchObject({ type: 'next', payload: { data: { __typename: 'Query' } } });
    socket.close();
    await strict.stop();
  });
});

describe('a socket', () => {
  it('is closed when one message is larger than a body may be', async () => {
    const socket = await open();
    socket.send('x'.repeat(LIMITS.bodyBytes + 1));
    expect(await socket.closed).toBe(1009);
  });

  it.each<[string, object | string, number]>([
    ['what is no message', 'hello', 4400],
    ['a second greeting', { type: 'connection_init' }, 4429],
  ])('is closed on %s', async (_, message, code) => {
    const socket = await open();
    socket.send(message);
    expect(await socket.closed).toBe(code);
  });

  it('asks nothing before it has greeted', async () => {
    const socket = await open({ init: false });
    socket.send(ask('{ __typename }'));
    expect(await socket.closed).toBe(4401);
  });

  it('is closed when it speaks another protocol', async () => {
    const socket = await open({ protocol: 'graphql-ws', init: false });
    expect(await socket.closed).toBe(4406);
  });

  it('is refused to a page of another site, and given to our own', async () => {
    await expect(open({ origin: 'https://elsewhere.example' })).rejects.toThrow('refused');
    await expect(open({ origin: 'null' })).rejects.toThrow('refused');
    const socket = await open({ origin: api.url });
    socket.send(ask('{ __typename }'));
    expect(await socket.next()).toMatchObject({ type: 'next' });
  });

  it(`is one of ${LIMITS.sockets} at most: the next is asked to come back later, until one leaves`, async () => {
    const many = await Promise.all(Array.from({ length: LIMITS.sockets }, () => open()));
    const tooMany = await open({ init: false });
    expect(await tooMany.closed).toBe(1013);
    many[0]?.close();
    await many[0]?.closed;
    const next = await open();
    next.send(ask('{ __typename }'));
    expect(await next.next()).toMatchObject({ type: 'next' });
  }, 60_000);
});
