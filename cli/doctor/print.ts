import type { Paint, Style } from '../terminal.ts';
import type { Check } from './check.ts';

const STYLES: Readonly<Record<Check['status'], Style>> = {
  ok: 'green',
  warning: 'yellow',
  error: ['red', 'bold'],
};

/** One line each, and under it what to do: status, name and what was found, in columns. */
export function formatChecks(checks: readonly Check[], paint: Paint): string {
  const statusWidth = Math.max(...checks.map(({ status }) => status.length));
  const nameWidth = Math.max(...checks.map(({ name }) => name.length));
  const margin = ' '.repeat(statusWidth + nameWidth + 4);
  const indent = (text: string): string => text.replaceAll('\n', `\n${margin}`);
  const lines = checks.flatMap(({ status, name, detail, remedy }) => [
    `${paint(STYLES[status], status.padEnd(statusWidth))}  ${name.padEnd(nameWidth)}  ${indent(detail)}`,
    ...(remedy === undefined ? [] : [`${margin}${paint('dim', indent(remedy))}`]),
  ]);
  return `${lines.join('\n')}\n`;
}
