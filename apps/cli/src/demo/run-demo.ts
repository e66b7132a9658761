import { setTimeout as sleep } from 'node:timers/promises';
import { openPusher, type FakeRegistry } from '@strata/registry-client/testing';
import { askGraphql } from './ask-graphql.js';
import { checkLacking, checkSharing, countRight } from './check-answers.js';
import { demoPushes, type DemoPush } from './demo-content.js';
import { DemoError } from './demo-error.js';
import {
  LayerAnswer,
  TagsAnswer,
  layerQuestion,
  tagsQuestion,
  type FoundLayer,
  type FoundTag,
} from './demo-questions.js';
import { expectedAnswers, type ExpectedAnswers } from './expected-answers.js';
import { openProgress } from '../progress.js';
import { showLacking, showSharing } from './show-answers.js';

/** What the demonstration needs of the product that is running. */
export interface DemoOptions {
  /** Where the registry's events go, path included. */
  readonly hookUrl: string;
  readonly hookSecret: string;
  readonly graphqlUrl: string;
  readonly graphiqlUrl: string;
  readonly registry: FakeRegistry;
  readonly write: (text: string) => void;
  readonly isTerminal: boolean;
  /** How long the catalog may take to know everything once all is pushed. Default: 60,000. */
  readonly timeoutMs?: number;
  /** Between two looks. Default: 150. */
  readonly pauseMs?: number;
  readonly signal?: AbortSignal;
}

interface Answers {
  readonly lacking: readonly FoundTag[];
  readonly layer: FoundLayer;
}

/**
 * Pushes the demonstration's images, waits until the catalog knows them, and asks the two questions that it was
 * built for. Throws `DemoError` when an answer is still wrong in the end: it knows what it pushed.
 */
export async function runDemo(options: DemoOptions): Promise<void> {
  const { registry, write } = options;
  const pushes = demoPushes();
  const expected = expectedAnswers(pushes);
  registry.addEndpoint({
    url: options.hookUrl,
    headers: { authorization: `Bearer ${options.hookSecret}` },
    // As the papers recommend: our own reads and the layers need not be told.
    ignoreActions: ['pull'],
    ignoreMediaTypes: ['application/octet-stream'],
  });
  const repositories = new Set(pushes.map(({ repository }) => repository)).size;
  write(`Pushing ${expected.tags.size} tags in ${repositories} repositories to ${registry.url.origin}\n`);
  const deadline = await pushAndWatch(options, pushes, expected);
  const { lacking, layer } = await waitForAnswers(options, expected, deadline);
  write(showLacking(lacking, expected.tags.size));
  write(showSharing(layer, expected));
  write(`\nAsk your own questions: ${options.graphiqlUrl}\n`);
}

/** Pushes and shows what arrives meanwhile. Returns the deadline for everything else, in the clock of `performance`. */
async function pushAndWatch(
  options: DemoOptions,
  pushes: readonly DemoPush[],
  expected: ExpectedAnswers,
): Promise<number> {
  const failed = new AbortController();
  const signal = options.signal === undefined ? failed.signal : AbortSignal.any([failed.signal, options.signal]);
  let deadline = Infinity;
  const push = async () => {
    await pushAll(options.registry, pushes);
    deadline = performance.now() + (options.timeoutMs ?? 60_000);
  };
  try {
    await Promise.all([push(), waitForTags({ ...options, signal }, expected, () => deadline)]);
  } finally {
    failed.abort(); // whichever of the two is left over
  }
  return deadline;
}

async function pushAll(registry: FakeRegistry, pushes: readonly DemoPush[]): Promise<void> {
  const pusher = openPusher(registry.url);
  try {
    const repositories = Map.groupBy(pushes, ({ repository }) => repository);
    await Promise.all(
      [...repositories].map(async ([repository, inOrder]) => {
        for (const { tag, manifest } of inOrder) await pusher.push(repository, tag ?? manifest.digest, manifest);
      }),
    );
  } finally {
    await pusher.close();
  }
}

/** Looks until every tag is as it was pushed. */
async function waitForTags(options: DemoOptions, expected: ExpectedAnswers, deadline: () => number): Promise<void> {
  const progress = openProgress('In the catalog', expected.tags.size, options);
  const where = `{registry: {eq: ${JSON.stringify(options.registry.url.host)}}}`;
  try {
    for (;;) {
      const right = countRight(expected, await askTags(options, where));
      progress.show(right);
      if (right === expected.tags.size) return;
      await pause(options, deadline(), () => `only ${right} of ${expected.tags.size} tags arrived in the catalog`);
    }
  } finally {
    progress.end();
  }
}

/** The tags are known before every image of every index is: looks until both answers are right. */
async function waitForAnswers(options: DemoOptions, expected: ExpectedAnswers, deadline: number): Promise<Answers> {
  for (;;) {
    const lacking = await askTags(options);
    const question = layerQuestion(expected.sharedLayer);
    const { layer } = await askGraphql(options.graphqlUrl, question, LayerAnswer, options.signal);
    const problems = [...checkLacking(expected, lacking), ...checkSharing(expected, layer)];
    if (problems.length === 0 && layer !== null) return { lacking, layer };
    await pause(options, deadline, () => `the catalog gives a wrong answer:\n  ${problems.slice(0, 5).join('\n  ')}`);
  }
}

/** All pages, without the tags of other registries that the catalog may know. */
async function askTags({ graphqlUrl, registry, signal }: DemoOptions, where?: string): Promise<readonly FoundTag[]> {
  const found: FoundTag[] = [];
  let after: string | null = null;
  do {
    const { tags }: TagsAnswer = await askGraphql(graphqlUrl, tagsQuestion(where, after), TagsAnswer, signal);
    found.push(...tags.nodes.filter(({ repository }) => repository.registry.host === registry.url.host));
    after = tags.pageInfo.hasNextPage ? tags.pageInfo.endCursor : null;
  } while (after !== null);
  return found;
}

async function pause(options: DemoOptions, deadline: number, problem: () => string): Promise<void> {
  const { registry, hookUrl, pauseMs = 150, signal } = options;
  if (performance.now() > deadline) {
    const pending = registry.pendingEvents();
    const waiting = pending === 0 ? '' : `; ${pending} events are still waiting to be taken by ${hookUrl}`;
    throw new DemoError(`${problem()}${waiting}`);
  }
  await sleep(pauseMs, undefined, signal === undefined ? {} : { signal }).catch(() => signal?.throwIfAborted());
}
