import { describe, expect, it } from 'vitest';
import { Problem } from './problem.ts';

describe('Problem', () => {
  it('knows what is worth trying again', () => {
    expect([0, 429, 500, 503].map((status) => new Problem(status).passing)).toEqual([true, true, true, true]);
    expect([400, 403, 409, 422].map((status) => new Problem(status).passing)).toEqual([
      false,
      false,
      false,
      false,
    ]);
  });
  it('takes what fetch throws for a missing network, and lets bugs be bugs', () => {
    expect(Problem.of(new TypeError('Failed to fetch')).offline).toBe(true);
    expect(() => Problem.of(new RangeError('bug'))).toThrow(RangeError);
  });
  it('says the server’s own sentence', () => {
    expect(new Problem(409, { title: 'Conflict', detail: 'It is shared already.' }).message).toBe(
      'It is shared already.',
    );
  });
});
