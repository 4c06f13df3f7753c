import { describe, expect, it } from 'vitest';
import { MemoryBudget, type Rememberer } from './memory-budget.ts';

/** Remembers numbers, and writes down when it forgets. */
class Notes implements Rememberer {
  readonly all: number[] = [];
  private readonly budget: MemoryBudget;

  constructor(budget: MemoryBudget) {
    this.budget = budget;
  }

  note(bytes: number): void {
    this.budget.take(this, bytes);
    this.all.push(bytes);
  }

  forget(): void {
    this.all.length = 0;
  }
}

describe('memory that several share', () => {
  it('is left alone as long as it is enough', () => {
    const budget = new MemoryBudget(100);
    const [a, b] = [new Notes(budget), new Notes(budget)];
    a.note(40);
    b.note(60);
    expect([a.all, b.all, budget.usedBytes]).toEqual([[40], [60], 100]);
  });

  it('is taken from whoever has remembered nothing new for longest', () => {
    const budget = new MemoryBudget(100);
    const [a, b, c] = [new Notes(budget), new Notes(budget), new Notes(budget)];
    a.note(30);
    b.note(30);
    a.note(30);
    c.note(20);
    expect([a.all, b.all, c.all, budget.usedBytes]).toEqual([[30, 30], [], [20], 80]);
  });

  it('is taken from the one who asks when nobody else has any', () => {
    const budget = new MemoryBudget(100);
    const [a, b] = [new Notes(budget), new Notes(budget)];
    a.note(10);
    for (let i = 0; i < 5; i++) b.note(30);
    expect([a.all, b.all, budget.usedBytes]).toEqual([[], [30, 30], 60]);
    b.note(1000);
    expect([b.all, budget.usedBytes]).toEqual([[1000], 1000]);
    a.note(10);
    expect([a.all, b.all, budget.usedBytes]).toEqual([[10], [], 10]);
  });

  it('is free again when somebody leaves', () => {
    const budget = new MemoryBudget(100);
    const [a, b] = [new Notes(budget), new Notes(budget)];
    a.note(90);
    budget.leave(a);
    b.note(100);
    expect([b.all, budget.usedBytes]).toEqual([[100], 100]);
  });
});
