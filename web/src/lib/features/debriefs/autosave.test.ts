import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Problem } from '#lib/api/problem.ts';
import type { Draft, DraftWords } from '#lib/api/types.ts';
import { Autosave, pause } from './autosave.svelte.ts';

const at = '2026-11-23T10:00:00Z';
const draft = (words: DraftWords, revision = 1): Draft => ({ ...words, revision, saved_at: at });

/** A server that takes everything, and what it was sent. */
function server() {
  let revision = 1;
  const save = vi.fn((_words: DraftWords, _revision: number, _leaving: boolean) =>
    Promise.resolve({ revision: ++revision, saved_at: at }),
  );
  return { save };
}
function type(autosave: Autosave, words: DraftWords) {
  autosave.words = { ...autosave.words, ...words };
  autosave.changed();
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('Autosave', () => {
  it('saves once after a pause, however fast one types', async () => {
    const { save } = server();
    const autosave = new Autosave({ draft: draft({}), save });
    for (const text of ['I', 'I n', 'I nev', 'I never']) type(autosave, { my_part: text });
    expect(autosave.state).toBe('pending');
    await vi.advanceTimersByTimeAsync(pause);
    expect(save.mock.calls).toEqual([[{ my_part: 'I never' }, 1, false]]);
    expect(autosave.state).toBe('saved');
    expect(autosave.revision).toBe(2);
  });

  it('saves within two seconds of the first key even while somebody keeps typing', async () => {
    const { save } = server();
    const autosave = new Autosave({ draft: draft({}), save });
    for (let key = 0; key < 20; key++) {
      type(autosave, { my_part: 'x'.repeat(key + 1) });
      await vi.advanceTimersByTimeAsync(100);
    }
    expect(save.mock.calls.length).toBeGreaterThanOrEqual(1);
  });

  it('saves again what was typed while a save was on its way', async () => {
    const { save } = server();
    const autosave = new Autosave({ draft: draft({}), save });
    let arrive = (_saved: { revision: number; saved_at: string }) => {};
    save.mockImplementationOnce(() => new Promise((resolve) => (arrive = resolve)));
    type(autosave, { my_part: 'one' });
    await vi.advanceTimersByTimeAsync(pause);
    type(autosave, { my_part: 'one two' });
    arrive({ revision: 2, saved_at: at });
    await vi.advanceTimersByTimeAsync(2 * pause);
    expect(save.mock.calls.map(([words, revision]) => [words.my_part, revision])).toEqual([
      ['one', 1],
      ['one two', 2],
    ]);
    expect(autosave.state).toBe('saved');
  });

  it('keeps the words while the server is away and sends them when it is back', async () => {
    const { save } = server();
    const autosave = new Autosave({ draft: draft({}), save });
    save.mockRejectedValueOnce(new TypeError('Failed to fetch'));
    type(autosave, { lesson: 'Ask who wrote the spec' });
    await vi.advanceTimersByTimeAsync(pause);
    expect(autosave.state).toBe('unreachable');
    expect(autosave.words.lesson).toBe('Ask who wrote the spec');
    type(autosave, { lesson: 'Ask who wrote the spec, first' });
    expect(autosave.state).toBe('unreachable');
    autosave.retry();
    await vi.advanceTimersByTimeAsync(0);
    expect(autosave.state).toBe('saved');
    expect(save.mock.lastCall?.[0].lesson).toBe('Ask who wrote the spec, first');
  });

  it('tries again by itself, more and more slowly', async () => {
    const { save } = server();
    const autosave = new Autosave({ draft: draft({}), save });
    save.mockRejectedValue(new Problem(503));
    type(autosave, { act: 'ring' });
    await vi.advanceTimersByTimeAsync(pause + 2_000 + 4_000 + 8_000);
    expect(save).toHaveBeenCalledTimes(4);
  });

  it('waits for the sign-in when the session has ended', async () => {
    const { save } = server();
    const autosave = new Autosave({ draft: draft({}), save });
    save.mockRejectedValueOnce(new Problem(401));
    type(autosave, { act: 'ring' });
    await vi.advanceTimersByTimeAsync(60_000);
    expect(autosave.state).toBe('signed-out');
    expect(save).toHaveBeenCalledTimes(1);
    autosave.retry();
    await vi.advanceTimersByTimeAsync(0);
    expect(autosave.state).toBe('saved');
  });

  it('puts together what two windows wrote in different fields', async () => {
    const { save } = server();
    const autosave = new Autosave({ draft: draft({ my_part: 'a' }), save });
    save.mockRejectedValueOnce(new Problem(409, { current: draft({ my_part: 'a', act: 'theirs' }, 7) }));
    type(autosave, { my_part: 'a b' });
    await vi.advanceTimersByTimeAsync(pause + 1);
    expect(autosave.conflicts).toEqual([]);
    expect(save.mock.lastCall).toEqual([{ my_part: 'a b', act: 'theirs' }, 7, false]);
    expect(autosave.merges).toBe(1);
  });

  it('shows both where two windows changed the same field, and saves what was chosen', async () => {
    const { save } = server();
    const autosave = new Autosave({ draft: draft({ my_part: 'a' }), save });
    save.mockRejectedValueOnce(new Problem(409, { current: draft({ my_part: 'there' }, 7) }));
    type(autosave, { my_part: 'here' });
    await vi.advanceTimersByTimeAsync(pause);
    expect(autosave.state).toBe('conflict');
    expect(autosave.conflicts).toEqual([{ field: 'my_part', here: 'here', there: 'there' }]);
    expect(save).toHaveBeenCalledTimes(1);
    autosave.choose('my_part', 'both');
    await vi.advanceTimersByTimeAsync(0);
    expect(save.mock.lastCall).toEqual([{ my_part: 'here\n\nthere' }, 7, false]);
    expect(autosave.state).toBe('saved');
  });

  it('waits with a save that was due when another window turns out to have changed the same field', async () => {
    const { save } = server();
    const autosave = new Autosave({ draft: draft({ my_part: 'a' }), save });
    type(autosave, { my_part: 'here' });
    autosave.receive(draft({ my_part: 'there' }, 2));
    await vi.advanceTimersByTimeAsync(2 * pause);
    expect(save).not.toHaveBeenCalled();
    expect(autosave.state).toBe('conflict');
    autosave.choose('my_part', 'here');
    await vi.advanceTimersByTimeAsync(0);
    expect(save.mock.lastCall).toEqual([{ my_part: 'here' }, 2, false]);
  });

  it('brings in what another window saved, as soon as it hears of it', () => {
    const { save } = server();
    const autosave = new Autosave({ draft: draft({ my_part: 'a' }), save });
    autosave.receive(draft({ my_part: 'a', act: 'theirs' }, 2));
    expect(autosave.words).toEqual({ my_part: 'a', act: 'theirs' });
    expect(autosave.state).toBe('saved');
    autosave.receive(draft({ my_part: 'older' }, 1));
    expect(autosave.words.my_part).toBe('a');
  });

  it('says why the server refuses, and saves once that is mended', async () => {
    const { save } = server();
    const autosave = new Autosave({ draft: draft({}), save });
    const errors = [{ field: 'my_part', rule: 'too_long', message: 'At most 10,000 characters.' }];
    save.mockRejectedValueOnce(new Problem(422, { errors }));
    type(autosave, { my_part: 'long' });
    await vi.advanceTimersByTimeAsync(pause);
    expect(autosave.state).toBe('refused');
    expect(autosave.refusal).toBe('At most 10,000 characters.');
    type(autosave, { my_part: 'short' });
    await vi.advanceTimersByTimeAsync(pause);
    expect(autosave.state).toBe('saved');
    expect(autosave.refusal).toBe('');
  });

  it('flushes before sharing, and says whether everything arrived', async () => {
    const { save } = server();
    const autosave = new Autosave({ draft: draft({}), save });
    type(autosave, { act: 'ring' });
    expect(await autosave.flush()).toBe(true);
    save.mockRejectedValueOnce(new Problem(409, { current: draft({ act: 'ring', needed: 'time' }, 7) }));
    type(autosave, { act: 'ring now' });
    expect(await autosave.flush()).toBe(true);
    expect(save.mock.lastCall?.[0]).toEqual({ act: 'ring now', needed: 'time' });
    save.mockRejectedValueOnce(new Problem(0));
    type(autosave, { act: 'ring twice' });
    expect(await autosave.flush()).toBe(false);
  });

  it('sends what is left when the page goes away, and nothing after it was shared', async () => {
    const { save } = server();
    const autosave = new Autosave({ draft: draft({}), save });
    type(autosave, { act: 'ring' });
    autosave.leave();
    expect(save).toHaveBeenCalledWith({ act: 'ring' }, 1, true);
    await vi.advanceTimersByTimeAsync(0);
    autosave.close();
    type(autosave, { act: 'ring again' });
    autosave.leave();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(save).toHaveBeenCalledTimes(1);
  });

  it('saves an emptied field as empty', async () => {
    const { save } = server();
    const autosave = new Autosave({ draft: draft({ outside: 'weather', act: 'ring' }), save });
    type(autosave, { outside: '' });
    await vi.advanceTimersByTimeAsync(pause);
    expect(save.mock.lastCall?.[0]).toEqual({ act: 'ring' });
  });
});
