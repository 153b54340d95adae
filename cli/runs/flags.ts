/** As typed. */
export interface RunsFlags {
  readonly dir?: string;
  readonly json?: boolean;
}

/** Where runs go that are not told where. */
export const DEFAULT_DIR = 'runs';
