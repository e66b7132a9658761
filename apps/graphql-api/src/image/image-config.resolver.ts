import type { ImageConfigRow } from '@strata/catalog';
import { ResolveField, Resolver } from '@nestjs/graphql';
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
  platform(row: ImageConfigRow): Platform | null {
    const platform = read(row)?.platform ?? null;
    return platform === null ? null : { ...platform, name: formatPlatformName(platform) };
  }

  @ResolveField()
  createdAt(row: ImageConfigRow): Date | null {
    return read(row)?.createdAt ?? null;
  }

  @ResolveField()
  author(row: ImageConfigRow): string | null {
    return read(row)?.author ?? null;
  }

  @ResolveField()
  user(row: ImageConfigRow): string | null {
    return read(row)?.user ?? null;
  }

  @ResolveField()
  entrypoint(row: ImageConfigRow): readonly string[] | null {
    return read(row)?.entrypoint ?? null;
  }

  @ResolveField()
  cmd(row: ImageConfigRow): readonly string[] | null {
    return read(row)?.cmd ?? null;
  }

  @ResolveField()
  env(row: ImageConfigRow): readonly string[] {
    return read(row)?.env ?? [];
  }

  @ResolveField()
  workingDir(row: ImageConfigRow): string | null {
    return read(row)?.workingDir ?? null;
  }

  @ResolveField()
  exposedPorts(row: ImageConfigRow): readonly string[] {
    return read(row)?.exposedPorts ?? [];
  }

  @ResolveField()
  volumes(row: ImageConfigRow): readonly string[] {
    return read(row)?.volumes ?? [];
  }

  @ResolveField()
  stopSignal(row: ImageConfigRow): string | null {
    return read(row)?.stopSignal ?? null;
  }

  @ResolveField()
  labels(row: ImageConfigRow): readonly KeyValue[] {
    return keyValues(read(row)?.labels ?? {});
  }

  @ResolveField()
  history(row: ImageConfigRow): readonly HistoryEntry[] {
    return read(row)?.history ?? [];
  }
}
