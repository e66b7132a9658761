import {
  countEvents,
  findEventBytes,
  findEventPage,
  replayEvents,
  type EventFilter,
  type EventRow,
} from '@strata/catalog';
import { readKeptEvents } from '@strata/registry-events';
import { Args, Context, Mutation, Query, ResolveField, Resolver } from '@nestjs/graphql';
import type { EventFilter as AskedFilter, EventState, MutationReplayArgs, QueryEventsArgs } from '@strata/graphql';
import { toConnection, type Connection } from '../answer/connection.js';
import type { ApiContext } from '../answer/context.js';
import { ifGiven } from '../answer/filters.js';
import { formatNodeId } from '../answer/node-id.js';
import { oneOf, present } from '../answer/one-of.js';
import { pageRequest } from '../answer/page-of.js';
import { eventStates, upperWord } from '../answer/words.js';

const bytesOf = oneOf(({ pool }, ids: readonly bigint[]) => findEventBytes(pool, ids));

@Resolver('Event')
export class EventResolver {
  @Query()
  events(@Args() { where, ...args }: QueryEventsArgs, @Context() { catalog }: ApiContext): Connection<EventRow> {
    const filter = toEventFilter(where ?? {});
    return toConnection(
      () => findEventPage(catalog.pool, { ...pageRequest(args), where: filter }),
      () => countEvents(catalog.pool, filter),
    );
  }

  /** What this version cannot read, its dialect included, stays in quarantine. */
  @Mutation()
  replay(@Args() { where }: MutationReplayArgs, @Context() { writes }: ApiContext): Promise<number> {
    return replayEvents(writes, {
      where: toEventFilter(where),
      read: (kept) => readKeptEvents(kept) ?? [],
      now: new Date(),
    });
  }

  @ResolveField()
  id({ id }: EventRow): string {
    return formatNodeId('Event', id);
  }

  @ResolveField()
  state({ state }: EventRow): EventState {
    return upperWord(state);
  }

  /** Bytes that are no UTF-8 are shown with replacement characters; a copy for replay is made from the bytes. */
  @ResolveField()
  async raw({ id }: EventRow, _args: object, context: ApiContext): Promise<string> {
    return present(await bytesOf(context, id)).toString('utf8');
  }
}

function toEventFilter({ source, state, reason, repository, received }: AskedFilter): EventFilter {
  return {
    source: source ?? undefined,
    state: ifGiven(state, (words) => words.map((word) => eventStates[word])),
    reason: reason ?? undefined,
    repository: repository ?? undefined,
    received: ifGiven(received, ({ from, to }) => ({ from: from ?? undefined, to: to ?? undefined })),
  };
}
