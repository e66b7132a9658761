/** Asks the product a question in GraphQL, as the bearer of `token` or as anybody, and gives the data back. Throws when there were errors. */
export async function ask<T>(
  graphqlUrl: string,
  query: string,
  variables: Readonly<Record<string, unknown>> = {},
  token?: string,
): Promise<T> {
  const answer = await fetch(graphqlUrl, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify({ query, variables }),
  });
  const { data, errors } = (await answer.json()) as { data?: T; errors?: unknown }; // the shape is the caller's own query
  if (errors !== undefined || data === undefined) throw new Error(`the API refused: ${JSON.stringify(errors)}`);
  return data;
}
