import type { IncomingHttpHeaders } from 'node:http';

/** What a request does; the last three are only ever asked by a writer. */
export type Method = 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** A request, as far as manners go. */
export interface Request {
  readonly method: Method;
  readonly url: URL;
}

/** What came of one, as far as manners go. */
export interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
}
