import type { Catalog } from '@strata/catalog';
import { formatReference } from '@strata/oci';
import { openSourceRegistry, openSourceWriter, type Registry } from '@strata/registry-client';
import { StartError, type Logger, type SourceConfig } from '@strata/runtime';
import { userError } from '../answer/user-error.js';
import type { Caller } from '../caller/caller.js';
import { findTarget, type OpenedSource, type Target } from './find-target.js';
import type { PushPlan } from './push-plan.js';
import { lastOf, pushPlanned } from './push-planned.js';
import { recordPush, type OwnPush } from './record-push.js';

/** Who pushes what. */
export interface Making {
  readonly plan: PushPlan;
  readonly action: OwnPush['action'];
  readonly caller: Caller;
}

/** The one way by which this process writes to registries. */
export interface Maker {
  /** Throws an error with the code FORBIDDEN, NOT_FOUND or NO_WRITE_CREDENTIALS before any registry is asked anything. */
  targetFor(caller: Caller, text: string, argument: string): Target;
  /** Pushes, and tells the catalog. Throws BUSY, NOT_FOUND, TIMEOUT or `RegistryError`; the tag is the last thing that is done. */
  push(target: Target, making: Making): Promise<void>;
  close(): Promise<void>;
}

/** What a maker needs. */
export interface MakerTools {
  readonly sources: readonly SourceConfig[];
  readonly writes: Catalog;
  readonly now: () => Date;
  readonly logger: Logger;
}

/** Each holds a chunk of a blob in memory. */
const AT_ONCE = 2;

/** Below the five minutes after which common HTTP clients give up, so that who asked hears how it ended. */
const LIMIT_MS = 270_000;

/** Opens the registries that are configured; nothing connects before something is made. Throws `StartError`. */
export function openMaker(tools: MakerTools): Maker {
  const { sources, writes, now, logger } = tools;
  const opened = sources.map(openOne);
  const readerOf = (host: string): Registry | null => opened.find(({ source }) => source.host === host)?.reader ?? null;
  const closing = new AbortController();
  let running = 0;

  async function run(target: Target, { plan, action, caller }: Making): Promise<void> {
    const { reference, source, writer } = target;
    const { registry, repository, tag } = reference;
    const signal = AbortSignal.any([closing.signal, AbortSignal.timeout(LIMIT_MS)]);
    await pushPlanned(plan, { writer, registry, repository, tag, readerOf, signal }).catch((error: unknown) => {
      throw signal.aborted ? tooLong() : error;
    });
    const { digest } = lastOf(plan);
    logger.info({ reference: formatReference(reference), digest, by: caller.name }, 'pushed');
    const push = { action, source, repository, tag, digest, by: caller.name, at: now() };
    // It is there now, whatever becomes of the note; the registry's own event or a crawl brings it in as well.
    await recordPush(writes, push).catch((error: unknown) => logger.error({ err: error }, 'a push was not noted'));
  }

  return {
    targetFor: (caller, text, argument) => findTarget({ caller, text, argument }, opened),
    async push(target, making) {
      if (running >= AT_ONCE) throw userError('BUSY', `${AT_ONCE} pushes are under way; try again soon`);
      running += 1;
      try {
        await run(target, making);
      } finally {
        running -= 1;
      }
    },
    async close() {
      closing.abort();
      await Promise.all(
        opened.flatMap(({ reader, writer }) => [reader.close(), ...(writer === null ? [] : [writer.close()])]),
      );
    },
  };
}

function openOne(source: SourceConfig): OpenedSource {
  try {
    return { source, reader: openSourceRegistry(source), writer: openSourceWriter(source) };
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new StartError(`the registry of source ${source.name} cannot be used: ${error.message}`);
  }
}

function tooLong(): Error {
  return userError('TIMEOUT', 'it took too long and was given up; what was copied stays, so ask again');
}
