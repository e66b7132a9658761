import { describe, expect, it } from '@jest/globals';
import { allOf, anyOf, joinSql, rawSql, sql, toQuery, whenGiven } from './sql.js';

describe('a statement in pieces', () => {
  it('numbers its values in the order of the text, whatever is put into what', () => {
    const inner = sql`name = ${'x'} OR id = ANY (${[1, 2]})`;
    const whole = sql`SELECT ${1} FROM ${rawSql('tag')} WHERE ${allOf([inner, sql`TRUE`])} LIMIT ${10}`;
    expect(toQuery(whole)).toEqual({
      text: 'SELECT $1 FROM tag WHERE (name = $2 OR id = ANY ($3)) AND (TRUE) LIMIT $4',
      values: [1, 'x', [1, 2], 10],
    });
  });

  it.each([`'; DROP TABLE tag; --`, '$1', '\\', '${x}'])('never makes %j a part of the text', (value) => {
    expect(toQuery(sql`a = ${value}`)).toEqual({ text: 'a = $1', values: [value] });
  });

  it('takes null and a list for values, not for pieces', () => {
    expect(toQuery(sql`${null} ${[]}`)).toEqual({ text: '$1 $2', values: [null, []] });
  });

  it('is true for all of nothing and false for any of nothing', () => {
    expect(toQuery(allOf([])).text).toBe('TRUE');
    expect(toQuery(anyOf([])).text).toBe('FALSE');
    expect(toQuery(joinSql([sql`a`, sql`${1}`, sql`b`], ', '))).toEqual({ text: 'a, $1, b', values: [1] });
  });

  it('asks nothing for what was left out', () => {
    expect([null, undefined, 0].map((asked) => whenGiven(asked, (n) => sql`${n}`).length)).toEqual([0, 0, 1]);
  });
});
