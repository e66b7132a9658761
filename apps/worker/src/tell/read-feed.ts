import {
  MAX_WAITING,
  findChangeActors,
  findChanges,
  queueDeliveries,
  type ChangePosition,
  type HeldWebhook,
  type MessageToQueue,
} from '@strata/catalog';
import { tellChange, tellLoss, tellTest, type Telling } from './telling.js';
import type { TellTools, ToldWebhook } from './tell-tools.js';
import { isAtLeast } from './webhook-words.js';
import { writeMessages } from './write-message.js';

/** Rows of the feed read at once, for programs and for people. */
const BATCH = 250;
const CHAT_BATCH = 1_000;

/** How many batches one message for people may sum up. */
const CHAT_BATCHES = 20;

/** For so long after the first change others are waited for, to tell people of all in one message. */
const GATHER_MS = 3_000;

/** The reading of one webhook. */
export interface FeedReader {
  /** Turns what the feed has into messages that wait to be sent. True: there may be more at once. */
  read(held: HeldWebhook): Promise<boolean>;
}

/** Opens it; what it remembers may be forgotten at any time. */
export function openFeedReader(webhook: ToldWebhook, tools: TellTools): FeedReader {
  const isChat = webhook.format !== 'standard';
  let gatheringSinceMs: number | null = null;

  const queue = (held: HeldWebhook, to: ChangePosition, messages: readonly MessageToQueue[]): Promise<boolean> =>
    queueDeliveries(tools.catalog.pool, held, { to, messages, now: tools.now() });

  const readForPrograms = async (held: HeldWebhook): Promise<boolean> => {
    if (held.waiting >= MAX_WAITING) return false;
    const { tellings, position, hasMore } = await readBatch(webhook, tools, held.position, BATCH);
    if (position !== held.position) await queue(held, position, messagesOf(webhook, tellings));
    return hasMore;
  };
  const readForPeople = async (held: HeldWebhook): Promise<boolean> => {
    if (held.waiting > 0) return false; // what comes meanwhile is told together with it
    const nowMs = tools.now().getTime();
    if (gatheringSinceMs !== null && nowMs - gatheringSinceMs < GATHER_MS) return false;
    const { tellings, position, hasMore } = await readAll(webhook, tools, held.position);
    if (tellings.length > 0 && !hasMore && gatheringSinceMs === null) {
      gatheringSinceMs = nowMs;
      return false;
    }
    gatheringSinceMs = null;
    if (position !== held.position) await queue(held, position, messagesOf(webhook, tellings));
    return hasMore;
  };
  return {
    async read(held) {
      const news = newsOf(webhook, held, tools.now());
      if (news.length > 0) {
        await queue(
          held,
          held.position,
          news.flatMap((telling) => messagesOf(webhook, [telling])),
        );
        return true;
      }
      return isChat ? readForPeople(held) : readForPrograms(held);
    },
  };
}

/** What is to be said to the webhook about itself. */
function newsOf({ name }: ToldWebhook, { lostSince, testAskedAt }: HeldWebhook, now: Date): readonly Telling[] {
  return [
    ...(lostSince === null ? [] : [tellLoss(lostSince, now)]),
    ...(testAskedAt === null ? [] : [tellTest(name, now)]),
  ];
}

function messagesOf({ format }: ToldWebhook, tellings: readonly Telling[]): readonly MessageToQueue[] {
  const [first, ...rest] = tellings;
  return first === undefined ? [] : writeMessages(format, [first, ...rest]);
}

interface Batch {
  readonly tellings: readonly Telling[];
  readonly position: ChangePosition;
  readonly hasMore: boolean;
}

async function readAll(webhook: ToldWebhook, tools: TellTools, from: ChangePosition): Promise<Batch> {
  const tellings: Telling[] = [];
  let position = from;
  for (let batches = 0; batches < CHAT_BATCHES; batches += 1) {
    const read = await readBatch(webhook, tools, position, CHAT_BATCH);
    tellings.push(...read.tellings);
    position = read.position;
    if (!read.hasMore) return { tellings, position, hasMore: false };
  }
  return { tellings, position, hasMore: true };
}

async function readBatch(
  { kinds, where, minimumSeverity }: ToldWebhook,
  { catalog }: TellTools,
  after: ChangePosition,
  limit: number,
): Promise<Batch> {
  const read = await findChanges(catalog.pool, { after, kinds, where, limit });
  const changes = read.changes.filter(
    ({ finding }) => finding === null || isAtLeast(finding.severity, minimumSeverity),
  );
  const actors = await findChangeActors(catalog.pool, changes);
  return { ...read, tellings: changes.map((change, index) => tellChange(change, actors[index] ?? null)) };
}
