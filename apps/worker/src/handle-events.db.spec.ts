import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { returnAllEvents, returnExpiredEvents, takeDueEvents } from '@strata/catalog';
import { dumpTables } from '@strata/catalog/testing';
import { anImage, anIndex } from '@strata/oci/testing';
import { handleEvents } from './handle-events.js';
import { deletionOf, pushOf } from './testing/some-events.js';
import { startSteps, type Steps } from './testing/start-steps.js';
import type { Tools } from './tools.js';

const LEASE_MS = 400;

let steps: Steps;
beforeAll(async () => void (steps = await startSteps({ leaseMs: LEASE_MS })));
afterAll(() => steps.end());
beforeEach(() => steps.forget());

/** Tables of names, which are written before the transaction: a name that nobody uses does no harm. */
const WORDS = ['source', 'repository', 'media_type', 'platform', 'platform_set'];

const REPOSITORY = 'team/app';
const one = anImage({ seed: 'one' });
const two = anImage({ seed: 'two' });
const sleep = (delayMs: number) => new Promise((resolve) => setTimeout(resolve, delayMs));
const receiveOne = async () => {
  steps.put(REPOSITORY, 'v1', one);
  await steps.receive(pushOf(REPOSITORY, 'v1', one));
};
/** A worker that meets a bug whenever it comes to this manifest. */
const withBugAt = (digest: string): Tools => ({
  ...steps.tools,
  registryOf: () => ({
    ...steps.client,
    fetchManifest: (repository, asked, signal) => {
      if (asked === digest) throw new TypeError('a bug');
      return steps.client.fetchManifest(repository, asked, signal);
    },
  }),
});
/** What a lease does when its worker is gone. */
const expire = async () => {
  await steps.rows(`UPDATE inbox SET lease_until = now() - interval '1 s' WHERE state = 'queued'`);
  await returnExpiredEvents(steps.catalog);
  await steps.rows(`UPDATE inbox SET next_at = now() WHERE state = 'new'`);
};

describe('an event that meets a bug', () => {
  it('stays leased, comes back, and is set aside after exactly five starts', async () => {
    await receiveOne();
    for (let start = 1; start <= 5; start += 1) {
      await expect(steps.round(withBugAt(one.digest))).rejects.toThrow('a bug');
      expect(await steps.inbox('state, starts')).toEqual([{ state: 'queued', starts: start }]);
      await expire();
    }
    await steps.round(withBugAt(one.digest));
    expect(await steps.inbox('state, starts, reason')).toEqual([
      { state: 'quarantined', starts: 5, reason: 'CRASHES_WORKER' },
    ]);
  });

  it('holds up none of those that were begun with it, and none of them is counted for it', async () => {
    steps.put(REPOSITORY, 'v2', two);
    await receiveOne();
    await steps.receive(pushOf(REPOSITORY, 'v2', two));
    await expect(steps.round(withBugAt(one.digest))).rejects.toThrow('a bug');
    expect(await steps.inbox('state')).toEqual([{ state: 'queued' }, { state: 'done' }]);
  });

  it('that is mended goes on where it was', async () => {
    await receiveOne();
    await expect(steps.round(withBugAt(one.digest))).rejects.toThrow('a bug');
    await expire();
    await steps.round();
    expect(await steps.inbox('state, starts')).toEqual([{ state: 'done', starts: 2 }]);
  });
});

describe('a worker that is told to stop', () => {
  it('gives back what it is in the middle of, due at once and with nothing counted against it', async () => {
    await receiveOne();
    steps.registry.misbehave({}, { kind: 'silence' });
    const stopping = new AbortController();
    const round = steps.round({ ...steps.tools, stopping: stopping.signal });
    await sleep(100);
    stopping.abort();
    await round;
    expect(await steps.inbox('state, starts, attempts, next_at <= now() AS due')).toEqual([
      { state: 'new', starts: 0, attempts: 0, due: true },
    ]);
    expect(await steps.rows('SELECT state FROM source')).toEqual([{ state: 'healthy' }]);
    steps.registry.behave();
    await steps.round();
    expect(await steps.inbox('state')).toEqual([{ state: 'done' }]);
  });
});

