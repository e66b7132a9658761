import type { IncomingHttpHeaders } from 'node:http';

/** A request, as far as manners go. */
export interface Request {
  readonly method: 'GET' | 'HEAD' | 'POST';
  readonly url: URL;
}

/** What came of one, as far as manners go. */
export interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
}
