import { describe, expect, it } from '@jest/globals';
import { nextLookMs } from './look-again.js';

/**
 * The protocol of tag observation as a state machine, searched through to its last state: one tag, two or three operations at
 * the registry at the same time, events in any order, one of them delivered twice, one worker that dies. Every job reads the
 * version of our row, then asks the registry, then writes; anything may happen in between. Change this first when the
 * protocol is to change.
 */
interface Protocol {
  /** Write only if the row still has the version that was read, else begin again. */
  readonly comparesAndSets: boolean;
  /** Look once more, after the operation is over, when the registry disagrees with the event. */
  readonly looksAgain: boolean;
  /** Write a row for a tag that was never there either, so that an older look cannot add it afterwards. */
  readonly keepsAbsence: boolean;
}

const OURS: Protocol = { comparesAndSets: true, looksAgain: true, keepsAbsence: true };

/** What a tag points at. */
type Target = 'nothing' | 'a' | 'b';

/** A push announces its manifest before it moves the tag; a delete takes the tag away before it announces that. */
interface Operation {
  readonly kind: 'push' | 'delete';
  readonly target: Target;
  readonly stepsDone: 0 | 1 | 2;
}

interface Job {
  /** Null for a crawl, which follows from no operation. */
  readonly operation: number | null;
  readonly isLook: boolean;
  readonly at: 'waiting' | 'version read' | 'observed';
  readonly version: number;
  readonly seen: Target;
}

interface State {
  readonly registry: Target;
  readonly row: { readonly version: number; readonly target: Target };
  readonly operations: readonly Operation[];
  readonly jobs: readonly Job[];
  readonly mayRepeat: boolean;
  readonly mayDie: boolean;
  /** One event may never arrive. */
  readonly mayLose: boolean;
}

const WAITING = { at: 'waiting', version: 0, seen: 'nothing' } as const;

function* next(state: State, protocol: Protocol): Generator<State, void, undefined> {
  for (const [index, operation] of state.operations.entries()) yield* operate(state, index, operation);
  for (const [index, job] of state.jobs.entries()) {
    const others = state.jobs.toSpliced(index, 1);
    yield* work({ ...state, jobs: others }, job, protocol);
    if (state.mayDie && job.at !== 'waiting')
      yield { ...state, mayDie: false, jobs: [...others, { ...job, ...WAITING }] };
  }
}

function* operate(state: State, index: number, operation: Operation): Generator<State, void, undefined> {
  const { kind, target, stepsDone } = operation;
  if (stepsDone === 2) return;
  const operations = state.operations.with(index, { ...operation, stepsDone: stepsDone === 0 ? 1 : 2 });
  const moved = { ...state, operations };
  if ((kind === 'push') === (stepsDone === 1)) return yield { ...moved, registry: target };
  const job: Job = { operation: index, isLook: false, ...WAITING };
  yield { ...moved, jobs: [...state.jobs, job] };
  if (state.mayLose) yield { ...moved, mayLose: false };
  if (state.mayRepeat) yield { ...moved, mayRepeat: false, jobs: [...state.jobs, job, job] };
}

/** `rest` is without the job. */
function* work(rest: State, job: Job, protocol: Protocol): Generator<State, void, undefined> {
  const operation = job.operation === null ? null : rest.operations[job.operation];
  if (operation === undefined) return;
  const goOn = (change: Partial<Job>): State => ({ ...rest, jobs: [...rest.jobs, { ...job, ...change }] });
  switch (job.at) {
    case 'waiting': // the last look comes after the operation is over: that is what its minute is for
      // and a crawl that is to find what was lost begins when the registry is quiet
      if (isQuiet(rest, operation, job)) yield goOn({ at: 'version read', version: rest.row.version });
      return;
    case 'version read':
      return yield goOn({ at: 'observed', seen: rest.registry });
    case 'observed': {
      if (protocol.comparesAndSets && rest.row.version !== job.version) return yield goOn(WAITING);
      const isNothingNew = !protocol.keepsAbsence && rest.row.version === 0 && job.seen === 'nothing';
      const row = isNothingNew ? rest.row : { version: rest.row.version + 1, target: job.seen };
      const disagrees = operation !== null && job.seen !== operation.target && !job.isLook && protocol.looksAgain;
      yield { ...rest, row, jobs: disagrees ? [...rest.jobs, { ...job, ...WAITING, isLook: true }] : rest.jobs };
    }
  }
}

function isQuiet({ operations }: State, operation: Operation | null, { isLook }: Job): boolean {
  if (operation === null) return operations.every(({ stepsDone }) => stepsDone === 2);
  return !isLook || operation.stepsDone === 2;
}

/** Jobs in any order are the same state. */
function keyOf({ registry, row, operations, jobs, mayRepeat, mayDie, mayLose }: State): string {
  const words = jobs
    .map(({ operation, isLook, at, version, seen }) => `${operation}${isLook}${at}${version}${seen}`)
    .sort();
  return `${registry}${row.version}${row.target}${operations.map(({ stepsDone }) => stepsDone)}${mayRepeat}${mayDie}${mayLose}${words}`;
}