describe('a lease', () => {
  it('is renewed for as long as the work takes', async () => {
    await receiveOne();
    steps.registry.misbehave({ method: 'GET' }, { kind: 'late', delayMs: 3 * LEASE_MS });
    const round = steps.round();
    for (let look = 0; look < 12; look += 1) {
      await sleep(LEASE_MS / 5);
      expect(await returnExpiredEvents(steps.catalog)).toBe(0);
    }
    await round;
    expect(await steps.inbox('state, generation')).toEqual([{ state: 'done', generation: 1 }]);
  });

  it.each(['has begun', 'has ended'])(
    'that ran out gives the event to another worker; when that one %s, nothing of the first one’s work is written',
    async (fate) => {
      const index = anIndex({ entries: [one, two] });
      steps.put(REPOSITORY, 'v1', index);
      await steps.receive(pushOf(REPOSITORY, 'v1', index));
      let other: unknown;
      const committer: Tools['committer'] = {
        async commit(found) {
          await returnAllEvents(steps.catalog);
          if (fate === 'has ended') await steps.round(steps.anotherWorker());
          else await takeDueEvents(steps.catalog, { queuedPerSource: 10, leaseMs: 60_000 });
          other = await dumpTables(steps.catalog.pool, WORDS);
          return steps.tools.committer.commit(found);
        },
      };
      await steps.round({ ...steps.tools, committer });
      expect(await dumpTables(steps.catalog.pool, WORDS)).toEqual(other);
      const [first] = await steps.inbox('state, generation');
      expect(first).toEqual({ state: fate === 'has ended' ? 'done' : 'queued', generation: 2 });
    },
  );

  it('is held by one of two jobs that carry the same hand-over: one effect', async () => {
    await receiveOne();
    const handed = await takeDueEvents(steps.catalog, { queuedPerSource: 10, leaseMs: 60_000 });
    await Promise.all([handleEvents(handed, steps.tools), handleEvents(handed, steps.anotherWorker())]);
    await steps.settle();
    expect(await steps.inbox('state')).toEqual([{ state: 'done' }]);
    expect(await steps.rows('SELECT version FROM tag')).toEqual([{ version: 1 }]);
  });
});

describe('a database that breaks off', () => {
  it('in the middle of a commit leaves nothing half-written, and the event is tried again', async () => {
    await receiveOne();
    const before = await dumpTables(steps.catalog.pool, ['inbox', ...WORDS]);
    await steps.rows(
      `CREATE FUNCTION break_off() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END $$`,
    );
    await steps.rows(
      `CREATE CONSTRAINT TRIGGER break_off AFTER INSERT ON tag DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION break_off()`,
    );
    await steps.round();
    expect(await dumpTables(steps.catalog.pool, ['inbox', ...WORDS])).toEqual(before);
    expect(await steps.inbox('state, reason, attempts')).toEqual([{ state: 'new', reason: 'DATABASE', attempts: 1 }]);
    await steps.rows('DROP FUNCTION break_off CASCADE');
    await steps.settle();
    expect(await steps.inbox('state')).toEqual([{ state: 'done' }]);
    expect(await steps.rows('SELECT count(*)::int AS tags FROM tag')).toEqual([{ tags: 1 }]);
  });
});

describe('a source', () => {
  it('that this worker was not told about waits for one that was, without an attempt', async () => {
    await receiveOne();
    await steps.round({ ...steps.tools, registryOf: () => null });
    expect(await steps.inbox('state, reason, attempts, starts')).toEqual([
      { state: 'new', reason: 'SOURCE_NOT_CONFIGURED', attempts: 0, starts: 0 },
    ]);
  });
});

it('sets aside work that lacks what it is about', async () => {
  await receiveOne();
  await steps.receive(deletionOf(REPOSITORY, { tag: 'v1' }));
  await steps.rows(`UPDATE inbox SET digest = NULL, tag = NULL`);
  await steps.round();
  expect(await steps.inbox('state, reason')).toEqual([
    { state: 'quarantined', reason: 'SHAPE' },
    { state: 'quarantined', reason: 'SHAPE' },
  ]);
});

it('writes what can be written although something else in the same commit cannot', async () => {
  steps.put(REPOSITORY, 'v2', two);
  await receiveOne();
  await steps.receive(pushOf(REPOSITORY, 'v2', two));
  await steps.rows(`ALTER TABLE tag ADD CONSTRAINT no_v1 CHECK (name <> 'v1')`);
  await expect(steps.round()).rejects.toThrow('no_v1');
  await steps.rows('ALTER TABLE tag DROP CONSTRAINT no_v1');
  expect(await steps.inbox('state')).toEqual([{ state: 'queued' }, { state: 'done' }]);
});
