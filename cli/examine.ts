import { FoldwiseError } from '../shared/errors.ts';
import { currentHost } from '../worker/engine/platform.ts';
import { findEngine } from '../worker/engine/selection.ts';
import type { Context } from './context.ts';
import type { Check } from './doctor/check.ts';
import { checkData } from './doctor/data.ts';
import { checkEngineAndDevices } from './doctor/engine.ts';
import { checkNode, checkPlatform, checkThreads } from './doctor/machine.ts';
import { formatChecks } from './doctor/print.ts';
import { checkCompiler, checkNatsServer, checkPip } from './doctor/tools.ts';
import { paintFor } from './terminal.ts';

export interface DoctorFlags {
  readonly data?: string;
  readonly json?: boolean;
}

/** Runs every check and prints what it found. @throws FoldwiseError where one failed */
export async function examine(
  { data, json = false }: DoctorFlags,
  context: Context,
): Promise<void> {
  const checks = await runChecks(data, context.signal);
  const { stdout } = context;
  stdout.write(json ? formatJson(checks) : formatChecks(checks, paintFor(stdout)));
  const failed = checks.filter(({ status }) => status === 'error').map(({ name }) => name);
  if (failed.length > 0) throw new FoldwiseError(`to be mended: ${failed.join('; ')}`);
}

async function runChecks(data: string | undefined, signal: AbortSignal): Promise<Check[]> {
  const engine = findEngine();
  const needs = { isEngineReady: engine.kind === 'ready', signal };
  return [
    checkNode(),
    checkPlatform(currentHost(), engine),
    await checkPip(needs),
    await checkCompiler(needs),
    ...(await checkEngineAndDevices(engine, signal)),
    checkThreads(),
    ...(await checkData(data)),
    await checkNatsServer(signal),
  ];
}

function formatJson(checks: readonly Check[]): string {
  const isOk = checks.every(({ status }) => status !== 'error');
  return `${JSON.stringify({ schema: 1, ok: isOk, checks }, undefined, 2)}\n`;
}
