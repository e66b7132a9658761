import type { FoundLayer, FoundTag } from './demo-questions.js';
import type { ExpectedAnswers } from './expected-answers.js';

/** `repository:tag`, without the registry. */
export function referenceOf({ repository, name }: FoundTag): string {
  return `${repository.name}:${name}`;
}

/** How many of the pushed tags point where they should and run where they should. */
export function countRight(expected: ExpectedAnswers, found: readonly FoundTag[]): number {
  return found.filter((tag) => {
    const right = expected.tags.get(referenceOf(tag));
    return right !== undefined && tag.digest === right.digest && platformsOf(tag) === right.platforms.join(' ');
  }).length;
}

/** What is wrong with the answer to the first question, one sentence each. */
export function checkLacking(expected: ExpectedAnswers, found: readonly FoundTag[]): readonly string[] {
  const names = found.map(referenceOf);
  const wrongPlatforms = found.filter((tag) => {
    const right = expected.tags.get(referenceOf(tag));
    return right !== undefined && platformsOf(tag) !== right.platforms.join(' ');
  });
  return [
    ...difference(expected.lackingArm64, names).map((name) => `${name} lacks arm64 and is not among the answers`),
    ...difference(names, expected.lackingArm64).map((name) => `${name} is among the answers and does not lack arm64`),
    ...wrongPlatforms.map((tag) => `${referenceOf(tag)} is said to run on ${platformsOf(tag)}`),
    ...repeated(names).map((name) => `${name} is among the answers more than once`),
  ];
}

/** What is wrong with the answer to the second question, one sentence each. */
export function checkSharing(expected: ExpectedAnswers, found: FoundLayer | null): readonly string[] {
  if (found === null) return ['the layer is not known'];
  const digests = found.images.nodes.map(({ digest }) => digest);
  return [
    ...difference(expected.sharedBy, digests).map(
      (digest) => `the image ${digest} has the layer and is not among the answers`,
    ),
    ...difference(digests, expected.sharedBy).map(
      (digest) => `the image ${digest} is among the answers and has no such layer`,
    ),
    ...(found.imageCount === expected.sharedBy.length
      ? []
      : [`${found.imageCount} images are counted where there are ${expected.sharedBy.length}`]),
  ];
}

function platformsOf({ platforms }: FoundTag): string {
  return platforms.map(({ name }) => name).join(' ');
}

function difference(left: readonly string[], right: readonly string[]): readonly string[] {
  const known = new Set(right);
  return left.filter((item) => !known.has(item));
}

function repeated(names: readonly string[]): readonly string[] {
  return names.filter((name, at) => names.indexOf(name) !== at);
}
