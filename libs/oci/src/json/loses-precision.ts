const DECIMAL = /^-?([0-9]+)(?:\.([0-9]+))?(?:[eE]([+-]?[0-9]+))?$/;

/**
 * Asks whether a JSON number means another decimal value once a double holds it, as 9007199254740993 and 1e400
 * do (RFC 7493 section 2.2). `0.1` does not: printing the double gives 0.1 again.
 */
export function losesPrecision(lexeme: string, value: number): boolean {
  if (Number.isSafeInteger(value) && String(value) === lexeme) return false;
  return !Number.isFinite(value) || canonicalDecimal(lexeme) !== canonicalDecimal(String(value));
}

/** Significant digits and exponent of a decimal, so that 1.50 and 15e-1 are equal texts. Linear in its length. */
function canonicalDecimal(text: string): string {
  const [, whole = '', fraction = '', exponent = '0'] = DECIMAL.exec(text) ?? [];
  const digits = whole + fraction;
  let start = 0;
  while (digits[start] === '0') start++;
  let end = digits.length;
  while (end > start && digits[end - 1] === '0') end--;
  if (start === end) return '0';
  return `${digits.slice(start, end)}e${Number(exponent) - fraction.length + digits.length - end}`;
}
