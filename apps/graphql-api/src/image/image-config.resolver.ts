import type { ImageConfigRow } from '@strata/catalog';
import { Parent, ResolveField, Resolver } from '@nestjs/graphql';
import type { HistoryEntry, KeyValue, Platform } from '@strata/graphql';
import { formatPlatformName, ManifestError, parseImageConfig, type ImageConfig } from '@strata/oci';
import { keyValues } from '../answer/key-values.js';

const parsed = new WeakMap<ImageConfigRow, ImageConfig | null>();

/** What the document says, read once per row; null for one that cannot be read, which its image's problems tell. */
function read(row: ImageConfigRow): ImageConfig | null {
  const known = parsed.get(row);
  if (known !== undefined) return known;
  const config = parseOrNull(row.document);
  parsed.set(row, config);
  return config;
}

function parseOrNull(document: Uint8Array): ImageConfig | null {
  try {
    return parseImageConfig(document);
  } catch (error) {
    if (error instanceof ManifestError) return null;
    throw error;
  }
}

@Resolver('ImageConfig')
export class ImageConfigResolver {
  @ResolveField()
  platform(@Parent() row: ImageConfigRow): Platform | null {
    const platform = read(row)?.platform ?? null;
    return platform === null ? null : { ...platform, name: formatPlatformName(platform) };
  }

  @ResolveField()
  createdAt(@Parent() row: ImageConfigRow): Date | null {
    return read(row)?.createdAt ?? null;
  }

  @ResolveField()
  author(@Parent() row: ImageConfigRow): string | null {
    return read(row)?.author ?? null;
  }

  @ResolveField()
  user(@Parent() row: ImageConfigRow): string | null {
    return read(row)?.user ?? null;
  }

  @ResolveField()
  entrypoint(@Parent() row: ImageConfigRow): readonly string[] | null {
    return read(row)?.entrypoint ?? null;
  }

  @ResolveField()
  cmd(@Parent() row: ImageConfigRow): readonly string[] | null {
    return read(row)?.cmd ?? null;
  }

  @ResolveField()
  env(@Parent() row: ImageConfigRow): readonly string[] {
    return read(row)?.env ?? [];
  }

  @ResolveField()
  workingDir(@Parent() row: ImageConfigRow): string | null {
    return read(row)?.workingDir ?? null;
  }

  @ResolveField()
  exposedPorts(@Parent() row: ImageConfigRow): readonly string[] {
    return read(row)?.exposedPorts ?? [];
  }

  @ResolveField()
  volumes(@Parent() row: ImageConfigRow): readonly string[] {
    return read(row)?.volumes ?? [];
  }

  @ResolveField()
  stopSignal(@Parent() row: ImageConfigRow): string | null {
    return read(row)?.stopSignal ?? null;
  }

  @ResolveField()
  labels(@Parent() row: ImageConfigRow): readonly KeyValue[] {
    return keyValues(read(row)?.labels ?? {});
  }

  @ResolveField()
  history(@Parent() row: ImageConfigRow): readonly HistoryEntry[] {
    return read(row)?.history ?? [];
  }
}
