import { speakers } from '../../filter/attestation.js';
import { CONFIGURED_IMAGES } from '../../filter/config-question.js';
import type { ContentQuestion } from '../../filter/content-questions.js';
import { anyOf, rawSql, sql, type SqlPart } from '../../filter/sql.js';
import { bitsOf, byNumber, hasBit } from './bits.js';
import { addParents, addPlacedParents, type Containment, type Sweep } from './containment.js';
import type { Answer } from './formula.js';
import { openIdSet, type IdSet } from './id-set.js';
import { openOtherSet, openOwnSet } from './placed-set.js';
import { readIds, type SweepReading } from './read-ids.js';

/** What is asked together, in one look at all rows of a kind: behind FROM, a condition may follow after AND. */
const LOOKS = [
  { about: 'target', id: rawSql('manifest.id'), from: rawSql('manifest WHERE TRUE') },
  { about: 'config', id: rawSql('image.id'), from: CONFIGURED_IMAGES },
  { about: 'attestation', id: rawSql('speaker.subject_id'), from: sql`${speakers(null)} WHERE TRUE` },
] as const;

/**
 * Answers questions about content for every tag there is: each becomes the set of what it selects, read once, with the
 * indexes above it.
 */
export async function answerQuestions(sweep: Sweep, questions: readonly ContentQuestion[]): Promise<readonly Answer[]> {
  const containment = questions.some(leadsDown) ? await sweep.containment() : NOTHING;
  const known = new Map<number, IdSet>();
  for (const look of LOOKS)
    for (const [place, ids] of await answerAtOnce(sweep, questions, look)) known.set(place, ids);
  const answers: Answer[] = [];
  for (const [place, question] of questions.entries())
    answers.push(await answerOne(sweep, question, containment, known.get(place) ?? openIdSet()));
  return answers;
}

const NOTHING: Containment = { parents: [], children: [] };

function leadsDown({ about }: ContentQuestion): boolean {
  return about === 'config' || about === 'attestation' || about === 'content' || about === 'placed content';
}

async function answerOne(
  reading: SweepReading,
  question: ContentQuestion,
  containment: Containment,
  known: IdSet,
): Promise<Answer> {
  switch (question.about) {
    case 'target':
      return ({ manifestId }) => known.has(manifestId);
    case 'config':
    case 'attestation':
      addParents(known, containment);
      return ({ manifestId }) => known.has(manifestId);
    case 'content': {
      const ids = await readSet(reading, question.ids);
      addParents(ids, containment);
      return ({ manifestId }) => ids.has(manifestId);
    }
    case 'placed content': {
      const pairs = question.repository === 'own' ? openOwnSet() : openOtherSet();
      await readIds(reading, question.pairs, pairs.add);
      addPlacedParents(pairs, containment);
      return (tag) => pairs.isMeant(tag.manifestId, tag.repositoryId);
    }
    case 'tag': {
      const ids = await readSet(reading, question.ids);
      return ({ tagId }) => ids.has(tagId);
    }
    case 'placement': {
      const pairs = openOwnSet();
      await readIds(reading, question.pairs, pairs.add);
      return (tag) => pairs.isMeant(tag.manifestId, tag.repositoryId);
    }
  }
}

async function readSet(reading: SweepReading, statement: SqlPart): Promise<IdSet> {
  const ids = openIdSet();
  await readIds(reading, statement, (id) => ids.add(id));
  return ids;
}

/** The sets of the questions of one look, by their places: what meets the condition of each. */
async function answerAtOnce(
  reading: SweepReading,
  questions: readonly ContentQuestion[],
  { about, id, from }: (typeof LOOKS)[number],
): Promise<ReadonlyMap<number, IdSet>> {
  const asked = [...questions.entries()].flatMap(([place, question]) =>
    question.about === about ? [{ place, condition: question.condition, ids: openIdSet() }] : [],
  );
  for (const group of byNumber(asked)) {
    const conditions = group.map(({ condition }) => condition);
    const statement = sql`SELECT ${id}, ${bitsOf(conditions)} FROM ${from} AND (${anyOf(conditions)})`;
    await readIds(reading, statement, (each, bits) => {
      for (const [place, { ids }] of group.entries()) if (hasBit(bits, place)) ids.add(each);
    });
  }
  return new Map(asked.map(({ place, ids }) => [place, ids]));
}
