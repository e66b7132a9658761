import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { anImage } from '@strata/oci/testing';
import { MAX_EVENTS_PER_JOB, relayInbox, type Relay } from './relay-inbox.js';
import { pushOf } from './testing/some-events.js';
import { startSteps, type Steps } from './testing/start-steps.js';

let steps: Steps;
const relays: Relay[] = [];
beforeAll(async () => void (steps = await startSteps()));
afterAll(() => steps.end());
beforeEach(() => steps.forget());
afterEach(async () => void (await Promise.all(relays.splice(0).map((relay) => relay.close()))));

const image = anImage();
const sleep = (delayMs: number) => new Promise((resolve) => setTimeout(resolve, delayMs));
async function until(isSo: () => Promise<boolean> | boolean): Promise<void> {
  for (let left = 500; !(await isSo()); left -= 1) {
    if (left === 0) throw new Error('it did not come to pass');
    await sleep(10);
  }
}
const receive = (count: number) =>
  steps.receive(...Array.from({ length: count }, () => pushOf('team/app', null, image)));
const states = async () =>
  Object.fromEntries(
    (await steps.rows<{ state: string; count: number }>('SELECT state, count(*)::int FROM inbox GROUP BY 1')).map(
      ({ state, count }) => [state, count],
    ),
  );

/** A queue that only takes down what it is given. */
function aQueue() {
  const jobs: (readonly { event: string; generation: number }[])[] = [];
  const queue = { jobs, epoch: 'one', adds: 0, isAway: false };
  const producer = {
    async add(added: readonly { events: readonly { event: string; generation: number }[] }[]) {
      queue.adds += 1;
      if (queue.isAway) throw new Error('the queue is away');
      jobs.push(...added.map(({ events }) => events));
    },
    epoch: async () => queue.epoch,
    close: async () => undefined,
  };
  return { queue, producer };
}

function start(producer: ReturnType<typeof aQueue>['producer'], leaseMs = 60_000): Relay {
  const { catalog, tools } = steps;
  const relay = relayInbox({ catalog, producer, limits: { queuedPerSource: 10_000, leaseMs }, logger: tools.logger });
  relays.push(relay);
  return relay;
}

describe('the relay', () => {
  it('hands over what is due in jobs that carry ids, each once, however many relays run', async () => {
    await receive(500);
    const { queue, producer } = aQueue();
    for (let count = 0; count < 3; count += 1) start(producer).wake();
    await until(() => queue.jobs.flat().length >= 500);
    await sleep(100);
    expect(new Set(queue.jobs.flat().map(({ event, generation }) => `${event} ${generation}`)).size).toBe(500);
    expect(queue.jobs.flat()).toHaveLength(500);
    expect(Math.max(...queue.jobs.map((job) => job.length))).toBeLessThanOrEqual(MAX_EVENTS_PER_JOB);
    expect(await states()).toEqual({ queued: 500 });
  });

  it('looks by itself when nobody calls', async () => {
    const { queue, producer } = aQueue();
    start(producer);
    await sleep(50);
    await receive(1);
    await until(() => queue.jobs.length === 1);
  });

  it('looks at once when it is called', async () => {
    const { queue, producer } = aQueue();
    const relay = start(producer);
    await sleep(600); // it has settled into its slow pace
    await receive(1);
    const before = Date.now();
    relay.wake();
    await until(() => queue.jobs.length === 1);
    expect(Date.now() - before).toBeLessThan(400);
  });

  it('takes back what the queue did not take, without wearing the database out, and hands it over later', async () => {
    await receive(20);
    const { queue, producer } = aQueue();
    queue.isAway = true;
    const relay = start(producer);
    await until(() => queue.adds > 0);
    await until(async () => (await states())['new'] === 20);
    for (let call = 0; call < 50; call += 1) {
      relay.wake();
      await sleep(10);
    }
    expect(queue.adds).toBeLessThanOrEqual(2);
    queue.isAway = false;
    await until(() => queue.jobs.flat().length === 20);
    expect(await states()).toEqual({ queued: 20 });
  });

  it('hands everything over again when the queue has lost its memory', async () => {
    await receive(5);
    const { queue, producer } = aQueue();
    start(producer, 400); // looks after the queue every 100 ms
    await until(() => queue.jobs.flat().length === 5);
    await steps.rows(`UPDATE inbox SET lease_until = now() + interval '1 hour'`);
    await sleep(250);
    expect(queue.jobs.flat()).toHaveLength(5);
    queue.epoch = 'two';
    await until(() => queue.jobs.flat().length === 10);
    expect(new Set(queue.jobs.flat().map(({ generation }) => generation))).toEqual(new Set([1, 2]));
  });

  it('hands over again what a dead worker left behind', async () => {
    await receive(3);
    const { queue, producer } = aQueue();
    start(producer, 200);
    await until(() => queue.jobs.flat().length >= 6);
    expect(
      queue.jobs
        .flat()
        .slice(3)
        .every(({ generation }) => generation > 1),
    ).toBe(true);
  });

  it('goes on after the database was away', async () => {
    const { queue, producer } = aQueue();
    start(producer);
    await sleep(50);
    await steps.rows(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()`,
    );
    await receive(1);
    await until(() => queue.jobs.length === 1);
  });

  it('ends soon after it is told to, in whatever it is, and touches nothing afterwards', async () => {
    const { queue, producer } = aQueue();
    const relay = start(producer);
    const away = aQueue();
    away.queue.isAway = true;
    const failing = start(away.producer);
    await sleep(30);
    const before = Date.now();
    await Promise.all([relay.close(), failing.close()]);
    expect(Date.now() - before).toBeLessThan(500);
    await receive(1);
    await sleep(100);
    expect(queue.jobs).toEqual([]);
    expect(await states()).toEqual({ new: 1 });
  });
});
