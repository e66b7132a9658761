import type { StopLog } from '@strata/runtime';

/** Stopping in words rather than in log lines, for whoever looks at the terminal. */
export function stopLog(say: (text: string) => void): StopLog {
  return {
    info: (_fields, text) => say(text === 'stopping' ? '\nStopping …' : 'Stopped.'),
    warn: (_fields, text) => say(`Strata was ${text}`),
    error: (fields, text) => say(`Strata: ${text} ${'err' in fields ? String(fields.err) : ''}`.trimEnd()),
  };
}
