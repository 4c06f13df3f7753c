import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { constants, Script } from 'node:vm';

type ModuleFunction = (
  exports: unknown,
  require: NodeJS.Require,
  module: { readonly exports: unknown },
  filename: string,
  dirname: string,
) => void;

/** The file beside a module that holds V8's bytecode of its functions. */
export function bytecodePath(file: string): string {
  return `${file}.bytecode`;
}

/**
 * The CommonJS module in a file of ASCII text as a script that gives the module's function. V8 takes the bytecode beside it
 * instead of compiling each function at its first call; where there is none, or that of another V8 or of other flags, it
 * compiles as always.
 */
export function compileModule(file: string): Script {
  const text = readFileSync(file, 'latin1');
  const cachedData = bytecodeOf(file);
  return new Script(`(function (exports, require, module, __filename, __dirname) { ${text}\n})`, {
    filename: file,
    importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
    ...(cachedData === undefined ? {} : { cachedData }),
  });
}

/** Runs the module and gives what it exports. */
export function runModule(file: string, script: Script): unknown {
  const run = script.runInThisContext() as ModuleFunction;
  const module = { exports: {} };
  run(module.exports, createRequire(file), module, file, dirname(file));
  return module.exports;
}

/** The same with its bytecode; where stack traces are to name the sources, as Node runs modules. */
export function runCachedModule(file: string): unknown {
  return process.sourceMapsEnabled ? createRequire(file)(file) : runModule(file, compileModule(file));
}

function bytecodeOf(file: string): Buffer | undefined {
  try {
    return readFileSync(bytecodePath(file));
  } catch {
    return undefined;
  }
}
