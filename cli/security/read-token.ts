import { UsageError } from '../../shared/errors.ts';
import { TOKEN_PATTERN } from '../../shared/security/token.ts';
import { readSecretFile } from './secret-file.ts';

type Environment = Readonly<Record<string, string | undefined>>;

const MOST_BYTES = 4096;

/**
 * The token that coordinator and workers of a run share: from `--token-file`, else from
 * FOLDWISE_TOKEN. There is no flag for the token itself, since every user of a machine can read the
 * command lines of all.
 *
 * @returns undefined where neither is given
 * @throws UsageError, which never repeats what it read
 */
export async function readToken(
  file: string | undefined,
  env: Environment,
): Promise<string | undefined> {
  if (file !== undefined) {
    const shownAs = `--token-file ${file}`;
    const bytes = await readSecretFile(file, { shownAs, mostBytes: MOST_BYTES, readers: 'owner' });
    return checked(bytes.toString('latin1').trim(), shownAs);
  }
  const { FOLDWISE_TOKEN: token } = env;
  return token ? checked(token, 'FOLDWISE_TOKEN') : undefined;
}

function checked(token: string, shownAs: string): string {
  if (TOKEN_PATTERN.test(token)) return token;
  const got =
    token.length < 16 || token.length > 512 ? `${token.length} characters` : 'other characters';
  throw new UsageError(
    `${shownAs}: expected a token of 16 to 512 printable characters without blanks, got ${got}; ` +
      '"foldwise certs token FILE" makes one',
  );
}
