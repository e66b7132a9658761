import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import {
  buildSchema,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isIntrospectionType,
  isListType,
  isNonNullType,
  isObjectType,
  type GraphQLArgument,
  type GraphQLNamedType,
  type GraphQLSchema,
  type GraphQLType,
} from 'graphql';

/** What each scalar is inside a process that answers, after the scalar has read it. */
const SCALARS: Readonly<Record<string, string>> = {
  ID: 'string',
  String: 'string',
  Boolean: 'boolean',
  Int: 'number',
  Float: 'number',
  DateTime: 'Date',
  Digest: 'string',
  ByteSize: 'bigint',
  PlatformName: 'string',
};

/**
 * Writes the schema down as TypeScript, so that the compiler notices when an answer and the contract part ways:
 * enums as unions, inputs and things as read-only interfaces, and `<Type><Field>Args` for fields with arguments.
 */
export function generateTypes(schemaText: string): string {
  const schema = buildSchema(schemaText);
  const types = Object.values(schema.getTypeMap()).filter((type) => !isIntrospectionType(type));
  const parts = types.flatMap((type) => declarationsOf(type, schema));
  return ['// Generated from schema.graphql by generate-types.ts; not edited by hand.', ...parts, ''].join('\n\n');
}

function declarationsOf(type: GraphQLNamedType, schema: GraphQLSchema): readonly string[] {
  if (isEnumType(type)) {
    const words = type.getValues().map(({ name }) => `'${name}'`);
    return [`export type ${type.name} = ${words.join(' | ')};`];
  }
  if (isInputObjectType(type)) return [interfaceOf(type.name, Object.values(type.getFields()).map(inputLine))];
  if (isInterfaceType(type) || isObjectType(type)) {
    const fields = Object.values(type.getFields());
    const things = fields.map(({ name, type: of }) => `readonly ${name}: ${typeText(of, '')};`);
    const typename = isObjectType(type) ? [`readonly __typename?: '${type.name}';`] : [];
    const args = fields
      .filter((field) => field.args.length > 0)
      .map((field) => interfaceOf(`${type.name}${capital(field.name)}Args`, field.args.map(inputLine)));
    return type === schema.getQueryType() ? args : [interfaceOf(type.name, [...typename, ...things]), ...args];
  }
  return [];
}

function interfaceOf(name: string, lines: readonly string[]): string {
  return [`export interface ${name} {`, ...lines.map((line) => `  ${line}`), '}'].join('\n');
}

/** An argument that may be left out may also be given as null, unless the schema has a default for it. */
function inputLine({ name, type, defaultValue }: Pick<GraphQLArgument, 'name' | 'type' | 'defaultValue'>): string {
  const optional = isNonNullType(type) || defaultValue !== undefined ? '' : '?';
  return `readonly ${name}${optional}: ${typeText(type, optional === '' ? '' : ' | undefined')};`;
}

function typeText(type: GraphQLType, absent: string): string {
  if (isNonNullType(type)) return bareText(type.ofType);
  return `${bareText(type)} | null${absent}`;
}

function bareText(type: GraphQLType): string {
  if (isListType(type)) {
    const item = typeText(type.ofType, '');
    return `readonly ${item.includes(' ') ? `(${item})` : item}[]`;
  }
  const name = String(type);
  return SCALARS[name] ?? name;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

if (import.meta.main) {
  const folder = new URL('./generated/', import.meta.url);
  mkdirSync(folder, { recursive: true });
  writeFileSync(
    new URL('types.ts', folder),
    generateTypes(readFileSync(new URL('./schema.graphql', import.meta.url), 'utf8')),
  );
}
