/** How a form begins whose first field is called `payload`. */
const PREFIX = Buffer.from('payload=');

/**
 * The JSON in a delivery of GitHub or Gitea, which send it as it is or, where the webhook is set to
 * `application/x-www-form-urlencoded`, in a form field called `payload`. Decided by the bytes, because JSON never starts so.
 */
export function jsonInForm(body: Uint8Array): Uint8Array {
  if (!PREFIX.equals(body.subarray(0, PREFIX.length))) return body;
  const [value = ''] = Buffer.from(body.subarray(PREFIX.length)).toString('latin1').split('&', 1);
  const decoded = value
    .replaceAll('+', ' ')
    .replace(/%([0-9a-f]{2})/gi, (_escape, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(decoded, 'latin1'); // one character is one byte on the whole way
}
