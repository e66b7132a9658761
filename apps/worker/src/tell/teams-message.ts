import { chatDigest } from './chat-digest.js';
import type { Telling } from './telling.js';

/**
 * A message for a workflow of Microsoft Teams ("When a Teams webhook request is received"): an Adaptive Card in its
 * envelope. Texts are runs, which show every character as it is, where text blocks read Markdown. Below the 28 KB that
 * a message may have.
 */
export function teamsMessage(tellings: readonly [Telling, ...Telling[]]): object {
  const { title, summary, lines, footnote } = chatDigest(tellings);
  const card = {
    $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
    type: 'AdaptiveCard',
    version: '1.4',
    fallbackText: title,
    body: [
      rich({ text: title, size: 'large', weight: 'bolder' }),
      ...(summary === null ? [] : [rich({ text: summary, isSubtle: true })]),
      ...lines.map((text) => rich({ text })),
      ...(footnote === '' ? [] : [rich({ text: footnote, isSubtle: true, size: 'small' })]),
    ],
    msteams: { width: 'Full' },
  };
  return {
    type: 'message',
    attachments: [{ contentType: 'application/vnd.microsoft.card.adaptive', contentUrl: null, content: card }],
  };
}

function rich(run: { readonly text: string; readonly [style: string]: unknown }): object {
  return { type: 'RichTextBlock', inlines: [{ type: 'TextRun', ...run }] };
}
