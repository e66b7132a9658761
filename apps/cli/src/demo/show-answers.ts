import { formatTable } from '../format-table.js';
import { referenceOf } from './check-answers.js';
import { layerQuestion, tagsQuestion, type FoundLayer, type FoundTag } from './demo-questions.js';
import type { ExpectedAnswers } from './expected-answers.js';

/** The first mission question and its answer, for people. */
export function showLacking(tags: readonly FoundTag[], total: number): string {
  const rows = tags.map((tag) => [
    referenceOf(tag),
    tag.platforms.map(({ name }) => name).join(', '),
    words(tag.manifest.format),
  ]);
  return section(
    'Which tags lack arm64?',
    tagsQuestion(),
    formatTable(['TAG', 'RUNS ON', 'FORMAT'], rows),
    `${tags.length} of ${total} tags`,
  );
}

/** The second one. */
export function showSharing(layer: FoundLayer, { sharedLayer }: ExpectedAnswers): string {
  const rows = layer.images.nodes
    .map(({ digest, platform, repositories }) => [
      repositories.nodes.map(({ name }) => name).join(', '),
      platform.name,
      `${digest.slice(0, 19)}…`,
    ])
    .sort(([a = ''], [b = '']) => (a < b ? -1 : a > b ? 1 : 0));
  return section(
    `Which images share the layer ${sharedLayer.slice(0, 19)}…?`,
    layerQuestion(sharedLayer),
    formatTable(['REPOSITORY', 'PLATFORM', 'IMAGE'], rows),
    `${layer.imageCount} images in ${layer.repositoryCount} repositories store these ${layer.sizeBytes} bytes once`,
  );
}

function section(title: string, question: string, table: string, summary: string): string {
  return ['', title, '', indent(question), '', indent(table.trimEnd()), '', indent(summary), ''].join('\n');
}

function indent(text: string): string {
  return text.replace(/^(?=.)/gm, '  ');
}

/** `DOCKER_SCHEMA2` as people write it. */
function words(format: string): string {
  return format
    .toLowerCase()
    .replaceAll('_', ' ')
    .replace('oci', 'OCI')
    .replace('docker', 'Docker')
    .replace('schema', 'schema ');
}
