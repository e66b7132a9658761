import { formatCursor } from '@strata/catalog';
import type { HotQuestion } from './question.js';
import { hotLayers, neighbours, rareLayers, sampleTags, someBases, someImages } from './samples.js';

/** What a page may look at: its own rows several times over, and every platform set. */
const PAGE_ROWS = 3_000;

const LACKING = [['arm64'], ['linux/s390x'], ['linux/arm/v7', 'linux/ppc64le'], ['riscv64'], ['windows/amd64']];
const NAMESPACES = ['payments-0/', 'search-0/', 'media-0/', 'ledger-0/', 'identity-0/'];
const FRAGMENTS = ['gateway-1', 'api-2', 'frontend', 'proxy-13', 'library', 'migrator-4'];

const FINDINGS = [
  { open: true },
  { open: true, kind: ['PLATFORM_LOST'] },
  { open: true, policy: ['multi-architecture'] },
  { open: true, severity: ['MEDIUM'] },
  {},
];

const tagPage = `nodes { reference digest platforms { name } } pageInfo { hasNextPage endCursor }`;

/** Every hot question that the API answers; each line of the bench is one entry here. */
export const HOT_QUESTIONS: readonly HotQuestion[] = [
  {
    name: 'tags lacking a platform, first page',
    query: `query ($lacks: [PlatformName!]) { tags(where: {platforms: {lacks: $lacks}}) { ${tagPage} } }`,
    variants: async () => LACKING.map((lacks) => ({ lacks })),
    visitedRows: PAGE_ROWS,
  },
  {
    name: 'tags lacking a platform, deep page',
    query: `query ($lacks: [PlatformName!], $after: String) {
      tags(where: {platforms: {lacks: $lacks}}, after: $after) { ${tagPage} } }`,
    variants: async (catalog) =>
      (await sampleTags(catalog, "reference < 'registry.acme.example/t'")).map(({ reference, id }, index) => ({
        lacks: LACKING[index % LACKING.length],
        after: formatCursor('tag.reference-asc', [reference, String(id)]),
      })),
    visitedRows: PAGE_ROWS,
  },
  {
    name: 'tags lacking a platform, count',
    query: `query ($lacks: [PlatformName!]) { tags(where: {platforms: {lacks: $lacks}}) { totalCount } }`,
    variants: async () => LACKING.map((lacks) => ({ lacks })),
    visitedRows: PAGE_ROWS,
  },
  {
    name: 'tags with all of a set in one namespace',
    query: `query ($namespace: String!) {
      tags(where: {repository: {startsWith: $namespace}, platforms: {hasAll: ["linux/amd64", "linux/arm64"]}}) { ${tagPage} } }`,
    variants: async () => NAMESPACES.map((namespace) => ({ namespace })),
    visitedRows: PAGE_ROWS,
  },
  ...['rare', 'hot'].map((how) => ({
    name: `images of a ${how} layer`,
    query: `query ($digest: Digest!) {
      layer(digest: $digest) { sizeBytes images { nodes { digest platform { name } totalBytes } pageInfo { endCursor } } } }`,
    variants: how === 'rare' ? rareLayers : hotLayers,
    visitedRows: PAGE_ROWS,
  })),
  {
    name: 'tag by reference with platforms, layers and config',
    query: `query ($reference: String!) {
      tag(reference: $reference) {
        digest platforms { name } totalBytes pushedAt
        images { digest platform { name } layers { position layer { digest sizeBytes } } config { createdAt entrypoint env labels { key value } } }
      } }`,
    variants: async (catalog) => (await sampleTags(catalog)).map(({ reference }) => ({ reference })),
    visitedRows: PAGE_ROWS,
  },
  {
    name: 'history of a tag',
    query: `query ($reference: String!) {
      tag(reference: $reference) {
        history { nodes { digest from to actor platformsAdded { name } platformsLost { name } } pageInfo { endCursor } }
      } }`,
    variants: async (catalog) =>
      (await sampleTags(catalog, `name = 'latest' AND version > 10`)).map(({ reference }) => ({ reference })),
    visitedRows: PAGE_ROWS,
  },
  {
    name: 'base images of an image',
    query: `query ($digest: Digest!) {
      manifest(digest: $digest) {
        ... on Image { baseImages { nodes { image { digest platform { name } } sharedLayers newerBuilds tags { nodes { reference } } } } }
      } }`,
    variants: someImages,
    visitedRows: PAGE_ROWS,
    looksAtMore: 'newer builds are counted along the history of every tag of each base',
  },
  {
    name: 'images derived from an image',
    query: `query ($digest: Digest!) {
      manifest(digest: $digest) {
        ... on Image { derivedImages { nodes { digest platform { name } totalBytes } pageInfo { endCursor } } }
      } }`,
    variants: someBases,
    visitedRows: PAGE_ROWS,
  },
  {
    name: 'layers shared most',
    query: `query ($order: LayerOrder!) {
      layers(orderBy: $order) { nodes { digest sizeBytes imageCount repositoryCount } pageInfo { endCursor } } }`,
    variants: async () => [{ order: 'SHARED_DESC' }, { order: 'SAVED_DESC' }],
    visitedRows: PAGE_ROWS,
  },
  {
    name: 'findings by severity',
    query: `query ($where: FindingFilter) {
      findings(where: $where) {
        nodes { kind severity reference message openedAt waiver { until } } pageInfo { endCursor } } }`,
    variants: async () => FINDINGS.map((where) => ({ where })),
    visitedRows: PAGE_ROWS,
  },
  {
    name: 'findings by severity, count',
    query: `query ($where: FindingFilter) { findings(where: $where) { totalCount } }`,
    variants: async () => FINDINGS.map((where) => ({ where })),
    visitedRows: PAGE_ROWS,
  },
  {
    name: 'storage of a namespace',
    query: `query ($namespace: String!) {
      storage(where: {name: {startsWith: $namespace}}) { logicalBytes uniqueBytes exclusiveBytes } }`,
    variants: async () => NAMESPACES.map((namespace) => ({ namespace })),
    visitedRows: PAGE_ROWS,
  },
  {
    name: 'compare two tags',
    query: `query ($left: String!, $right: String!) {
      compare(left: $left, right: $right) {
        identical platformsOnlyLeft { name } platformsOnlyRight { name }
        platforms { platform { name } identical sameFilesystem sharedBytes onlyLeft { layer { digest } } onlyRight { layer { digest } } configChanges { field left right } }
      } }`,
    variants: neighbours,
    visitedRows: PAGE_ROWS,
  },
  {
    name: 'coverage by architecture',
    query: '{ coverage(by: [ARCHITECTURE]) { key tags repositories share } }',
    variants: async () => [{}],
    visitedRows: PAGE_ROWS,
  },
  {
    name: 'coverage by format',
    query: '{ coverage(by: [FORMAT]) { key tags repositories share } }',
    variants: async () => [{}],
    visitedRows: PAGE_ROWS,
  },
  {
    name: 'repositories by name fragment',
    query: `query ($fragment: String!) {
      repositories(where: {name: {contains: $fragment}}) { nodes { name registry { host } updatedAt } pageInfo { endCursor } } }`,
    variants: async () => FRAGMENTS.map((fragment) => ({ fragment })),
    visitedRows: PAGE_ROWS,
  },
];
