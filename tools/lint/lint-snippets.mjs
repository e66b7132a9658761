import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { ESLint } from 'eslint';

/**
 * Reads `[{ file, text }]` as JSON from standard input, lints each text as if it stood in that (existing) file,
 * and writes for each the list of rules that it breaks. A program of its own, since Jest cannot load ESLint's config.
 */
const ROOT = resolve(import.meta.dirname, '../..');
const snippets = JSON.parse(await text(process.stdin));
const eslint = new ESLint({ cwd: ROOT });

const broken = [];
for (const snippet of snippets) {
  const [result] = await eslint.lintText(snippet.text, { filePath: join(ROOT, snippet.file) });
  broken.push([...new Set(result.messages.map(({ ruleId, message }) => ruleId ?? message))].sort());
}
process.stdout.write(JSON.stringify(broken));
