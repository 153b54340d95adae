import type { z } from 'zod';
import { ProtocolError } from '../errors.ts';

/**
 * Checks a received message against its schema and returns it in the domain's words.
 * @throws ProtocolError naming the message, the first offending field and what was wrong.
 */
export function decode<Schema extends z.ZodType>(
  schema: Schema,
  message: unknown,
  what: string,
): z.output<Schema> {
  const parsed = schema.safeParse(message);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const field = issue?.path.join('.') || 'message';
  throw new ProtocolError(`${what}: ${field}: ${issue?.message ?? 'invalid'}`);
}

/** A message within a message; proto-loader gives null where it was not sent. */
export const absentAsNull = <Schema extends z.ZodType>(schema: Schema) => schema.nullish();
