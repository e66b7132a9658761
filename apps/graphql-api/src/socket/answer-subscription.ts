import { createSourceEventStream, execute, type ExecutionArgs, type ExecutionResult } from 'graphql';
import type { SubscriptionChangesArgs } from '@strata/graphql';
import { asyncIterator } from '../change/async-iterator.js';
import type { ChangeHub } from '../change/change-hub.js';
import { subscribeToChanges } from '../change/subscribe-to-changes.js';

/**
 * Answers a subscription as graphql-js' `subscribe` does, with one difference: every event has a context of its own, so
 * that no loader answers with rows that it remembers from the event before.
 */
export async function answerSubscription(
  args: ExecutionArgs,
  hub: ChangeHub,
): Promise<AsyncIterableIterator<ExecutionResult, undefined> | ExecutionResult> {
  const stream = await createSourceEventStream({
    ...args,
    // Mercurius, which makes the schema, takes no `subscribe` functions without its own transport.
    subscribeFieldResolver: (_root, fieldArgs: SubscriptionChangesArgs, _context, { fieldName }) => {
      if (fieldName !== 'changes') throw new Error(`nobody answers the subscription ${fieldName}`);
      return subscribeToChanges(hub, fieldArgs);
    },
  });
  if (!(Symbol.asyncIterator in stream)) return stream;
  const events = stream[Symbol.asyncIterator]();
  return asyncIterator(
    async () => {
      const event = await events.next();
      if (event.done === true) return { done: true, value: undefined };
      const answer = { ...args, rootValue: { changes: event.value }, contextValue: anotherContext(args) };
      return { done: false, value: await execute(answer) };
    },
    () => events.return?.(),
  );
}

/** The same things for the next event, in an object of its own: what is remembered per request hangs on that. */
function anotherContext({ contextValue }: ExecutionArgs): unknown {
  return typeof contextValue === 'object' && contextValue !== null ? { ...contextValue } : contextValue;
}
