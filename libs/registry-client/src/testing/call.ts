import type { IncomingMessage, ServerResponse } from 'node:http';
import type { EventSeed } from './notifications.js';
import type { FakePaging } from './serve-listings.js';
import type { RegistryContent } from './registry-content.js';

/** One request that a fake registry is answering, with all that an answer may need. */
export interface Call {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly url: URL;
  readonly content: RegistryContent;
  /** A manifest that names content which was not pushed is refused. */
  readonly checkReferences: boolean;
  /** How long a tag lags behind the event that announces it. */
  readonly tagDelayMs: number;
  /** Puts the form of this request on its record. */
  readonly recordForm: (form: string) => void;
  readonly paging: FakePaging;
  readonly emit: (event: EventSeed) => void;
}

/** Sends an answer and ends it. A body to HEAD is counted, not sent. */
export function answer(
  { request, response }: Pick<Call, 'request' | 'response'>,
  status: number,
  headers: Readonly<Record<string, string>> = {},
  body: Uint8Array | string = '',
): void {
  const bytes = typeof body === 'string' ? Buffer.from(body) : body;
  response.writeHead(status, { ...headers, 'content-length': String(bytes.byteLength) });
  response.end(request.method === 'HEAD' ? undefined : bytes);
}

/** Sends an error in the shape that registries use (OCI distribution-spec 1.1, "Error Codes"). */
export function refuse(
  call: Pick<Call, 'request' | 'response'>,
  status: number,
  code: string,
  message: string,
  headers: Readonly<Record<string, string>> = {},
): void {
  const body = JSON.stringify({ errors: [{ code, message, detail: null }] });
  answer(call, status, { ...headers, 'content-type': 'application/json' }, body);
}

/** The whole body of a request; null when it is longer than the ceiling. */
export async function bodyOf(request: IncomingMessage, ceilingBytes: number): Promise<Buffer | null> {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  for await (const chunk of request) {
    if (!Buffer.isBuffer(chunk)) throw new TypeError('a body is read as bytes');
    sizeBytes += chunk.byteLength;
    if (sizeBytes <= ceilingBytes) chunks.push(chunk);
  }
  return sizeBytes <= ceilingBytes ? Buffer.concat(chunks) : null;
}
