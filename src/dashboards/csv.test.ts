import { describe, expect, it } from 'vitest';
import { numberField, stringField } from './columns.ts';
import { framesCsv } from './csv.ts';

describe('frames as CSV', () => {
  it('have a line per sample, frames below each other', () => {
    const time = { name: 'Time', labels: {}, type: 'time', values: Float64Array.of(0, 1500) } as const;
    const first = { refId: 'A', length: 2, fields: [time, numberField('load', [0.5, Number.NaN])] };
    const second = { refId: 'B', length: 1, fields: [stringField('a "b", c', ['x\ny'])] };
    expect(framesCsv([first, second])).toBe(
      'Time,load\r\n1970-01-01T00:00:00.000Z,0.5\r\n1970-01-01T00:00:01.500Z,\r\n\r\n"a ""b"", c"\r\n"x\ny"\r\n',
    );
  });

  it('run nothing in a spreadsheet', () => {
    expect(framesCsv([{ refId: 'A', length: 1, fields: [stringField('v', ['=cmd()'])] }])).toBe("v\r\n'=cmd()\r\n");
  });
});
