import { describeAsk, type Answer } from '../http/send.js';
import { RegistryError, type RegistryErrorCode } from '../registry-error.js';
import { isObject, parseObject } from './parse-object.js';

const ABSENT: ReadonlySet<string> = new Set([
  'MANIFEST_UNKNOWN',
  'NAME_UNKNOWN',
  'BLOB_UNKNOWN',
  'NOT_FOUND', // Harbor's word for all three
]);

/** The codes of the OCI distribution-spec 1.1 and of Docker's API v2, "Error Codes", that we may meet. */
const KNOWN: ReadonlySet<string> = new Set([
  ...ABSENT,
  'BLOB_UPLOAD_INVALID',
  'BLOB_UPLOAD_UNKNOWN',
  'DENIED',
  'DIGEST_INVALID',
  'MANIFEST_BLOB_UNKNOWN',
  'MANIFEST_INVALID',
  'MANIFEST_UNVERIFIED',
  'NAME_INVALID',
  'PAGINATION_NUMBER_INVALID',
  'SIZE_INVALID',
  'TAG_INVALID',
  'TOOMANYREQUESTS',
  'UNAUTHORIZED',
  'UNAVAILABLE',
  'UNKNOWN',
  'UNSUPPORTED',
]);

/** What an answer that is not a 200 means. Only a 404 that says so itself is an absence. */
export function errorOf(answer: Answer): RegistryError {
  const codes = errorCodesOf(answer.body);
  const said = codes.length === 0 ? '' : ` (${codes.join(', ')})`;
  return new RegistryError(codeOf(answer, codes), `${describeAsk(answer)}: ${answer.status}${said}`, {
    status: answer.status,
    retryAfterMs: answer.pauseMs,
  });
}

/** The known error codes of a registry's JSON body, `OTHER` for any other; nothing else of it is passed on, because it may repeat what we sent. */
export function errorCodesOf(body: Uint8Array): readonly string[] {
  const errors = parseObject(body)?.['errors'];
  if (!Array.isArray(errors)) return [];
  return errors.slice(0, 10).map((error: unknown) => {
    const code = isObject(error) ? error['code'] : null;
    return typeof code === 'string' && KNOWN.has(code) ? code : 'OTHER';
  });
}

function codeOf({ status, pauseMs }: Answer, codes: readonly string[]): RegistryErrorCode {
  if (status < 500 && codes.includes('TOOMANYREQUESTS')) return 'rate-limited';
  if (status >= 500 && status !== 501) return 'unavailable';
  switch (status) {
    case 401:
      return 'unauthorized';
    case 403: // one that says when to come back is about the rate
      return pauseMs === null ? 'unauthorized' : 'rate-limited';
    case 404:
      return codes.length > 0 && codes.every((code) => ABSENT.has(code)) ? 'not-found' : 'unavailable';
    case 405:
    case 501:
      return 'unsupported';
    case 413:
      return 'too-large';
    case 408:
    case 425:
      return 'unavailable';
    case 429:
      return 'rate-limited';
    default:
      return 'bad-response';
  }
}
