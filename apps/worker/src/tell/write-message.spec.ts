import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import type { WebhookFormat } from '@strata/runtime';
import { SOME_CHANGES } from './testing/some-changes.js';
import { tellChange, tellLoss, tellTest, type Telling } from './telling.js';
import { writeMessages } from './write-message.js';

const at = new Date('2026-11-21T09:00:00.000Z');
const changes = SOME_CHANGES.map((change) => tellChange(change, 'ci'));
const all = [...changes, tellLoss(at, at), tellTest('ops', at)];

function write(format: WebhookFormat, tellings: readonly Telling[]) {
  const [first, ...rest] = tellings;
  if (first === undefined) throw new Error('there is nothing to write');
  return writeMessages(format, [first, ...rest]).map(({ body, ...message }) => {
    const text = Buffer.from(body).toString();
    const read: unknown = JSON.parse(text);
    return { ...message, text, body: read };
  });
}

/** The JSON examples of the page, as they stand. */
function examplesOf(page: string): readonly unknown[] {
  const text = readFileSync(page, 'utf8');
  return [...text.matchAll(/^```json\n(.*?)^```$/gms)].map(([, json = '']): unknown => JSON.parse(json));
}

const moved = (message: string, count = 1): readonly Telling[] =>
  changes.slice(1, 2).flatMap((telling) => Array.from({ length: count }, () => ({ ...telling, message })));

describe('a message for programs', () => {
  it('is one for each change, and looks as docs/webhooks.md shows it', () => {
    const written = write('standard', all);
    expect(written.map(({ type, changes: count, reference }) => [type, count, reference])).toEqual([
      ...changes.map(({ type }) => [type, 1, 'registry.example/team/app:1.2']),
      ...[['changes.lost', 1, null] as const, ['webhook.test', 1, null] as const],
    ]);
    const examples = examplesOf('docs/webhooks.md');
    for (const { body } of written) expect(examples).toContainEqual(body);
  });

  it('names so many platforms that it stays small', () => {
    const [change] = SOME_CHANGES;
    const [platform] = change?.platforms ?? [];
    if (change === undefined || platform === undefined) throw new Error('there is no such change');
    const platforms = Array.from({ length: 5_000 }, (_, id) => ({ ...platform, id, name: `linux/${id}` }));
    expect(write('standard', [tellChange({ ...change, platforms }, null)])[0]?.text.length).toBeLessThan(20_000);
  });
});

describe.each(['slack', 'teams'] as const)('a message for people in %s', (format) => {
  it('sums up five hundred changes in one, the urgent ones first', () => {
    const burst = [...moved('it moved', 499), ...changes.slice(3, 4)];
    const [message, ...others] = write(format, burst);
    expect(others).toEqual([]);
    expect(message).toMatchObject({ type: 'changes', changes: 500, reference: null });
    expect(message?.text).toContain('500 changes in the catalog');
    expect(message?.text).toContain('Tag moved: 499 · Platform lost: 1');
    expect(message?.text.indexOf('no longer runs on')).toBeLessThan(message?.text.indexOf('it moved') ?? -1);
    expect(message?.text).toContain('and 480 more');
  });

  it('looks as docs/webhooks.md shows it', () => {
    const [message] = write(format, changes.slice(3, 4));
    expect(message).toMatchObject({ type: 'platform.lost', changes: 1, reference: 'registry.example/team/app:1.2' });
    expect(examplesOf('docs/webhooks.md')).toContainEqual(message?.body);
  });

  it('is small whatever it tells of', () => {
    for (const text of ['"', '\u0000', '&', '😀', '漢', '<']) {
      const [message] = write(format, moved(text.repeat(10_000), 500));
      expect(Buffer.byteLength(message?.text ?? '')).toBeLessThan({ slack: 40_000, teams: 28_000 }[format]);
      expect(message?.text.isWellFormed()).toBe(true);
    }
  });
});

describe('a message for people in slack', () => {
  const textsOf = (body: unknown): readonly string[] =>
    [...JSON.stringify(body).matchAll(/"text":"((?:[^"\\]|\\.)*)"/g)].map(([, text = '']) => text);

  it('mentions nobody and links nowhere, whatever was written into a policy or an actor', () => {
    const [message] = write('slack', moved('<!channel> <https://evil.example|here> & co'));
    expect(message?.text).not.toMatch(/<!|<http/);
    expect(textsOf(message?.body).join('\n')).toContain('&lt;!channel&gt; &lt;https://evil.example|here&gt; &amp; co');
  });

  it('has no text that is longer than Slack takes', () => {
    const [message] = write('slack', moved('&'.repeat(10_000), 500));
    for (const text of textsOf(message?.body)) expect(text.length).toBeLessThanOrEqual(3_000);
  });
});

it('a message for people in teams shows Markdown as it is written, since runs of text have none', () => {
  const [message] = write('teams', moved('[here](https://evil.example) **bold**'));
  expect(message?.text).not.toContain('"TextBlock"');
  expect(message?.text).toContain('[here](https://evil.example) **bold**');
});
