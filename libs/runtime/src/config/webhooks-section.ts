import { z } from 'zod';
import { namedListSection, type ConfigSection } from './config-section.js';

/** How a webhook's messages are written: for programs, or for a channel of a chat. */
export const WEBHOOK_FORMATS = ['standard', 'slack', 'teams'] as const;

/** One of them. */
export type WebhookFormat = (typeof WEBHOOK_FORMATS)[number];

/** Somebody who is told of changes: `K` is a kind of change, `S` a severity of findings, `F` a filter of tags. */
export interface WebhookConfig<K extends string = string, S extends string = string, F = unknown> {
  readonly name: string;
  /** Where messages go. For a chat it is a secret as a whole. */
  readonly url: URL;
  readonly format: WebhookFormat;
  /** What messages are signed with, `whsec_…`; several while one is being replaced. */
  readonly secrets: readonly string[];
  /** Null: all. */
  readonly kinds: readonly K[] | null;
  /** Null: all. */
  readonly where: F | null;
  /** Of findings: less severe ones are not told. */
  readonly minimumSeverity: S;
  /** Private, loopback and link-local addresses are refused unless this is set. */
  readonly allowPrivateNetwork: boolean;
  /** Sent with each message; their values may be secrets. */
  readonly headers: Readonly<Record<string, string>>;
  /** For one message and its answer. */
  readonly timeoutMs: number;
  readonly rate: {
    /** Null: as many as are taken. */
    readonly requestsPerSecond: number | null;
    readonly concurrency: number;
  };
}

/** What the configuration has to know of changes, handed in because this library knows none. */
export interface WebhookWords<K extends string, S extends string, F> {
  /** The words for `kinds`, and what they mean. */
  readonly kinds: Readonly<Record<string, K>>;
  /** The words for `minimumSeverity`, and what they mean; the first is the least. */
  readonly severities: Readonly<Record<string, S>>;
  /** The shape of `where`. */
  readonly where: z.ZodType<F>;
}

const SECRET = /^whsec_([A-Za-z0-9+/]+={0,2})$/;

/** Of the key in a secret (Standard Webhooks, "Signature scheme"). */
const KEY_BYTES = { min: 24, max: 64 } as const;

const MAX_SECRETS = 5;

const secret = z.string().refine((text) => {
  const key = Buffer.from(SECRET.exec(text)?.[1] ?? '', 'base64');
  return key.length >= KEY_BYTES.min && key.length <= KEY_BYTES.max;
}, `must be whsec_ and ${KEY_BYTES.min} to ${KEY_BYTES.max} random bytes in base64`);

const address = z.string().transform((text, context): URL => {
  const url = /^https?:\/\//i.test(text) && URL.canParse(text) ? new URL(text) : null;
  if (url !== null && url.username === '' && url.password === '' && url.hash === '') return url;
  const message = 'must be a URL that starts with https:// or http://, without a user name, a password and a fragment';
  context.addIssue({ code: 'custom', message });
  return z.NEVER;
});

/** What every message says itself. */
const OUR_HEADERS =
  /^(?:webhook-.*|content-.*|host|connection|transfer-encoding|upgrade|expect|te|trailer|keep-alive)$/;

const headers = z
  .record(
    z
      .string()
      .regex(/^[a-z0-9!#$%&'*+.^_`|~-]{1,100}$/, 'must be the name of a header in lower case')
      .refine((name) => !OUR_HEADERS.test(name), 'is a header that every message has already'),
    z.string().regex(/^[\x21-\x7e](?:[\x20-\x7e]{0,8190}[\x21-\x7e])?$/, 'must be printable ASCII'),
  )
  .refine((given) => Object.keys(given).length <= 20, 'must be at most 20 headers');

const rate = z.strictObject({
  requestsPerSecond: z.number().positive('must be above 0').max(10_000, 'must be at most 10,000').nullish(),
  concurrency: z.int('must be a whole number').min(1, 'must be at least 1').max(64, 'must be at most 64').optional(),
});

/** Chats take a message a second, one after the other; programs as many as they answer. */
const RATES = {
  standard: { requestsPerSecond: null, concurrency: 4 },
  slack: { requestsPerSecond: 1, concurrency: 1 },
  teams: { requestsPerSecond: 1, concurrency: 1 },
} as const satisfies Record<WebhookFormat, WebhookConfig['rate']>;

/** `webhooks:`, those who are told of changes, in the words of the caller. */
export function webhooksSection<K extends string, S extends string, F>(
  words: WebhookWords<K, S, F>,
): ConfigSection<readonly WebhookConfig<K, S, F>[]> {
  return namedListSection('webhooks', 'webhook', webhookSchema(words));
}

function webhookSchema<K extends string, S extends string, F>({ kinds, severities, where }: WebhookWords<K, S, F>) {
  return z
    .strictObject({
      name: z.string().regex(/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/, 'must be 1 to 63 of a-z, 0-9 and inner hyphens'),
      url: address,
      format: z.enum(WEBHOOK_FORMATS, `must be one of: ${WEBHOOK_FORMATS.join(', ')}`).default('standard'),
      secrets: z.array(secret).max(MAX_SECRETS, `must hold at most ${MAX_SECRETS} secrets`).default([]),
      kinds: z.array(wordOf(kinds)).min(1, 'must name at least one').nullish(),
      where: where.nullish(),
      minimumSeverity: wordOf(severities).optional(),
      allowPrivateNetwork: z.boolean().default(false),
      headers: headers.default({}),
      timeoutMs: z
        .int('must be a whole number')
        .min(100, 'must be at least 100')
        .max(30_000, 'must be at most 30,000')
        .default(15_000),
      rate: rate.prefault({}),
    })
    .superRefine(({ format, secrets }, context) => {
      if (format !== 'standard' || secrets.length > 0) return;
      context.addIssue({ code: 'custom', path: ['secrets'], message: 'must hold at least one secret to sign with' });
    })
    .transform((given): WebhookConfig<K, S, F> => {
      const { requestsPerSecond, concurrency } = RATES[given.format];
      return {
        ...given,
        kinds: given.kinds ?? null,
        where: given.where ?? null,
        minimumSeverity: given.minimumSeverity ?? leastOf(severities),
        rate: {
          requestsPerSecond: given.rate.requestsPerSecond ?? requestsPerSecond,
          concurrency: given.rate.concurrency ?? concurrency,
        },
      };
    });
}

function wordOf<W extends string>(words: Readonly<Record<string, W>>) {
  return z.string().transform((text, context): W => {
    const word = Object.hasOwn(words, text) ? words[text] : undefined;
    if (word !== undefined) return word;
    context.addIssue({ code: 'custom', message: `must be one of: ${Object.keys(words).join(', ')}` });
    return z.NEVER;
  });
}

function leastOf<W extends string>(words: Readonly<Record<string, W>>): W {
  const [first] = Object.values(words);
  if (first === undefined) throw new Error('there is no word to choose from');
  return first;
}
