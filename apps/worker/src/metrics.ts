import { countOpenRows, driftPerMille, findLastCrawls, findSources, type Catalog } from '@strata/catalog';
import type { FastifyInstance } from 'fastify';
import { Counter, Gauge, Registry, type OpenMetricsContentType } from 'prom-client';
import type { Tally } from './crawl/crawl-tools.js';
import { openExaminationMetrics, type ExaminationMetrics } from './examine/examination-metrics.js';
import { openTellingMetrics, type TellingMetrics } from './tell/telling-metrics.js';

/** What this process tells a monitoring system. */
export interface Metrics {
  /** Counts what a step of a crawl has brought. */
  countStep(source: string, step: Tally): void;
  /** Counts what a lot of the examination has opened and closed. */
  readonly countLot: ExaminationMetrics['countLot'];
  /** Counts a message that was sent to a webhook. */
  readonly countAttempt: TellingMetrics['countAttempt'];
  /** Everything, in the text format of OpenMetrics 1.0. Throws what the database throws. */
  read(): Promise<string>;
  readonly contentType: string;
}

/** Opens the metrics of a worker: its crawls since it started, and what the whole catalog says of the sources. */
export function openMetrics(catalog: Pick<Catalog, 'pool'>): Metrics {
  const { pool } = catalog;
  const registry = new Registry<OpenMetricsContentType>();
  registry.setContentType(Registry.OPENMETRICS_CONTENT_TYPE);
  const registers = [registry];
  const counter = (name: string, help: string) => new Counter({ name, help, labelNames: ['source'], registers });
  const seen = counter('strata_crawl_seen', 'Objects that crawls of this process have seen');
  const repaired = counter('strata_crawl_repaired', 'Objects that the catalog did not have, or had otherwise');
  const removed = counter('strata_crawl_removed', 'Objects of the catalog that are gone at the registry');
  const drift = new Gauge({
    name: 'strata_crawl_drift_per_mille',
    help: 'Objects that the last crawl of a source had to repair, per thousand',
    labelNames: ['source'],
    registers,
  });
  const inbox = new Gauge({
    name: 'strata_inbox_rows',
    help: 'Rows of the inbox that are not finished, or were set aside',
    labelNames: ['source', 'state'],
    registers,
  });
  const examination = openExaminationMetrics(catalog, registers);
  const telling = openTellingMetrics(catalog, registers);
  return {
    contentType: registry.contentType,
    countLot: examination.countLot,
    countAttempt: telling.countAttempt,
    countStep(source, step) {
      seen.inc({ source }, step.seen);
      repaired.inc({ source }, step.repaired);
      removed.inc({ source }, step.removed);
    },
    async read() {
      const sources = await findSources(pool);
      const crawls = await findLastCrawls(
        pool,
        sources.map(({ id }) => id),
        { finished: true },
      );
      drift.reset();
      for (const crawl of crawls) if (crawl !== null) drift.set({ source: crawl.source }, driftPerMille(crawl));
      inbox.reset();
      for (const { source, state, rows } of await countOpenRows(pool)) inbox.set({ source, state }, rows);
      await examination.refresh();
      await telling.refresh(new Date());
      return registry.metrics();
    },
  };
}

/** Mounts `GET /metrics`. */
export function mountMetrics(server: FastifyInstance, metrics: Metrics): void {
  server.get('/metrics', async (_request, reply) =>
    reply.header('content-type', metrics.contentType).send(await metrics.read()),
  );
}
