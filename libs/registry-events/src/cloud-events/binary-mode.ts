import { payloadIn } from '../payload/read-payload.js';
import type { Delivery } from '../registry-event.js';

const ATTRIBUTE = /^ce-([a-z0-9]+)$/;

/**
 * Writes a CloudEvent that came in binary mode down in structured mode (JSON format, section 3): attributes from the `ce-`
 * headers, data as it stands in the body where that is JSON, else as base64. Loses nothing and refuses nothing.
 */
export function toStructured({ headers, body }: Delivery): Uint8Array {
  const attributes = new Map<string, string>();
  for (const [header, value] of headers) {
    const name = ATTRIBUTE.exec(header)?.[1];
    if (name !== undefined && name !== 'data') attributes.set(name, attributeValue(value));
  }
  const contentType = headers.get('content-type');
  if (contentType !== undefined) attributes.set('datacontenttype', contentType);
  const members = [...attributes].map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`);
  const start = `{${members.join(',')}`;
  if (body.length === 0) return Buffer.from(`${start}}`);
  return 'value' in payloadIn(body)
    ? Buffer.concat([Buffer.from(`${start},"data":`), body, Buffer.from('}')])
    : Buffer.from(`${start},"data_base64":"${Buffer.from(body).toString('base64')}"}`);
}

/** HTTP protocol binding, 3.1.3.2: quoted strings are unquoted, then percent-encoded UTF-8 is decoded where it is valid. */
function attributeValue(header: string): string {
  const quoted = /^"((?:[^"\\]|\\.)*)"$/.exec(header);
  const text = quoted?.[1]?.replace(/\\(.)/g, '$1') ?? header;
  try {
    return decodeURIComponent(text);
  } catch (error) {
    if (!(error instanceof URIError)) throw error;
    return text;
  }
}
