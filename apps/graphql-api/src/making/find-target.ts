import { textMatcher } from '@strata/catalog';
import { InvalidReferenceError, parseReference, type Reference } from '@strata/oci';
import type { Registry, RegistryWriter } from '@strata/registry-client';
import type { SourceConfig } from '@strata/runtime';
import { userError } from '../answer/user-error.js';
import { requirePermission, type Caller } from '../caller/caller.js';

/** A registry that is configured. */
export interface OpenedSource {
  readonly source: SourceConfig;
  readonly reader: Registry;
  /** Null without write credentials. */
  readonly writer: RegistryWriter | null;
}

/** Where something may be pushed by whoever asked. */
export interface Target {
  readonly reference: Reference & { readonly tag: string };
  readonly source: SourceConfig;
  readonly writer: RegistryWriter;
}

/** Who wants to push where. */
export interface Wish {
  readonly caller: Caller;
  readonly text: string;
  /** Where the text stands in the question. */
  readonly argument: string;
}

/**
 * Throws an error with the code FORBIDDEN, BAD_USER_INPUT, NOT_FOUND or NO_WRITE_CREDENTIALS, before any registry is asked
 * anything.
 */
export function findTarget({ caller, text, argument }: Wish, opened: readonly OpenedSource[]): Target {
  requirePermission(caller, 'assemble');
  const hosts = opened.map(({ source }) => source.host);
  const reference = parseTarget(text, hosts, argument);
  const { registry, repository } = reference;
  if (caller.repositories !== null && !textMatcher(caller.repositories)(repository)) {
    throw userError('FORBIDDEN', `the token ${caller.name} is not for the repository ${repository}`, argument);
  }
  const found = opened.filter(({ source }) => source.host === registry);
  if (found.length === 0) throw userError('NOT_FOUND', `no source is configured for ${registry}`, argument);
  for (const { source, writer } of found) if (writer !== null) return { reference, source, writer };
  throw userError('NO_WRITE_CREDENTIALS', `the source of ${registry} has no writeCredentials in strata.yaml`, argument);
}

/** Reads where something is to go: a tag in a registry. Throws BAD_USER_INPUT. */
export function parseTarget(text: string, knownRegistries: readonly string[], argument: string): Target['reference'] {
  try {
    const reference = parseReference(text, { knownRegistries });
    const { tag, digest } = reference;
    if (tag !== null && digest === null) return { ...reference, tag };
  } catch (error) {
    if (error instanceof InvalidReferenceError) throw userError('BAD_USER_INPUT', error.message, argument);
    throw error;
  }
  throw userError('BAD_USER_INPUT', 'say a tag: what it points at is made here', argument);
}
