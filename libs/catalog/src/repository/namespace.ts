/**
 * The namespace of a repository as SQL: what stands before the first slash of its name, empty where there is none. `name`
 * is a column of ours.
 */
export function namespaceOf(name: string): string {
  return `CASE WHEN ${name} LIKE '%/%' THEN split_part(${name}, '/', 1) ELSE '' END`;
}
