import { z } from 'zod';
import { parseAddress } from './address.ts';

/** One setting: what it takes, its bounds and default, and what help says about it. */
export interface Setting<Schema extends z.ZodType = z.ZodType> {
  /** How text of the command line is read; a switch takes no value. */
  readonly kind: 'integer' | 'number' | 'text' | 'switch';
  /** Completes "expected …" in messages. */
  readonly expected: string;
  readonly schema: Schema;
  readonly group: 'Data' | 'Training' | 'Machine' | 'Security' | 'Run';
  readonly help: string;
  /** Placeholder of the value in help. */
  readonly takes?: string;
  /** What help shows as the default where the schema has no fixed one. */
  readonly defaultText?: string;
  /** Default for the embedded data, which is smaller and easier than real data. */
  readonly embeddedDefault?: z.output<Schema>;
}

type About<Schema extends z.ZodType> = Omit<Setting<Schema>, 'kind' | 'expected' | 'schema'>;

/** Adds a default to a schema, or lets the value be absent. */
type Complete<Base extends z.ZodType, Schema extends z.ZodType> = (base: Base) => Schema;

/** A whole number from `min` to `max`, both included. */
export function integer<Schema extends z.ZodType>(
  [min, max]: readonly [number, number],
  complete: Complete<z.ZodInt, Schema>,
  about: About<Schema>,
): Setting<Schema> {
  const schema = complete(z.int().min(min).max(max));
  return { kind: 'integer', expected: `a whole number from ${min} to ${max}`, schema, ...about };
}

/** A finite number within bounds that `expected` puts in words. */
export function number<Schema extends z.ZodType>(
  expected: string,
  complete: Complete<z.ZodNumber, Schema>,
  about: About<Schema>,
): Setting<Schema> {
  return { kind: 'number', expected, schema: complete(z.number()), ...about };
}

/** Text; empty text and text with a NUL character, which no file can have, are refused. */
export function text<Schema extends z.ZodType>(
  expected: string,
  complete: Complete<z.ZodString, Schema>,
  about: About<Schema>,
): Setting<Schema> {
  return { kind: 'text', expected, schema: complete(z.string().regex(/^[^\0]+$/)), ...about };
}

/** HOST:PORT; port 0 means any free one, where `lowestPort` allows it. */
export function address(
  { lowestPort, fallback }: { readonly lowestPort: 0 | 1; readonly fallback: string },
  about: Omit<About<z.ZodType<string>>, 'takes'>,
): Setting<z.ZodType<string>> {
  return {
    kind: 'text',
    takes: 'host:port',
    expected: `HOST:PORT with a port from ${lowestPort} to 65535, IPv6 addresses in brackets`,
    schema: z
      .string()
      .refine((value) => (parseAddress(value)?.port ?? -1) >= lowestPort)
      .default(fallback),
    ...about,
  };
}

/** On or off. */
export function toggle(
  isOn: boolean,
  about: About<z.ZodType<boolean>>,
): Setting<z.ZodType<boolean>> {
  return { kind: 'switch', expected: 'true or false', schema: z.boolean().default(isOn), ...about };
}
