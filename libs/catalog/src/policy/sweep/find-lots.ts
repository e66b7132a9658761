import { findPlatformSets } from '../../platform/find-platform-sets.js';
import type { Policy } from '../policy.js';
import { answerQuestions } from './answer-questions.js';
import type { Sweep } from './containment.js';
import { openFormulaMaker, type Answer, type SweptTag } from './formula.js';
import type { RowId } from './id-set.js';
import type { ReadPolicy } from './plan-waves.js';
import { openTagLook, type TagLook } from './sweep-tags.js';

/** A wave of policies, ready to be asked about every tag. */
export interface ReadyWave {
  readonly policies: readonly { readonly policy: Policy; readonly isViolated: Answer }[];
  readonly look: TagLook;
}

/**
 * Reads what the policies ask of the content of tags, as it is now, wave by wave: each question once, and the tags
 * themselves, so many in a lot, in the look that the first wave has at them. Throws `PlatformNameError` and `InvalidReferenceError`.
 */
export async function* prepareWaves(
  sweep: Sweep,
  waves: readonly (readonly ReadPolicy[])[],
  lotTags: number,
): AsyncGenerator<ReadyWave, void> {
  const maker = openFormulaMaker(await findPlatformSets(sweep.catalog.pool));
  const planned = waves.map((wave) => {
    const formulas = wave.map(({ policy, where, require }) => {
      const [isMeant, passes] = [maker.formulaOf(where), maker.formulaOf(require)];
      return { policy, isMeant, passes };
    });
    return { formulas, questions: maker.questions.length };
  });
  const look = openTagLook(sweep, maker.conditions, lotTags);
  const answers: Answer[] = [];
  for (const { formulas, questions } of planned) {
    answers.push(...(await answerQuestions(sweep, maker.questions.slice(answers.length, questions))));
    const policies = formulas.map(({ policy, isMeant, passes }) => ({
      policy,
      isViolated: (tag: SweptTag) => isMeant(tag, answers) && !passes(tag, answers),
    }));
    yield { policies, look };
  }
}

/** Waves of one preparation as one; null for none. */
export function oneOf(waves: readonly ReadyWave[]): ReadyWave | null {
  const [first] = waves;
  return first === undefined ? null : { ...first, policies: waves.flatMap(({ policies }) => policies) };
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
export async function* findLots({ policies, look }: ReadyWave): AsyncGenerator<SweptLot, void> {
  let after: RowId | null = null;
  for await (const tags of look()) {
    const upTo: RowId | null = tags.at(-1)?.tagId ?? after;
    const violations = policies.map(({ policy, isViolated }) => ({ policy, tags: tags.filter(isViolated) }));
    yield { after, upTo, taken: tags.length, violations };
    after = upTo;
  }
  yield { after, upTo: null, taken: 0, violations: policies.map(({ policy }) => ({ policy, tags: [] })) };
}