/** Visits every state that can come to pass and counts the last ones, and those in which we are wrong about the tag. */
function search(start: State, protocol: Protocol): { states: number; ends: number; wrongEnds: number } {
  const seen = new Set([keyOf(start)]);
  const open = [start];
  let ends = 0;
  let wrongEnds = 0;
  for (let state = open.pop(); state !== undefined; state = open.pop()) {
    let isEnd = true;
    for (const follower of next(state, protocol)) {
      isEnd = false;
      const key = keyOf(follower);
      if (!seen.has(key)) open.push(follower);
      seen.add(key);
    }
    if (isEnd) ends += 1;
    if (isEnd && state.row.target !== state.registry) wrongEnds += 1;
  }
  return { states: seen.size, ends, wrongEnds };
}

function begin(kinds: readonly [Operation['kind'], Target][], registry: Target, faults = true): State {
  const operations = kinds.map(([kind, target]) => ({ kind, target, stepsDone: 0 }) as const);
  const row = { version: registry === 'nothing' ? 0 : 1, target: registry };
  return { registry, row, operations, jobs: [], mayRepeat: faults, mayDie: faults, mayLose: false };
}

const scenes: readonly (readonly [string, State])[] = [
  [
    'a push and a delete of a new tag',
    begin(
      [
        ['push', 'b'],
        ['delete', 'nothing'],
      ],
      'nothing',
    ),
  ],
  [
    'a push and a delete of a tag that is known',
    begin(
      [
        ['push', 'b'],
        ['delete', 'nothing'],
      ],
      'a',
    ),
  ],
  [
    'two pushes of a new tag',
    begin(
      [
        ['push', 'a'],
        ['push', 'b'],
      ],
      'nothing',
    ),
  ],
  [
    'two pushes and a delete, with neither repeat nor death',
    begin(
      [
        ['push', 'a'],
        ['push', 'b'],
        ['delete', 'nothing'],
      ],
      'nothing',
      false,
    ),
  ],
];

describe.each(scenes)('%s', (_, start) => {
  it('end with our row as the registry has the tag, in every state that can come to pass', () => {
    const { states, ends, wrongEnds } = search(start, OURS);
    expect(states).toBeGreaterThan(1_000);
    expect(ends).toBeGreaterThan(0);
    expect(wrongEnds).toBe(0);
  });

  it.each<[string, Partial<Protocol>]>([
    ['a plain write', { comparesAndSets: false }],
    ['no second look', { looksAgain: false }],
    ['neither', { comparesAndSets: false, looksAgain: false }],
  ])('would end wrongly with %s', (_name, change) => {
    expect(search(start, { ...OURS, ...change }).wrongEnds).toBeGreaterThan(0);
  });
});

describe('an event that is lost', () => {
  const pushAndDelete: readonly [Operation['kind'], Target][] = [
    ['push', 'b'],
    ['delete', 'nothing'],
  ];
  const twoPushes: readonly [Operation['kind'], Target][] = [
    ['push', 'a'],
    ['push', 'b'],
  ];
  const crawl: Job = { operation: null, isLook: false, ...WAITING };

  it.each<[string, readonly [Operation['kind'], Target][], boolean]>([
    ['a push and a delete', pushAndDelete, true],
    ['two pushes, with neither repeat nor death', twoPushes, false],
  ])('leaves us wrong about a tag, until a crawl observes it like everybody else (%s)', (_, operations, faults) => {
    const start = { ...begin(operations, 'nothing', faults), mayLose: true };
    expect(search(start, OURS).wrongEnds).toBeGreaterThan(0);
    const { ends, wrongEnds } = search({ ...start, jobs: [crawl] }, OURS);
    expect(ends).toBeGreaterThan(0);
    expect(wrongEnds).toBe(0);
  });

  it('would leave us wrong after a crawl too, if that wrote without comparing', () => {
    const start = { ...begin(twoPushes, 'nothing', false), mayLose: true, jobs: [crawl] };
    expect(search(start, { ...OURS, comparesAndSets: false }).wrongEnds).toBeGreaterThan(0);
  });
});

it('a push and a delete of a new tag would end wrongly if a tag that was never there left no row', () => {
  const start = begin(
    [
      ['push', 'b'],
      ['delete', 'nothing'],
    ],
    'nothing',
  );
  expect(search(start, { ...OURS, keepsAbsence: false }).wrongEnds).toBeGreaterThan(0);
});

it('the last look comes a minute after the one before it, when the operation is surely over', () => {
  const looks = Array.from({ length: 6 }, (_, index) => nextLookMs(index));
  expect(looks).toEqual([150, 2_000, 15_000, 60_000, null, null]);
});
