import { contentQuestions, type ContentQuestion } from '../../filter/content-questions.js';
import type { SqlPart } from '../../filter/sql.js';
import { compileTagFilter, type TagFilter } from '../../filter/tag-filter.js';
import type { PlatformSets } from '../../platform/find-platform-sets.js';
import { BITS_OF_NUMBER, hasBit } from './bits.js';
import { contentCost } from './content-cost.js';
import type { RowId } from './id-set.js';

/** A live tag as a sweep sees it. */
export interface SweptTag {
  readonly tagId: RowId;
  readonly manifestId: RowId;
  readonly repositoryId: RowId;
  /** Which of the conditions on its own row hold; `BITS_OF_NUMBER` of them in each. */
  readonly bits: readonly number[];
}

/** Decides one question about content for a tag. */
export type Answer = (tag: SweptTag) => boolean;

/** Decides a filter for a tag; `answers` are those to the questions that were collected, in their order. */
export type Formula = (tag: SweptTag, answers: readonly Answer[]) => boolean;

/** What the formulas of some filters need: each condition and each question once. */
export interface Collected {
  /** On the tag's own row, for SQL. */
  readonly conditions: readonly SqlPart[];
  readonly questions: readonly ContentQuestion[];
}

/** Collects what filters need, and makes formulas of them. */
export interface FormulaMaker extends Collected {
  /** Throws `PlatformNameError` and `InvalidReferenceError`. */
  formulaOf(filter: TagFilter): Formula;
}

/** Makes one for filters that are decided together. */
export function openFormulaMaker(sets: PlatformSets): FormulaMaker {
  const conditions = openList<SqlPart>(keyOf);
  const questions = openList<ContentQuestion>(keyOf);

  const own = (filter: TagFilter): Formula => {
    const place = conditions.placeOf(compileTagFilter(filter, sets));
    const number = Math.floor(place / BITS_OF_NUMBER);
    const bit = place % BITS_OF_NUMBER;
    return ({ bits }) => hasBit(bits[number] ?? 0, bit);
  };
  const asks = (question: ContentQuestion): Formula => {
    const place = questions.placeOf(question);
    return (tag, answers) => answers[place]?.(tag) === true;
  };
  const formulaOf = (filter: TagFilter): Formula => {
    if (contentCost(filter) === 0) return own(filter);
    const { and, or, not } = filter;
    return all([
      own(ownPart(filter)),
      ...contentQuestions(filter, null).map((ways) => any(ways.map(asks))),
      ...(and ?? []).map(formulaOf),
      ...(or ? [any(or.map(formulaOf))] : []),
      ...(not ? [negated(formulaOf(not))] : []),
    ]);
  };
  return { conditions: conditions.items, questions: questions.items, formulaOf };
}

function ownPart({ registry, repository, name, platforms, format, pushed, size }: TagFilter): TagFilter {
  return { registry, repository, name, platforms, format, pushed, size };
}

function all(parts: readonly Formula[]): Formula {
  return (tag, answers) => parts.every((holds) => holds(tag, answers));
}

function any(parts: readonly Formula[]): Formula {
  return (tag, answers) => parts.some((holds) => holds(tag, answers));
}

function negated(part: Formula): Formula {
  return (tag, answers) => !part(tag, answers);
}

/** Things in the order in which they were first named, each once. */
function openList<T>(keyOfItem: (item: T) => string) {
  const items: T[] = [];
  const places = new Map<string, number>();
  return {
    items: items as readonly T[],
    placeOf(item: T): number {
      const key = keyOfItem(item);
      const place = places.get(key) ?? items.push(item) - 1;
      places.set(key, place);
      return place;
    },
  };
}

function keyOf(part: SqlPart | ContentQuestion): string {
  return JSON.stringify(part, (_, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value));
}
