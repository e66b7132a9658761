import { EXPORT_FIELDS, type ExportQuery } from '@strata/catalog';
import type { FindingFilter, ImageFilter, LayerFilter, TagFilter } from '@strata/graphql';
import type { GraphQLSchema } from 'graphql';
import { toFindingFilter, toImageFilter, toTagFilter } from '../answer/filters.js';
import { coerceValue, parseFilter } from '../answer/json-input.js';
import { userError } from '../answer/user-error.js';
import { EXPORT_FORMATS, type ExportFormat } from './format-export.js';

/** What is asked for by an address below `/export`. */
export interface ExportRequest {
  readonly query: ExportQuery;
  readonly fields: readonly string[];
  readonly format: ExportFormat;
  /** What a browser is to call the file. */
  readonly fileName: string;
}

/**
 * Reads an address such as `/export/tags.csv?where={"platforms":{"lacks":["arm64"]}}&fields=reference,digest`. `where` is
 * the filter of the contract as JSON and is checked against the same schema. Null for a file that there is none of.
 * Throws a `GraphQLError` with the code and the place of the mistake.
 */
export function readExport(schema: GraphQLSchema, file: string, parameters: unknown): ExportRequest | null {
  const [name = '', ending = '', ...rest] = file.split('.');
  const format = EXPORT_FORMATS.find((known) => known === ending);
  if (format === undefined || !isKind(name) || rest.length > 0) return null;
  const given = new Map(Object.entries(typeof parameters === 'object' ? (parameters ?? {}) : {}));
  const texts = [...given].map(([key, value]) => [key, textOf(key, value, name)] as const);
  const { where = null, fields = null, asOf = null } = Object.fromEntries(texts);
  return {
    query: queryOf(schema, name, where, asOf),
    fields: readFields(name, fields),
    format,
    fileName: `strata-${name}.${format}`,
  };
}

type Kind = ExportQuery['kind'];

function isKind(name: string): name is Kind {
  return Object.hasOwn(EXPORT_FIELDS, name);
}

const PARAMETERS: Readonly<Record<Kind, readonly string[]>> = {
  tags: ['where', 'fields', 'asOf'],
  images: ['where', 'fields'],
  layers: ['where', 'fields'],
  findings: ['where', 'fields'],
};

function textOf(key: string, value: unknown, kind: Kind): string {
  if (!PARAMETERS[kind].includes(key))
    throw userError('BAD_USER_INPUT', `an export of ${kind} takes ${PARAMETERS[kind].join(', ')}`, key);
  if (typeof value !== 'string') throw userError('BAD_USER_INPUT', `${key} is to be given once`, key);
  return value;
}

function queryOf(schema: GraphQLSchema, kind: Kind, where: string | null, asOf: string | null): ExportQuery {
  switch (kind) {
    case 'tags': {
      const filter =
        where === null ? null : toTagFilter(coerceValue(schema, 'TagFilter', 'where', parseFilter(where)) as TagFilter); // of its type
      return {
        kind,
        where: filter,
        asOf: asOf === null ? null : (coerceValue(schema, 'DateTime', 'asOf', asOf) as Date),
      }; // likewise
    }
    case 'images':
      return {
        kind,
        where:
          where === null
            ? null
            : toImageFilter(coerceValue(schema, 'ImageFilter', 'where', parseFilter(where)) as ImageFilter), // likewise
      };
    case 'layers':
      return {
        kind,
        where: where === null ? null : (coerceValue(schema, 'LayerFilter', 'where', parseFilter(where)) as LayerFilter),
      }; // likewise
    case 'findings': {
      const filter =
        where === null
          ? null
          : toFindingFilter(coerceValue(schema, 'FindingFilter', 'where', parseFilter(where)) as FindingFilter); // likewise
      return { kind, where: filter, now: new Date() };
    }
  }
}

function readFields(kind: Kind, text: string | null): readonly string[] {
  const known: readonly string[] = EXPORT_FIELDS[kind];
  if (text === null) return known;
  const fields = text.split(',');
  fields.forEach((field, index) => {
    const place = `fields[${index}]`;
    if (!known.includes(field)) throw userError('BAD_USER_INPUT', `${kind} have the fields ${known.join(', ')}`, place);
    if (fields.indexOf(field) !== index) throw userError('BAD_USER_INPUT', `${field} is there twice`, place);
  });
  return fields;
}
