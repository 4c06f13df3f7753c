/** Whether an operation failed because there is no such file. */
export function isMissing(error: unknown): boolean {
  return isCode(error, 'ENOENT');
}

/** Whether an operation failed with this code of the system: `EEXIST`. */
export function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
