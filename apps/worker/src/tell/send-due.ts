import {
  disableWebhook,
  findDueDeliveries,
  noteAttempt,
  noteHealth,
  type DueDelivery,
  type HeldWebhook,
} from '@strata/catalog';
import { RegistryError } from '@strata/registry-client';
import { mapBounded } from '../crawl/map-bounded.js';
import { MAX_TROUBLES, judgeAttempt, type AttemptAnswer, type Judgement } from './judge-attempt.js';
import { signMessage } from './sign-message.js';
import type { Receiver, TellTools } from './tell-tools.js';

/** Messages taken at once. */
const BATCH = 100;

/** Nothing more of a batch is begun after this, so that the feed is read in between and others get their turn. */
const BATCH_MS = 15_000;

/** How the receiver is doing, as the messages that are under way learn it. */
interface Course {
  troubles: number;
  pausedUntil: Date | null;
  deliveredAt: Date | null;
  isGone: boolean;
  sent: number;
}

/**
 * Sends what is due to a webhook that this process holds, and writes down what came of it. Messages about the same thing
 * go one after the other; one that failed waits for its next time and holds up no other. Returns whether something was sent.
 */
export async function sendDue(receiver: Receiver, held: HeldWebhook, tools: TellTools): Promise<boolean> {
  const startMs = tools.now().getTime();
  if (held.pausedUntil !== null && held.pausedUntil.getTime() > startMs) return false;
  const limit = held.troubles < MAX_TROUBLES ? BATCH : 1;
  const due = await findDueDeliveries(tools.catalog.pool, receiver.id, { now: new Date(startMs), limit });
  const course: Course = { troubles: held.troubles, pausedUntil: null, deliveredAt: null, isGone: false, sent: 0 };
  const leftMs = (): number => startMs + BATCH_MS - tools.now().getTime();
  const isOver = (): boolean => tools.closing.aborted || course.isGone || course.pausedUntil !== null || leftMs() <= 0;
  await mapBounded(linesOf(due), receiver.webhook.rate.concurrency, async (line) => {
    for (const delivery of line) {
      if (isOver() || !(await receiver.turn(leftMs(), tools.closing)) || isOver()) return;
      await sendOne(receiver, delivery, course, tools);
    }
  });
  if (course.sent > 0) await noteHealth(tools.catalog.pool, receiver.id, course);
  return course.sent > 0;
}

/** Messages about the same thing stand in one line, in their order. */
function linesOf(due: readonly DueDelivery[]): readonly (readonly DueDelivery[])[] {
  const lines = new Map<string | bigint, DueDelivery[]>();
  for (const delivery of due) {
    const key = delivery.reference ?? delivery.id;
    const line = lines.get(key);
    if (line === undefined) lines.set(key, [delivery]);
    else line.push(delivery);
  }
  return [...lines.values()];
}

async function sendOne(receiver: Receiver, delivery: DueDelivery, course: Course, tools: TellTools): Promise<void> {
  const answer = await post(receiver, delivery, tools);
  if (answer === null) return;
  course.sent += 1;
  const before = { attempts: delivery.attempts, troubles: course.troubles };
  const judged = judgeAttempt(answer, before, { now: tools.now(), random: tools.random });
  course.troubles = judged.health.troubles;
  course.pausedUntil = judged.health.pausedUntil ?? course.pausedUntil;
  if (judged.end.error === null) course.deliveredAt = judged.end.at;
  await noteAttempt(tools.catalog.pool, delivery, judged.end);
  if (judged.isGone && !course.isGone) {
    course.isGone = true;
    await disableWebhook(tools.catalog.pool, receiver.id, 'its receiver answered 410: it is gone');
  }
  report(receiver, delivery, judged, tools);
}

/** Null when the process must end first: the message is sent again then, under the same id. */
async function post(
  { webhook, poster }: Receiver,
  { messageId, body }: DueDelivery,
  { now, stopping }: TellTools,
): Promise<AttemptAnswer | null> {
  const signed = signMessage({ id: `msg_${messageId.replaceAll('-', '')}`, at: now(), body, secrets: webhook.secrets });
  const headers = { ...webhook.headers, 'content-type': 'application/json', ...signed };
  try {
    return await poster.post({ headers, body }, stopping);
  } catch (error) {
    if (stopping.aborted) return null;
    if (error instanceof RegistryError) return { error: error.message };
    throw error;
  }
}

function report(
  { webhook: { name } }: Receiver,
  delivery: DueDelivery,
  { end, isGone }: Judgement,
  tools: TellTools,
): void {
  const { logger, onAttempt } = tools;
  const line = { webhook: name, delivery: String(delivery.id), status: end.status };
  if (end.error === null) return onAttempt(name, 'delivered');
  if (isGone) logger.warn(line, 'the receiver of a webhook is gone: it is told nothing more');
  if (end.nextAt !== null) return onAttempt(name, 'retried');
  onAttempt(name, 'given-up');
  logger.warn(line, `a message was given up: ${end.error}`);
}
