import {
  GraphQLError,
  Kind,
  parse,
  visit,
  type DocumentNode,
  type FragmentDefinitionNode,
  type OperationDefinitionNode,
  type OperationTypeNode,
  type SelectionNode,
} from 'graphql';
import { recent } from '../answer/recent.js';
import { limitError } from './limit-error.js';
import { LIMITS } from './limits.js';
import { isAllowedOver, type Transport } from './transport.js';

/**
 * Refuses a question by its text alone: what it costs to refuse it is bounded by the ceiling on tokens, which the
 * lexer enforces as it goes. Throws a `GraphQLError` with a stable code; returns the parsed document.
 */
export function checkDocument(source: string, transport: Transport): DocumentNode {
  const document = parseBounded(source);
  checkCounts(document);
  const fragments = new Map(document.definitions.filter(isFragment).map((each) => [each.name.value, each]));
  const measure = depthMeter(fragments);
  for (const { operation, selectionSet } of operationsOf(document)) {
    checkOperation(operation, transport);
    for (const selection of selectionSet.selections) checkDepth(selection, measure([selection]));
  }
  return document;
}

/** `checkDocument` for the texts of programs, which come again and again: it is read once and its operations remembered. */
export function textCheck(limit: number = LIMITS.knownTexts): (source: string, transport: Transport) => void {
  const known = recent<string, ReadonlySet<OperationTypeNode>>(limit);
  return (source, transport) => {
    const operations = known.get(source);
    if (operations === undefined) {
      const asked = operationsOf(checkDocument(source, transport));
      known.set(source, new Set(asked.map(({ operation }) => operation)));
    } else for (const operation of operations) checkOperation(operation, transport);
  };
}

/** Every operation of a document: queries, mutations, subscriptions. */
export function operationsOf({ definitions }: DocumentNode): readonly OperationDefinitionNode[] {
  return definitions.filter((each) => each.kind === Kind.OPERATION_DEFINITION);
}

function checkOperation(operation: OperationTypeNode, transport: Transport): void {
  if (isAllowedOver(transport, operation)) return;
  throw new GraphQLError(`a ${operation} cannot be asked over ${transport}`, {
    extensions: { code: 'OPERATION_NOT_SUPPORTED' },
  });
}

function parseBounded(source: string): DocumentNode {
  try {
    return parse(source, { maxTokens: LIMITS.tokens });
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error;
    if (/more that \d+ tokens/.test(error.message)) {
      throw limitError('TOO_MANY_TOKENS', `a question has at most ${LIMITS.tokens} tokens`);
    }
    const { message, source: at, positions } = error;
    throw new GraphQLError(message, { source: at, positions, extensions: { code: 'GRAPHQL_PARSE_FAILED' } });
  }
}

function checkCounts(document: DocumentNode): void {
  let aliases = 0;
  let directives = 0;
  let inputDepth = 0;
  const inner = {
    enter(): void {
      inputDepth += 1;
      if (inputDepth > LIMITS.inputDepth)
        throw limitError('INPUT_TOO_DEEP', `an argument is at most ${LIMITS.inputDepth} levels deep`);
    },
    leave(): void {
      inputDepth -= 1;
    },
  };
  visit(document, {
    Field: ({ alias }) => void (aliases += alias === undefined ? 0 : 1),
    Directive: () => void (directives += 1),
    ObjectValue: inner,
    ListValue: inner,
  });
  if (aliases > LIMITS.aliases)
    throw limitError('TOO_MANY_ALIASES', `a question has at most ${LIMITS.aliases} aliases; this one has ${aliases}`);
  if (directives > LIMITS.directives) {
    throw limitError(
      'TOO_MANY_DIRECTIVES',
      `a question has at most ${LIMITS.directives} directives; this one has ${directives}`,
    );
  }
}

function checkDepth(root: SelectionNode, depth: number): void {
  const introspects = root.kind === Kind.FIELD && (root.name.value === '__schema' || root.name.value === '__type');
  const limit = introspects ? LIMITS.introspectionDepth : LIMITS.depth;
  if (depth > limit) throw limitError('TOO_DEEP', `a question is at most ${limit} fields deep; this one is ${depth}`);
}

/** Each fragment is measured once, however often it is spread. */
function depthMeter(
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
): (selections: readonly SelectionNode[]) => number {
  const known = new Map<string, number | 'under way'>();
  const spreadDepth = (name: string): number => {
    const depth = known.get(name);
    if (depth === 'under way') throw limitError('FRAGMENT_CYCLE', `the fragment ${name} contains itself`);
    if (depth !== undefined) return depth;
    known.set(name, 'under way');
    const fresh = measure(fragments.get(name)?.selectionSet.selections ?? []);
    known.set(name, fresh);
    return fresh;
  };
  const measure = (selections: readonly SelectionNode[]): number =>
    selections.reduce((deepest, selection) => Math.max(deepest, depthOf(selection)), 0);
  const depthOf = (selection: SelectionNode): number => {
    if (selection.kind === Kind.FRAGMENT_SPREAD) return spreadDepth(selection.name.value);
    const inner = measure(selection.selectionSet?.selections ?? []);
    return selection.kind === Kind.FIELD ? inner + 1 : inner;
  };
  return measure;
}

function isFragment(definition: DocumentNode['definitions'][number]): definition is FragmentDefinitionNode {
  return definition.kind === Kind.FRAGMENT_DEFINITION;
}
