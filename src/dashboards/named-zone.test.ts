import { afterEach, describe, expect, it } from 'vitest';
import { setLocalTime } from './local-time.ts';
import { namedZone } from './named-zone.ts';
import { formatDate } from './unit-dates.ts';

/** Clocks in Berlin go from 02:00 to 03:00 then. */
const SUMMER = Date.UTC(2026, 2, 29, 1);

describe('a named zone', () => {
  afterEach(() => setLocalTime(null));

  it('is behind UTC by what its clocks show, before and after summer time begins', () => {
    const berlin = namedZone('Europe/Berlin');
    expect([berlin(SUMMER - 1), berlin(SUMMER)]).toEqual([-60, -120]);
    expect([namedZone('Asia/Kathmandu')(0), namedZone('America/St_Johns')(SUMMER)]).toEqual([-330, 150]);
  });

  it('that is none is refused', () => {
    expect(() => namedZone('Europe/Nowhere')).toThrow(RangeError);
  });

  it('is what dates are written in when it is the local one', () => {
    setLocalTime(namedZone('Europe/Berlin'));
    expect(formatDate(SUMMER, 'YYYY-MM-DD HH:mm:ss Z [x]x X')).toBe(
      `2026-03-29 03:00:00 +02:00 x${SUMMER} ${SUMMER / 1000}`,
    );
    setLocalTime(() => 0);
    expect(formatDate(SUMMER, 'ddd Do h a ZZ')).toBe('Sun 29th 1 am +0000');
  });
});
