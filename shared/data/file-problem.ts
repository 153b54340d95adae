import { asError, DataError } from '../errors.ts';

const PROBLEMS: Readonly<Record<string, string>> = {
  ENOENT: 'does not exist (or is a symbolic link to something that does not)',
  EACCES: 'cannot be read: permission denied; let this user read it',
  EPERM: 'cannot be read: permission denied; let this user read it',
  ELOOP: 'is a symbolic link that leads back to itself',
  ENOTDIR: 'is not a folder, or lies below something that is not',
  EISDIR: 'is a folder, expected a file',
  ENAMETOOLONG: 'is too long a name',
  EIO: 'cannot be read: the disk reports an error',
};

/** Says in one sentence why the operating system did not open or read a path. */
export function fileProblem(thrown: unknown, path: string): DataError {
  const error = asError(thrown);
  const problem = PROBLEMS[errorCode(error)] ?? `cannot be read: ${error.message}`;
  return new DataError(`${path} ${problem}`, { cause: error });
}

/** Node's code of an error ("ENOENT", "Z_BUF_ERROR"), empty where it has none. */
export function errorCode(thrown: unknown): string {
  const error = asError(thrown);
  return 'code' in error ? String(error.code) : '';
}
