import type { Mutation } from '@strata/graphql';
import { Kind, OperationTypeNode, type DocumentNode, type SelectionSetNode } from 'graphql';
import { requirePermission, type Caller, type Permission } from './caller.js';

type AnyOf = readonly [Permission, ...Permission[]];

/** What each mutation needs at least, any of these; some need more by what is asked of them, and say so themselves. */
export const MUTATION_PERMISSIONS: Readonly<Record<Exclude<keyof Mutation, '__typename'>, AnyOf>> = {
  assembleIndex: ['read', 'assemble'],
  crawl: ['crawl'],
  pushConversion: ['assemble'],
  createToken: ['admin'],
  replay: ['replay'],
  revokeToken: ['admin'],
  waive: ['waive'],
};

/**
 * Holds every operation of a question to what its caller may do, before anything is read. A mutation that the table does
 * not know needs everything. Throws an error with the code FORBIDDEN.
 */
export function checkPermissions(document: DocumentNode, caller: Caller): void {
  for (const definition of document.definitions) {
    if (definition.kind !== Kind.OPERATION_DEFINITION) continue;
    if (definition.operation !== OperationTypeNode.MUTATION) requirePermission(caller, 'read');
    else
      for (const name of rootFields(document, definition.selectionSet))
        requirePermission(caller, ...permissionsFor(name));
  }
}

function permissionsFor(field: string): AnyOf {
  const known: ReadonlyMap<string, AnyOf> = new Map(Object.entries(MUTATION_PERMISSIONS));
  return known.get(field) ?? ['admin'];
}

/** Names of the fields at the top, fragments opened; that none contains itself was checked before. */
function rootFields(document: DocumentNode, { selections }: SelectionSetNode): readonly string[] {
  return selections.flatMap((selection) => {
    switch (selection.kind) {
      case Kind.FIELD:
        return selection.name.value === '__typename' ? [] : [selection.name.value];
      case Kind.INLINE_FRAGMENT:
        return rootFields(document, selection.selectionSet);
      case Kind.FRAGMENT_SPREAD: {
        const fragment = document.definitions.find(
          (each) => each.kind === Kind.FRAGMENT_DEFINITION && each.name.value === selection.name.value,
        );
        return fragment?.kind === Kind.FRAGMENT_DEFINITION ? rootFields(document, fragment.selectionSet) : [];
      }
    }
  });
}
