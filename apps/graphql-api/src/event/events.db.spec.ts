import { beforeAll, describe, expect, it } from '@jest/globals';
import { askSmallCatalog } from '../testing/ask-small-catalog.js';

const { answer, api, db } = askSmallCatalog();

const INSERT = `
  INSERT INTO inbox (source_id, dedupe_key, content_hash, work, action, repository, tag, digest, actor, raw, received_at,
                     state, reason, finished_at, lease_until)
  SELECT source.id, $2, $2, 'none', $3, 'team/web', 'v1', NULL, 'ann', $4, $5::timestamptz, $6::inbox_state,
         CASE WHEN $6 = 'quarantined' THEN 'BAD_JSON' END,
         CASE WHEN $6 IN ('done', 'ignored', 'quarantined') THEN $5::timestamptz END,
         CASE WHEN $6 = 'queued' THEN $5::timestamptz END
  FROM source WHERE source.name = $1`;

beforeAll(async () => {
  const rows = [
    ['push', '{"n":0}', '2026-11-21T10:00:00Z', 'new'],
    ['push', '{"n":1}', '2026-11-21T10:01:00Z', 'queued'],
    ['push', '{"n":2}', '2026-11-21T10:02:00Z', 'done'],
    ['delete', '{"n":', '2026-11-21T10:03:00Z', 'quarantined'],
  ] as const;
  for (const [index, [action, raw, at, state]] of rows.entries()) {
    await db().catalog.pool.query(INSERT, [
      'source-of-one.example',
      Buffer.from([index]),
      action,
      Buffer.from(raw),
      at,
      state,
    ]);
  }
});

describe('sources', () => {
  it('tell what waits, what was set aside, and when they were last heard', async () => {
    expect(
      await answer('{ sources { name dialect state waiting quarantined lastEventAt registry { host } } }'),
    ).toEqual({
      sources: [
        {
          name: 'source-of-one.example',
          dialect: 'distribution',
          state: 'HEALTHY',
          waiting: 2,
          quarantined: 1,
          lastEventAt: '2026-11-21T10:03:00.000Z',
          registry: { host: 'one.example' },
        },
        {
          name: 'source-of-two.example',
          dialect: 'distribution',
          state: 'HEALTHY',
          waiting: 0,
          quarantined: 0,
          lastEventAt: null,
          registry: { host: 'two.example' },
        },
      ],
    });
  });
});

describe('events', () => {
  it('are listed newest first, with the bytes as they were received', async () => {
    const data = await answer(
      '{ events(first: 1) { totalCount pageInfo { hasNextPage } nodes { source state reason action repository tag digest actor receivedAt finishedAt raw } } }',
    );
    expect(data).toEqual({
      events: {
        totalCount: 4,
        pageInfo: { hasNextPage: true },
        nodes: [
          {
            source: 'source-of-one.example',
            state: 'QUARANTINED',
            reason: 'BAD_JSON',
            action: 'delete',
            repository: 'team/web',
            tag: 'v1',
            digest: null,
            actor: 'ann',
            receivedAt: '2026-11-21T10:03:00.000Z',
            finishedAt: '2026-11-21T10:03:00.000Z',
            raw: '{"n":',
          },
        ],
      },
    });
  });

  it.each<[string, object, readonly string[]]>([
    ['state', { state: ['NEW', 'DONE'] }, ['{"n":2}', '{"n":0}']],
    ['reason', { reason: ['BAD_JSON'] }, ['{"n":']],
    ['source', { source: ['source-of-two.example'] }, []],
    ['repository', { repository: { startsWith: 'team/' }, state: ['QUEUED'] }, ['{"n":1}']],
    ['time', { received: { from: '2026-11-21T10:01:00Z', to: '2026-11-21T10:02:00Z' } }, ['{"n":1}']],
  ])('are found by %s', async (_, where, raws) => {
    const data = await answer('query($where: EventFilter) { events(where: $where) { totalCount nodes { raw } } }', {
      where,
    });
    expect(data).toEqual({ events: { totalCount: raws.length, nodes: raws.map((raw) => ({ raw })) } });
  });

  it('are each met once by page, and found again by their ids', async () => {
    const ids: string[] = [];
    let after: string | null = null;
    do {
      const { data } = await api().ask(
        'query($a: String) { events(first: 3, after: $a) { nodes { id } pageInfo { hasNextPage endCursor } } }',
        { a: after },
      );
      const { events } = data as {
        events: { nodes: { id: string }[]; pageInfo: { hasNextPage: boolean; endCursor: string } };
      };
      ids.push(...events.nodes.map(({ id }) => id));
      after = events.pageInfo.hasNextPage ? events.pageInfo.endCursor : null;
    } while (after !== null);
    expect(new Set(ids).size).toBe(4);
    expect(await answer('query($id: ID!) { node(id: $id) { ... on Event { raw } } }', { id: ids[0] })).toEqual({
      node: { raw: '{"n":' },
    });
  });
});

describe('replay', () => {
  it('puts what was set aside back in the queue, as far as it can be read, and nothing else', async () => {
    const replay = (where: object) =>
      answer('mutation($where: EventFilter!) { replay(where: $where) }', { where }) as Promise<{ replay: number }>;
    expect(await replay({ source: ['source-of-one.example'] })).toEqual({ replay: 0 }); // cut JSON is cut JSON
    await db().catalog.pool.query(`UPDATE inbox SET work = 'tag' WHERE state = 'quarantined'`);
    expect(await replay({ source: ['source-of-two.example'] })).toEqual({ replay: 0 });
    expect(await replay({ reason: ['BAD_JSON'] })).toEqual({ replay: 1 });
    const { rows } = await db().catalog.pool.query(`SELECT state FROM inbox WHERE dedupe_key = '\\x03'`);
    expect(rows).toEqual([{ state: 'new' }]);
  });
});
