import { answer, refuse, type Call } from './call.js';

/** `/v2/<name>/tags/list`, in pages (OCI distribution-spec 1.1, "Listing Tags"). */
export function serveTags(call: Call, name: string): void {
  const repository = call.content.repositories.get(name);
  if (repository === undefined) return refuse(call, 404, 'NAME_UNKNOWN', 'repository name not known to registry');
  servePage(call, [...repository.tags.keys()], (tags) => ({ name, tags }));
}

/** `/v2/_catalog`, in pages (Docker Registry HTTP API v2, "Listing Repositories"). */
export function serveCatalog(call: Call): void {
  servePage(call, [...call.content.repositories.keys()], (repositories) => ({ repositories }));
}

function servePage(call: Call, names: readonly string[], write: (page: readonly string[]) => unknown): void {
  const { searchParams, pathname } = call.url;
  const count = Number(searchParams.get('n') ?? '1000');
  if (!Number.isInteger(count) || count < 0 || count > 1_000) {
    return refuse(call, 400, 'PAGINATION_NUMBER_INVALID', 'invalid number of results requested');
  }
  const last = searchParams.get('last') ?? '';
  const rest = [...names].filter((name) => name > last).sort((a, b) => (a < b ? -1 : 1));
  const page = rest.slice(0, count);
  const next = rest.length > page.length ? page.at(-1) : undefined;
  answer(
    call,
    200,
    {
      'content-type': 'application/json',
      ...(next === undefined ? {} : { link: `<${pathname}?n=${count}&last=${encodeURIComponent(next)}>; rel="next"` }),
    },
    JSON.stringify(write(page)),
  );
}
