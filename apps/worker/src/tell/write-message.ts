import type { WebhookFormat } from '@strata/runtime';
import type { MessageToQueue } from '@strata/catalog';
import { slackMessage } from './slack-message.js';
import { teamsMessage } from './teams-message.js';
import type { Telling } from './telling.js';

/** Things to tell as the messages that a webhook gets: one for each, or one for all where people read them. Not empty. */
export function writeMessages(
  format: WebhookFormat,
  tellings: readonly [Telling, ...Telling[]],
): readonly MessageToQueue[] {
  switch (format) {
    case 'standard':
      return tellings.map((telling) => messageOf([telling], standardMessage(telling)));
    case 'slack':
      return [messageOf(tellings, slackMessage(tellings))];
    case 'teams':
      return [messageOf(tellings, teamsMessage(tellings))];
  }
}

/** The payload that Standard Webhooks recommends ("Payload structure"). */
function standardMessage({ type, at, message, data }: Telling): object {
  return { type, timestamp: at.toISOString(), data: { ...data, message } };
}

function messageOf(tellings: readonly [Telling, ...Telling[]], body: object): MessageToQueue {
  const [{ type, reference }] = tellings;
  const isOne = tellings.length === 1;
  return {
    type: isOne ? type : 'changes',
    changes: tellings.length,
    reference: isOne ? reference : null,
    body: Buffer.from(JSON.stringify(body)),
  };
}
