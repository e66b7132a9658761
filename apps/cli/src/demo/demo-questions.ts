import type { Digest } from '@strata/oci';
import { z } from 'zod';

/** A page of tags, as far as the demonstration reads it. */
export const TagsAnswer = z.object({
  tags: z.object({
    totalCount: z.number(),
    nodes: z.array(
      z.object({
        name: z.string(),
        digest: z.string(),
        repository: z.object({ name: z.string(), registry: z.object({ host: z.string() }) }),
        platforms: z.array(z.object({ name: z.string() })),
        manifest: z.object({ format: z.string() }),
      }),
    ),
    pageInfo: z.object({ hasNextPage: z.boolean(), endCursor: z.string().nullable() }),
  }),
});

/** Such a page, checked. */
export type TagsAnswer = z.output<typeof TagsAnswer>;

/** One tag of such a page. */
export type FoundTag = TagsAnswer['tags']['nodes'][number];

/** The images of a layer, as far as the demonstration reads them. */
export const LayerAnswer = z.object({
  layer: z
    .object({
      imageCount: z.number(),
      repositoryCount: z.number(),
      sizeBytes: z.union([z.number(), z.string()]),
      images: z.object({
        nodes: z.array(
          z.object({
            digest: z.string(),
            platform: z.object({ name: z.string() }),
            repositories: z.object({ nodes: z.array(z.object({ name: z.string() })) }),
          }),
        ),
      }),
    })
    .nullable(),
});

/** A layer with its images. */
export type FoundLayer = NonNullable<z.output<typeof LayerAnswer>['layer']>;

/** The first mission question; also used with other filters and on later pages. */
export function tagsQuestion(where = '{platforms: {lacks: ["arm64"]}}', after: string | null = null): string {
  return `{
  tags(where: ${where}, first: 100${after === null ? '' : `, after: ${JSON.stringify(after)}`}) {
    totalCount
    nodes {
      name
      digest
      repository { name registry { host } }
      platforms { name }
      manifest { format }
    }
    pageInfo { hasNextPage endCursor }
  }
}`;
}

/** The second mission question. */
export function layerQuestion(digest: Digest): string {
  return `{
  layer(digest: "${digest}") {
    imageCount
    repositoryCount
    sizeBytes
    images(first: 100) {
      nodes {
        digest
        platform { name }
        repositories(first: 5) { nodes { name } }
      }
    }
  }
}`;
}
