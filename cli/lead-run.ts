import path from 'node:path';
import type { Logger } from 'pino';
import type { Report } from '../coordinator/report/report-schema.ts';
import { renderSummary } from '../coordinator/report/summary-table.ts';
import type { RunRecord } from '../coordinator/record/record.ts';
import type { CoordinatorOptions } from '../coordinator/options.ts';
import { runCoordinator } from '../coordinator/run.ts';
import type { ServerAccess } from '../coordinator/server.ts';
import type { Limits } from '../coordinator/scheduler/state.ts';
import type { RecordedEvent } from '../shared/events.ts';
import type { Address } from './address.ts';
import type { Context } from './context.ts';
import { Interruption } from './interruption.ts';
import { openPublisher } from './nats/publisher.ts';
import type { NatsTarget } from './nats/target.ts';
import type { PreparedRun } from './prepare-run.ts';
import type { Display } from './progress/display.ts';
import { shortest } from './shown-path.ts';
import { settingsLines } from './settings-lines.ts';
import { hasColors, paintFor } from './terminal.ts';

export interface LeadOptions {
  readonly prepared: PreparedRun;
  /** Of this run; of no facts where it begins. */
  readonly record: RunRecord;
  readonly limits: Partial<Limits>;
  readonly listen: Address;
  /** Who may connect. */
  readonly access: ServerAccess;
  /** False where the workers are started by others. */
  readonly hasOwnWorkers: boolean;
  /** Where progress is published. */
  readonly nats: NatsTarget;
  readonly env: Context['env'];
  readonly log: Logger;
  readonly display: Display;
  /** Aborted, with the reason, when the run shall end early. */
  readonly signal: AbortSignal;
  readonly onEvent: (event: RecordedEvent) => void;
  readonly onListening: CoordinatorOptions['onListening'];
}

/** Leads a prepared run to its report, showing how it goes. */
export async function leadRun(options: LeadOptions): Promise<Report> {
  const { prepared, record, display, signal, onEvent } = options;
  const { plan, outDir, network, workers, gpus } = prepared;
  const own = options.hasOwnWorkers ? { workers, gpus } : {};
  for (const line of settingsLines({ plan, outDir, ...(network && { network }), ...own }))
    display.note(line);
  let outcome: 'finished' | 'stopped' = 'stopped';
  const publisher = openPublisher({
    ...{ target: options.nats, env: options.env, signal, logDir: path.join(outDir, 'logs') },
    ...{ onNote: display.note, onWarning: display.alert, record },
  });
  const tellStopping = (): void => {
    if (isInterrupt(signal.reason)) display.note('Stopping; press Ctrl-C again to stop at once');
  };
  signal.addEventListener('abort', tellStopping);
  for (const { event } of record.facts) {
    display.replay(event);
    if (event.sequence > publisher.delivered) publisher.send(event);
  }
  try {
    const report = await runCoordinator({
      ...prepared,
      ...{ record, limits: options.limits, log: options.log, signal, onAlert: display.alert },
      ...{ listen: options.listen, access: options.access, onListening: options.onListening },
      hasOwnWorkers: options.hasOwnWorkers,
      onEvent: (event) => {
        display.event(event);
        publisher.send(event);
        onEvent(event);
        if (event.type === 'run.finished') signal.removeEventListener('abort', tellStopping);
      },
    });
    outcome = 'finished';
    return report;
  } finally {
    signal.removeEventListener('abort', tellStopping);
    await publisher.close(outcome);
    display.close(outcome);
  }
}

const isInterrupt = (reason: unknown): boolean =>
  reason instanceof Interruption && reason.signalName === 'SIGINT';

/** Prints the result, in the form that was asked for. */
export function printResult(
  { report, outDir }: { readonly report: Report; readonly outDir: string },
  { isJson, isQuiet }: { readonly isJson: boolean; readonly isQuiet: boolean },
  { stdout }: Context,
): void {
  if (isJson) return;
  const page = shortest(path.join(outDir, 'report.html'));
  if (isQuiet) {
    stdout.write(`${page}\n`);
    return;
  }
  const summary = renderSummary(report, { color: hasColors(stdout) });
  stdout.write(`\n${summary.trimEnd()}\n\nReport: ${paintFor(stdout)('bold', page)}\n`);
}
