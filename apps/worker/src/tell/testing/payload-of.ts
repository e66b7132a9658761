import { z } from 'zod';
import type { TestReceiver } from './start-receiver.js';

const Payload = z.object({
  type: z.string(),
  timestamp: z.iso.datetime(),
  data: z.object({
    message: z.string(),
    reference: z.string().optional(),
    actor: z.string().nullish(),
    position: z.string().optional(),
    since: z.string().optional(),
  }),
});

/** What a message for programs says. */
export type Payload = z.infer<typeof Payload>;

/** Reads one. Throws for anything else. */
export function payloadOf(text: string): Payload {
  return Payload.parse(JSON.parse(text));
}

/** The tags that a receiver was told of, in the order of the messages. */
export function tagsOf({ arrived }: TestReceiver): readonly string[] {
  return arrived.map(({ text }) => payloadOf(text).data.reference?.split(':')[1] ?? '');
}
