import { findManifestTree, findTag, type ManifestRow, type ManifestWithDocument, type TagRow } from '@strata/catalog';
import {
  InvalidReferenceError,
  isDigest,
  parseManifest,
  parseReference,
  type Digest,
  type Manifest,
  type Reference,
} from '@strata/oci';
import type { ApiContext } from '../answer/context.js';
import { present } from '../answer/one-of.js';
import { userError } from '../answer/user-error.js';
import { manifestOf, manifestUnder } from '../image/manifest-of.js';

/** A manifest of the catalog with what its document says. */
export interface ReadManifest extends ManifestWithDocument {
  readonly bytes: Uint8Array;
  readonly manifest: Manifest;
}

/** What a reference names, with everything behind it that the catalog holds. */
export interface ReadReference {
  /** As people write it: `registry/repository:tag`, or the digest that was asked for. */
  readonly reference: string;
  readonly root: ReadManifest;
  /** Manifests that were understood, the root included, by digest. */
  readonly known: ReadonlyMap<Digest, ReadManifest>;
}

/**
 * Reads what `[registry/]repository:tag`, `repository@digest` or a digest names, and everything behind it, in a constant
 * number of statements. Throws an error for the person who asked, which names the argument.
 */
export async function readReference(context: ApiContext, text: string, argument = 'reference'): Promise<ReadReference> {
  const { reference, row } = await findReferenced(context, text, argument);
  const tree = await findManifestTree(context.catalog.pool, row.id);
  const known = new Map([...tree.values()].flatMap(understood).map((each) => [each.digest, each]));
  const root = known.get(row.digest);
  if (root === undefined) {
    throw userError(
      'BAD_USER_INPUT',
      `what ${reference} points at could not be understood; see its problems`,
      argument,
    );
  }
  return { reference, root, known };
}

async function findReferenced(
  context: ApiContext,
  text: string,
  argument: string,
): Promise<{ readonly reference: string; readonly row: ManifestRow }> {
  const digest = isDigest(text) ? text : parsedReference(text, argument).digest;
  if (digest !== null) {
    const row = await manifestUnder(context, digest);
    if (row !== null) return { reference: text, row };
    throw userError('NOT_FOUND', `nothing is stored under ${digest}`, argument);
  }
  const tag = onlyTag(await findTag(context.catalog.pool, text), text, argument);
  return { reference: tag.reference, row: present(await manifestOf(context, tag.manifestId)) };
}

function parsedReference(text: string, argument: string): Reference {
  try {
    return parseReference(text);
  } catch (error) {
    if (error instanceof InvalidReferenceError) throw userError('BAD_USER_INPUT', error.message, argument);
    throw error;
  }
}

function onlyTag(found: readonly TagRow[], text: string, argument: string): TagRow {
  const [tag, ...others] = found;
  if (tag === undefined) throw userError('NOT_FOUND', `no tag is known as ${text}`, argument);
  if (others.length === 0) return tag;
  const references = found.map(({ reference }) => reference).join(', ');
  throw userError('AMBIGUOUS', `several registries hold such a tag, say which: ${references}`, argument);
}

/** Documents were checked when they came in; one that was not valid then says nothing here. */
function understood(row: ManifestWithDocument): readonly ReadManifest[] {
  const { bytes, isValid, mediaType } = row;
  if (!isValid || bytes === null) return [];
  return [{ ...row, bytes, manifest: parseManifest(bytes, { contentType: mediaType }) }];
}
