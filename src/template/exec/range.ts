import { printed } from '../print.ts';
import { GoList, GoMap, type Value } from '../value.ts';
import { Problem } from './constant.ts';

/** Keys and values that a range with so many variables goes over. */
export function itemsOf(value: Value, variables: number): Iterable<readonly [Value, Value]> | Problem {
  if (value === null) return [];
  if (value instanceof GoList) return value.items.map((item, i) => [BigInt(i), item] as const);
  if (value instanceof GoMap) return value.entries;
  if (typeof value !== 'bigint') return new Problem(`range can't iterate over ${printed(value)}`);
  if (variables > 1) return new Problem(`can't use ${value} to iterate over more than one variable`);
  return countTo(value);
}

function* countTo(end: bigint): Generator<readonly [Value, Value]> {
  for (let i = 0n; i < end; i++) yield [null, i];
}
