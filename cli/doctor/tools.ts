import { runTool } from '../../worker/engine/tool.ts';
import { findNatsServer } from '../nats/server.ts';
import type { Check } from './check.ts';

interface ToolOptions {
  /** Without it no engine can be installed: an error only while there is none. */
  readonly isEngineReady: boolean;
  readonly signal: AbortSignal;
}

export async function checkPip({ isEngineReady, signal }: ToolOptions): Promise<Check> {
  const name = 'python3, pip';
  const status = isEngineReady ? 'warning' : 'error';
  const remedy =
    'Needed to install an engine: "apt-get install python3-pip", ' +
    'or "foldwise engine install --libtensorflow DIR".';
  const result = await runTool({ file: 'python3', args: ['-m', 'pip', '--version'], signal });
  if (result.kind === 'missing') return { name, status, detail: 'python3 not found', remedy };
  if (result.exitCode !== 0) return { name, status, detail: 'python3 has no pip', remedy };
  const [, pip = '?', python = '?'] = /^pip (\S+).*\(python (\S+)\)/.exec(result.stdout) ?? [];
  const [major = 0, minor = 0] = pip.split('.').map(Number);
  const detail = `Python ${python}, pip ${pip}`;
  if (major > 20 || (major === 20 && minor >= 3)) return { name, status: 'ok', detail };
  return { name, status, detail, remedy: 'pip 20.3 or newer is needed to install an engine.' };
}

export async function checkCompiler({ isEngineReady, signal }: ToolOptions): Promise<Check> {
  const name = 'g++';
  const result = await runTool({ file: 'g++', args: ['-dumpfullversion', '-dumpversion'], signal });
  if (result.kind === 'ended' && result.exitCode === 0) {
    return { name, status: 'ok', detail: result.stdout.trim() };
  }
  return {
    name,
    status: isEngineReady ? 'warning' : 'error',
    detail: result.kind === 'missing' ? 'not found' : 'does not run',
    remedy: 'Needed to install an engine: "apt-get install g++".',
  };
}

export async function checkNatsServer(signal: AbortSignal): Promise<Check> {
  const name = 'nats-server';
  const file = findNatsServer(process.env) ?? name;
  const result = await runTool({ file, args: ['--version'], signal });
  if (result.kind === 'ended' && result.exitCode === 0) {
    return { name, status: 'ok', detail: result.stdout.trim().replace(/^nats-server: /, '') };
  }
  return {
    name,
    status: 'warning',
    detail: result.kind === 'missing' ? 'not found' : 'does not run',
    remedy:
      'Optional: with it, "foldwise watch" and other programs can follow "foldwise train". ' +
      'Debian, Ubuntu: "apt-get install nats-server"; others: https://github.com/nats-io/nats-server/releases',
  };
}
