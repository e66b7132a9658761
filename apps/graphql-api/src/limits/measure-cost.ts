import {
  getNamedType,
  getNullableType,
  isCompositeType,
  isInterfaceType,
  isListType,
  isObjectType,
  Kind,
  type DocumentNode,
  type FieldNode,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLSchema,
  type SelectionSetNode,
  type VariableDefinitionNode,
} from 'graphql';
import { limitError } from './limit-error.js';
import { DEFAULT_PAGE, FIELD_COSTS, LIMITS, LIST_GUESS } from './limits.js';

type Variables = Readonly<Record<string, unknown>>;

/**
 * What a question may make us read, from the page sizes that it asks for: one per object, times the rows of every
 * page around it, and the extra of `FIELD_COSTS`. Of several operations, the dearest. Throws for a page that is none.
 * Fragments are priced once per page size, so that spreading them many times makes no work here.
 */
export function measureCost(schema: GraphQLSchema, document: DocumentNode, variables: Variables): number {
  const operations = document.definitions.filter((definition) => definition.kind === Kind.OPERATION_DEFINITION);
  const costs = operations.map(({ operation, selectionSet, variableDefinitions }) => {
    const meter = costMeter(schema, document, { ...defaultsOf(variableDefinitions ?? []), ...variables });
    return meter(selectionSet, schema.getRootType(operation), 1);
  });
  return Math.max(0, ...costs);
}

/** The numbers that variables have when they are left out; others do not matter to the cost. */
function defaultsOf(definitions: readonly VariableDefinitionNode[]): Variables {
  return Object.fromEntries(
    definitions.flatMap(({ variable, defaultValue }) =>
      defaultValue?.kind === Kind.INT ? [[variable.name.value, Number(defaultValue.value)]] : [],
    ),
  );
}

/** Refuses a question that costs more than the ceiling. */
export function checkCost(schema: GraphQLSchema, document: DocumentNode, variables: Variables): void {
  const cost = measureCost(schema, document, variables);
  if (cost <= LIMITS.cost) return;
  throw limitError(
    'TOO_COSTLY',
    `a question costs at most ${LIMITS.cost}; this one costs ${cost}: ask for smaller pages or fewer fields`,
  );
}

type Meter = (selections: SelectionSetNode, on: GraphQLNamedType | null | undefined, rows: number) => number;

function costMeter(schema: GraphQLSchema, document: DocumentNode, variables: Variables): Meter {
  const fragments = new Map(
    document.definitions.flatMap((each) =>
      each.kind === Kind.FRAGMENT_DEFINITION ? [[each.name.value, each] as const] : [],
    ),
  );
  const known = new Map<string, number>();
  const spread = (name: string, rows: number): number => {
    const key = `${rows} ${name}`;
    const cost = known.get(key);
    if (cost !== undefined) return cost;
    const fragment = fragments.get(name);
    const on = schema.getType(fragment?.typeCondition.name.value ?? '');
    const fresh = fragment === undefined ? 0 : meter(fragment.selectionSet, on, rows);
    known.set(key, fresh);
    return fresh;
  };
  const meter: Meter = ({ selections }, on, rows) =>
    selections.reduce((sum, selection) => {
      if (selection.kind === Kind.FRAGMENT_SPREAD) return sum + spread(selection.name.value, rows);
      if (selection.kind === Kind.FIELD)
        return sum + fieldCost(selection, fieldOf(on, selection.name.value), rows, variables, meter);
      const condition = selection.typeCondition?.name.value;
      return sum + meter(selection.selectionSet, condition === undefined ? on : schema.getType(condition), rows);
    }, 0);
  return meter;
}

/** `rows` is the page size that the enclosing connection was asked for; its `nodes` and `edges` hold that many. */
function fieldCost(
  node: FieldNode,
  field: GraphQLField<unknown, unknown> | undefined,
  rows: number,
  variables: Variables,
  meter: Meter,
): number {
  if (field === undefined) return 0; // introspection: bounded by its depth and by the number of types
  const extra = FIELD_COSTS[field.name] ?? 0;
  const type = getNamedType(field.type);
  if (node.selectionSet === undefined || !isCompositeType(type)) return extra;
  const isList = isListType(getNullableType(field.type));
  const isPageOf = field.name === 'nodes' || field.name === 'edges';
  const times = isPageOf ? rows : isList ? LIST_GUESS : 1;
  const inner = meter(node.selectionSet, type, pageSize(node, field, variables) ?? 1);
  return extra + times * (1 + inner);
}

function fieldOf(type: GraphQLNamedType | null | undefined, name: string): GraphQLField<unknown, unknown> | undefined {
  return isObjectType(type) || isInterfaceType(type) ? type.getFields()[name] : undefined;
}

/** The page that a field asks for, or null where it has none. */
function pageSize(node: FieldNode, field: GraphQLField<unknown, unknown>, variables: Variables): number | null {
  const argument = field.args.find(({ name }) => name === 'first');
  if (argument === undefined) return null;
  const asked = node.arguments?.find(({ name }) => name.value === 'first')?.value;
  const given =
    asked?.kind === Kind.VARIABLE ? variables[asked.name.value] : asked?.kind === Kind.INT ? Number(asked.value) : null;
  const first = given ?? argument.defaultValue ?? DEFAULT_PAGE;
  if (typeof first !== 'number' || !Number.isInteger(first) || first < 1 || first > LIMITS.page) {
    throw limitError(
      'PAGE_SIZE',
      `a page holds 1 to ${LIMITS.page} rows; \`first\` of ${field.name} is ${String(first).slice(0, 20)}`,
    );
  }
  return first;
}
