import { describe, expect, it } from 'vitest';
import { nearest } from './nearest.ts';

const KEYS = ['scrape_interval', 'scrape_timeout', 'job_name', 'scheme', 'regex'];

describe('the nearest candidate', () => {
  it.each([
    ['scrape_intervall', 'scrape_interval'],
    ['scrapeinterval', 'scrape_interval'],
    ['jobname', 'job_name'],
    ['job_nmae', 'job_name'],
    ['Scheme', 'scheme'],
    ['regexp', 'regex'],
  ])('of %s is %s', (word, near) => {
    expect(nearest(word, KEYS)).toBe(near);
  });

  it('is none when nothing is near', () => {
    expect(nearest('kubernetes', KEYS)).toBeUndefined();
    expect(nearest('x', [])).toBeUndefined();
  });
});
