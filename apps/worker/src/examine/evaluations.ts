import {
  evaluatePolicies,
  findPolicies,
  isDuePolicy,
  type Catalog,
  type ExaminationTools,
  type StoredFindingKind,
} from '@strata/catalog';
import type { TellUnreadable } from './tell-unreadable.js';

/** What a step of an examination has taken (tags, changes), and how many findings it has opened and closed of each kind. */
export interface Examined {
  readonly taken: number;
  readonly opened: ReadonlyMap<StoredFindingKind, number>;
  readonly closed: ReadonlyMap<StoredFindingKind, number>;
}

/** When nothing waits. */
export const NOTHING_EXAMINED: Examined = { taken: 0, opened: new Map(), closed: new Map() };

/** Evaluations of policies over all tags: of those that are new, changed, removed or due. */
export interface Evaluations {
  /** One lot of tags; without one, soon, while what it needs is being read. */
  step(): Promise<Examined>;
  /** Gives up the one under way: what is not done begins anew the next time. */
  close(): Promise<void>;
}

/** What evaluations need beside the tools of the examination. */
export interface EvaluationsOptions {
  readonly catalog: Catalog;
  readonly tellUnreadable: TellUnreadable;
}

/** Begins none before the first step. */
export function openEvaluations(
  { hold, now }: ExaminationTools,
  { catalog, tellUnreadable }: EvaluationsOptions,
): Evaluations {
  let lots: ReturnType<typeof evaluatePolicies> | null = null;
  return {
    async step() {
      if (lots === null) {
        const policies = await findPolicies(hold.sql, { removed: true });
        tellUnreadable(policies);
        const due = policies.filter((policy) => isDuePolicy(policy, now()));
        if (due.length === 0) return NOTHING_EXAMINED;
        lots = evaluatePolicies({ catalog, hold, now }, due);
      }
      const lot = await lots.next();
      if (lot.done === true) {
        lots = null;
        return { ...NOTHING_EXAMINED, taken: 1 };
      }
      const { taken, opened, closed } = lot.value;
      const ofPolicies = (count: number) => new Map<StoredFindingKind, number>([['policy', count]]);
      return { taken: Math.max(taken, 1), opened: ofPolicies(opened), closed: ofPolicies(closed) };
    },
    async close() {
      await lots?.return();
    },
  };
}
