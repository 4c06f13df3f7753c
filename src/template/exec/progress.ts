import { utf8Length } from '#lib/utf8';
import { templateError } from '../errors.ts';
import type { Node, Tree } from '../syntax/node.ts';
import type { Value } from '../value.ts';
import { located } from './located.ts';

/** What one run may take. */
export interface Limits {
  readonly maxOutputBytes: number;
  readonly maxSteps: number;
  readonly maxDepth: number;
}

/** Where a run is, what it has written and how much it has taken. Errors point at the node being evaluated, as Go's do. */
export class Progress {
  tree: Tree | null = null;
  node: Node | null = null;
  private readonly limits: Limits;
  private readonly out: string[] = [];
  private outBytes = 0;
  private steps = 0;

  constructor(limits: Limits) {
    this.limits = limits;
  }

  /** What was written. */
  get text(): string {
    return this.out.join('');
  }

  /** A text that no output could hold: twice as long each time, it would fill the memory. */
  bounded(value: Value): Value {
    if (typeof value === 'string' && value.length > this.limits.maxOutputBytes) this.tooLong();
    return value;
  }

  /** Throws: a value is longer than any output may be. */
  tooLong(): never {
    return this.limit(`value is longer than ${this.limits.maxOutputBytes} bytes`);
  }

  /** Adds to the output. */
  write(text: string): void {
    const { maxOutputBytes } = this.limits;
    this.outBytes += utf8Length(text);
    if (this.outBytes > maxOutputBytes) this.limit(`output is longer than ${maxOutputBytes} bytes`);
    this.out.push(text);
  }

  /** This node is evaluated next: a step. */
  at(node: Node): void {
    this.node = node;
    this.spend(1);
  }

  /** Counts steps. */
  spend(steps: number): void {
    this.steps += steps;
    const { maxSteps } = this.limits;
    if (this.steps > maxSteps) this.limit(`template takes more than ${maxSteps} steps`);
  }

  /** Throws: the template asks for too much. */
  limit(problem: string): never {
    throw templateError('template-limit', this.located(problem));
  }

  /** Throws an error at the node that is being evaluated. */
  fail(problem: string, cause?: unknown): never {
    throw templateError('template-exec', this.located(problem), cause);
  }

  private located(problem: string): string {
    const { tree, node } = this;
    return tree && node ? located(tree, node, problem) : `template: ${problem}`;
  }
}
