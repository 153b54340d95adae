import {
  type CudaReport,
  describeUnresolved,
  foreign,
  unresolved,
} from '../../worker/engine/cuda/report.ts';
import type { Check } from './check.ts';

const name = 'cuda';
const INSTALL = 'Run "foldwise engine install --gpu"';

/** Whether the GPU engine's own libraries are whole: tells them from a missing driver. */
export function checkCuda(report: CudaReport | undefined, libraryPath: string | undefined): Check {
  if (!report) {
    const detail = 'not known: an older release made this engine';
    return { name, status: 'warning', detail, remedy: `${INSTALL}.` };
  }
  const path = libraryPath ? `LD_LIBRARY_PATH (${libraryPath})` : '';
  const missing = unresolved(report);
  if (missing.length > 0) {
    const also = path && `, and look at ${path}: it goes before the engine's own folders`;
    return {
      name,
      status: 'error',
      detail: describeUnresolved(missing),
      remedy: `${INSTALL}${also}.`,
    };
  }
  const [other] = foreign(report);
  if (other) {
    const detail = `${other.name} comes from ${other.origin}, not from the engine`;
    const remedy = `Unset ${path || 'LD_LIBRARY_PATH'}, unless you want these libraries.`;
    return { name, status: 'warning', detail, remedy };
  }
  const count = new Set(report.libraries.map((library) => library.name)).size;
  return { name, status: 'ok', detail: `${count} libraries and tools, all of them found` };
}
