import { BUILTINS } from './builtins.ts';
import { templateError } from './errors.ts';
import { Execution } from './exec/exec.ts';
import { escapedTrees } from './html/escape-tree.ts';
import { ESCAPERS } from './html/escapers.ts';
import type { Tree } from './syntax/node.ts';
import { isEmptyTree, parseTemplate } from './syntax/parse.ts';
import type { FunctionTable, Value } from './value.ts';

/** What happens when a map has no such key: `default` prints `<no value>`, `zero` gives the element type's zero, `error` ends the template. */
export type MissingKey = 'default' | 'zero' | 'error';

/** Bounds of one rendering; beyond them it fails instead of filling memory or holding up the process. */
export interface TemplateLimits {
  readonly maxOutputBytes: number;
  /** Nodes evaluated. */
  readonly maxSteps: number;
  /** Templates calling templates. */
  readonly maxDepth: number;
}

const DEFAULT_LIMITS: TemplateLimits = { maxOutputBytes: 4 * 1024 * 1024, maxSteps: 2_000_000, maxDepth: 200 };

export interface TemplateOptions {
  /** How output is escaped: `text` not at all, `html` by where in the page a value stands, as html/template does. */
  readonly mode: 'text' | 'html';
  /** Functions beside Go's own (and, or, not, len, index, slice, print, printf, println, html, js, urlquery, call, eq, …). */
  readonly functions?: FunctionTable;
  readonly missingKey?: MissingKey;
  readonly limits?: Partial<TemplateLimits>;
}

/**
 * A set of Go templates that can call each other. Errors are `bad-config` BarographErrors with Go's wording:
 * `template: name:line: …` from parsing, `template: name:line:column: executing "name" at <…>: …` from rendering
 * (columns count UTF-8 bytes from 0, as Go's do).
 */
export interface TemplateSet {
  /** Adds the text as template `name`, and what it `define`s. A definition replaces an earlier one unless it is blank. */
  parse(name: string, text: string): void;
  has(name: string): boolean;
  names(): string[];
  /** Runs a template of the set. `functions` stand in for those of the same names with which it was parsed. */
  render(name: string, data: Value, functions?: FunctionTable): string;
  /** Parses `text` beside the set without changing it and runs it. The name is for error messages. */
  renderText(
    text: string,
    data: Value,
    options?: { readonly name?: string; readonly functions?: FunctionTable },
  ): string;
}

/** An empty set. */
export function createTemplate(options: TemplateOptions): TemplateSet {
  return new GoTemplates(options, new Map());
}

class GoTemplates implements TemplateSet {
  private readonly options: TemplateOptions;
  private readonly functions: FunctionTable;
  private readonly trees: Map<string, Tree>;

  constructor(options: TemplateOptions, trees: Map<string, Tree>) {
    this.options = options;
    this.functions = { ...BUILTINS, ...options.functions };
    this.trees = trees;
  }

  parse(name: string, text: string): void {
    for (const tree of parseTemplate({ name, text, functions: this.functions })) {
      if (!this.trees.has(tree.name) || !isEmptyTree(tree.root)) this.trees.set(tree.name, tree);
    }
  }

  has(name: string): boolean {
    return this.trees.has(name);
  }

  names(): string[] {
    return [...this.trees.keys()];
  }

  render(name: string, data: Value, functions: FunctionTable = {}): string {
    const tree = this.trees.get(name);
    if (!tree) throw templateError('template-unknown', `template: no template ${JSON.stringify(name)} in this set`);
    const { mode, missingKey = 'default', limits } = this.options;
    const isHtml = mode === 'html';
    const trees = isHtml ? escapedTrees(this.trees, name) : this.trees;
    const execution = new Execution({
      trees,
      functions: { ...this.functions, ...functions, ...(isHtml ? ESCAPERS : {}) },
      missingKey,
      limits: { ...DEFAULT_LIMITS, ...limits },
    });
    return execution.run(trees.get(name) ?? tree, data);
  }

  renderText(
    text: string,
    data: Value,
    { name = '', functions }: { readonly name?: string; readonly functions?: FunctionTable } = {},
  ): string {
    const options = functions
      ? { ...this.options, functions: { ...this.options.functions, ...functions } }
      : this.options;
    const scratch = new GoTemplates(options, new Map(this.trees));
    scratch.trees.delete(name);
    scratch.parse(name, text);
    return scratch.render(name, data);
  }
}
