/** What the API said, with the place of the mistake; the body as it is where it has another shape. */
export function refusalOf(body: string): string {
  try {
    const { errors } = JSON.parse(body) as {
      errors?: readonly { message?: string; extensions?: { argument?: string } }[];
    }; // shown as text only
    const [first] = errors ?? [];
    const argument = first?.extensions?.argument;
    return `${argument === undefined ? '' : `${argument}: `}${first?.message ?? body}`;
  } catch {
    return body;
  }
}
