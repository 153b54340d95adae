import type { z } from 'zod';
import type { EvaluationResult, FoldResult } from '../../shared/domain.ts';
import type { RecordedEvent } from '../../shared/events.ts';
import { eventSchema } from '../../shared/events-schema.ts';
import type { FactRow } from './chain.ts';
import type { Fact } from './record.ts';
import { evaluationResultSchema, foldResultSchema } from './result-schema.ts';

/** A fact as the texts of its row. */
export function encodeFact({ event, result }: Fact): FactRow {
  return {
    sequence: event.sequence,
    event: JSON.stringify(event),
    result: result === undefined ? null : JSON.stringify(withText(result)),
  };
}

/**
 * Reads a row back.
 *
 * @throws ZodError, SyntaxError where it is nothing that this program writes
 */
export function decodeFact({ event: eventText, result: resultText }: FactRow): Fact {
  const event = checked<RecordedEvent>(eventSchema, eventText);
  if (resultText === null) return { event };
  if (event.type === 'fold.completed') {
    return { event, result: checked<FoldResult>(foldResultSchema, resultText) };
  }
  const result = checked<WithText<EvaluationResult>>(evaluationResultSchema, resultText);
  const predicted = new Uint8Array(Buffer.from(result.predicted, 'base64'));
  return { event, result: { ...result, predicted } };
}

type WithText<Result> = Result extends EvaluationResult
  ? Omit<Result, 'predicted'> & { readonly predicted: string }
  : Result;

/** JSON has no bytes: predictions are written as base64. */
function withText(result: FoldResult | EvaluationResult): object {
  if (!('predicted' in result)) return result;
  return { ...result, predicted: Buffer.from(result.predicted).toString('base64') };
}

/** What was written is what is read, with its keys in the same order. */
function checked<Kind>(schema: z.ZodType, text: string): Kind {
  const json: unknown = JSON.parse(text);
  schema.parse(json);
  return json as Kind;
}
