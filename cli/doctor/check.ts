/** One line of what `foldwise doctor` finds. */
export interface Check {
  readonly name: string;
  readonly status: 'ok' | 'warning' | 'error';
  /** What was found. */
  readonly detail: string;
  /** What to do about it; absent where all is well. */
  readonly remedy?: string;
}
