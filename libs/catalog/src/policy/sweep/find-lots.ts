import { findPlatformSets } from '../../platform/find-platform-sets.js';
import type { Policy } from '../policy.js';
import { answerQuestions } from './answer-questions.js';
import type { Sweep } from './containment.js';
import { openFormulaMaker, type Collected, type Answer, type SweptTag } from './formula.js';
import type { RowId } from './id-set.js';
import type { ReadPolicy } from './plan-waves.js';
import type { SweepReading } from './read-ids.js';
import { sweepTags } from './sweep-tags.js';

/** A wave of policies, ready to be asked about every tag. */
export interface ReadyWave {
  readonly policies: readonly { readonly policy: Policy; readonly isViolated: Answer }[];
  readonly conditions: Collected['conditions'];
}

/** Reads what the policies ask of the content of tags, as it is now. Throws `PlatformNameError` and `InvalidReferenceError`. */
export async function prepareWave(sweep: Sweep, wave: readonly ReadPolicy[]): Promise<ReadyWave> {
  const maker = openFormulaMaker(await findPlatformSets(sweep.catalog.pool));
  const formulas = wave.map(({ policy, where, require }) => {
    const [isMeant, passes] = [maker.formulaOf(where), maker.formulaOf(require)];
    return { policy, isMeant, passes };
  });
  const answers = await answerQuestions(sweep, maker.questions);
  const policies = formulas.map(({ policy, isMeant, passes }) => ({
    policy,
    isViolated: (tag: SweptTag) => isMeant(tag, answers) && !passes(tag, answers),
  }));
  return { policies, conditions: maker.conditions };
}

/** What was found among the tags behind `after`, up to and with `upTo`; null stands for the ends. */
export interface SweptLot {
  readonly after: RowId | null;
  readonly upTo: RowId | null;
  /** How many of them are live. */
  readonly taken: number;
  readonly violations: readonly { readonly policy: Policy; readonly tags: readonly SweptTag[] }[];
}

/** Asks a wave about every tag, some at a time; the last lot reaches to the end, also of tags that are gone. */
export async function* findLots(
  reading: SweepReading,
  { policies, conditions }: ReadyWave,
  lot: number,
): AsyncGenerator<SweptLot, void> {
  let after: RowId | null = null;
  for await (const tags of sweepTags(reading, conditions, lot)) {
    const upTo: RowId | null = tags.at(-1)?.tagId ?? after;
    const violations = policies.map(({ policy, isViolated }) => ({ policy, tags: tags.filter(isViolated) }));
    yield { after, upTo, taken: tags.length, violations };
    after = upTo;
  }
  yield { after, upTo: null, taken: 0, violations: policies.map(({ policy }) => ({ policy, tags: [] })) };
}
