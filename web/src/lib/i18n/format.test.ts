import { describe, expect, it } from 'vitest';
import { addDays, day, daysBetween, decimals, either, fileSize, money, spell, spokenDay } from './format.ts';

const today = '2026-11-23'; // a Monday

describe('days', () => {
  it('are counted as calendar days, whatever the clocks do', () => {
    expect(addDays('2026-03-28', 2)).toBe('2026-03-30');
    expect(daysBetween('2026-10-24', '2026-10-26')).toBe(2);
  });

  it('are said as people say them', () => {
    expect(spokenDay(today, today)).toBe('today');
    expect(spokenDay('2026-11-22', today)).toBe('yesterday');
    expect(spokenDay('2026-11-17', today)).toBe('Tuesday');
    expect(spokenDay('2026-11-27', today)).toBe('on Friday');
    expect(spokenDay('2026-11-16', today)).toBe(day('2026-11-16'));
    expect(spokenDay('2026-11-30', today)).toBe(day('2026-11-30'));
  });
});

describe('money', () => {
  it('has as many decimals as its currency', () => {
    expect(decimals('EUR')).toBe(2);
    expect(decimals('JPY')).toBe(0);
    expect(decimals('KWD')).toBe(3);
    expect(decimals('nonsense')).toBe(2);
  });

  it('leaves out decimals that say nothing', () => {
    expect(money({ minor: 31200000, currency: 'EUR' })).toBe('€312,000');
    expect(money({ minor: 1050, currency: 'EUR' })).toBe('€10.50');
    expect(money({ minor: 500, currency: 'JPY' })).toMatch(/¥500$/);
  });
});

describe('work that goes on', () => {
  it('says how long and how much', () => {
    expect(spell(8)).toBe('8 seconds');
    expect(spell(61)).toBe('1 minute');
    expect(spell(7200)).toBe('2 hours');
    expect(fileSize(999)).toBe('999 byte');
    expect(fileSize(48_211_033)).toBe('48.2 MB');
  });
});

describe('what may be either', () => {
  it('is said with a word between', () => {
    expect(either(['won'])).toBe('won');
    expect(either(['won', 'lost'])).toBe('won or lost');
  });
});
