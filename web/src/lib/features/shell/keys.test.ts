import { describe, expect, it } from 'vitest';
import type { Action } from '#lib/state/actions.svelte.ts';
import { meets } from './keys.ts';

const action = (id: string, key: string): Action => ({ id, key, label: () => id });
const actions = [action('home', 'g h'), action('deals', 'g d'), action('help', '?')];

describe('keys', () => {
  it('meet an action by one key', () => {
    expect(meets(actions, '', '?').action?.id).toBe('help');
  });
  it('meet an action by two keys, one after the other', () => {
    expect(meets(actions, '', 'g')).toEqual({ action: undefined, begun: 'g' });
    expect(meets(actions, 'g', 'd').action?.id).toBe('deals');
  });
  it('forget a pair that leads nowhere', () => {
    expect(meets(actions, 'g', 'x')).toEqual({ action: undefined, begun: '' });
    expect(meets(actions, '', 'h')).toEqual({ action: undefined, begun: '' });
  });
});
