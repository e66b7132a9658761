import { countFindingTodo, type Catalog } from '@strata/catalog';
import { Counter, Gauge, type OpenMetricsContentType, type Registry } from 'prom-client';
import type { Examined } from './evaluations.js';

/** What the examination tells a monitoring system. */
export interface ExaminationMetrics {
  /** Counts what a lot has opened and closed. */
  countLot(lot: Examined, seconds: number): void;
  /** Asks the catalog how much waits. */
  refresh(): Promise<void>;
}

/** Adds them to a registry. */
export function openExaminationMetrics(
  { pool }: Pick<Catalog, 'pool'>,
  registers: Registry<OpenMetricsContentType>[],
): ExaminationMetrics {
  const counter = (name: string, help: string) => new Counter({ name, help, labelNames: ['kind'], registers });
  const opened = counter('strata_findings_opened', 'Findings that this process has opened');
  const closed = counter('strata_findings_closed', 'Findings that this process has closed');
  const waiting = new Gauge({
    name: 'strata_finding_todo_rows',
    help: 'Changes of tags and manifests that are not examined yet',
    registers,
  });
  const took = new Gauge({
    name: 'strata_examination_seconds',
    help: 'How long the last lot took that this process examined',
    registers,
  });
  return {
    countLot(lot, seconds) {
      for (const [kind, count] of lot.opened) opened.inc({ kind }, count);
      for (const [kind, count] of lot.closed) closed.inc({ kind }, count);
      took.set(seconds);
    },
    refresh: async () => waiting.set(await countFindingTodo(pool)),
  };
}
