import type { FetchEvent } from '../../shared/data/fetch/fetch-file.ts';
import { openLiveRegion } from '../progress/live-region.ts';

/** What a user sees of a download. */
export interface FetchDisplay {
  readonly show: (event: FetchEvent) => void;
  readonly note: (line: string) => void;
  readonly close: () => void;
}

interface DisplayOptions {
  /** A terminal, whose last line is drawn over and over. */
  readonly isLive: boolean;
  readonly nowMs: () => number;
}

const DRAW_EVERY_MS = 100;
/** Elsewhere a line is written whenever another such share has arrived. */
const QUARTERS = 4;

/** Shows how much of each file has arrived: live on a terminal, a few lines elsewhere. */
export function openFetchDisplay(
  stream: NodeJS.WriteStream,
  { isLive, nowMs }: DisplayOptions,
): FetchDisplay {
  return isLive ? openLive(stream, nowMs) : openPlain(stream);
}

function openLive(stream: NodeJS.WriteStream, nowMs: () => number): FetchDisplay {
  const region = openLiveRegion(stream);
  let pace = { startMs: 0, startBytes: 0, drawnMs: -Infinity, isFirst: true };
  return {
    show: (event) => {
      if (event.type !== 'received') {
        if (event.type === 'finished') region.clear();
        if (event.type === 'started') pace = { ...pace, isFirst: true };
        const line = lasting(event);
        if (line !== undefined) region.print(line);
        return;
      }
      const atMs = nowMs();
      if (pace.isFirst) {
        pace = {
          startMs: atMs,
          startBytes: event.receivedBytes,
          drawnMs: -Infinity,
          isFirst: false,
        };
      }
      if (atMs - pace.drawnMs < DRAW_EVERY_MS) return;
      pace.drawnMs = atMs;
      const seconds = (atMs - pace.startMs) / 1000;
      region.draw([receivedLine(event, (event.receivedBytes - pace.startBytes) / seconds)]);
    },
    note: region.print,
    close: region.clear,
  };
}

function openPlain(stream: NodeJS.WriteStream): FetchDisplay {
  const write = (line: string): boolean => stream.write(`${line}\n`);
  let quarters = 0;
  return {
    show: (event) => {
      if (event.type === 'started') quarters = 0;
      if (event.type === 'received') {
        const arrived = Math.floor((QUARTERS * event.receivedBytes) / event.file.sizeBytes);
        if (arrived > quarters && arrived < QUARTERS) write(receivedLine(event, NaN));
        quarters = Math.max(quarters, arrived);
        return;
      }
      if (event.type === 'started') write(`fetching ${event.file.name} from ${event.host}`);
      const line = lasting(event);
      if (line !== undefined) write(line);
    },
    note: write,
    close: () => undefined,
  };
}

/** What stays to be read. */
function lasting(event: Exclude<FetchEvent, { type: 'received' }>): string | undefined {
  const { name, sizeBytes } = event.file;
  switch (event.type) {
    case 'started':
      return undefined;
    case 'kept':
      return `${name} is there already`;
    case 'replaced':
      return `${name} is there, but not as published: fetching it anew`;
    case 'finished':
      return `${name}: ${megabytes(sizeBytes)}, checksums as published`;
    case 'broken':
      return `${name}: ${event.host}: ${event.reason}; trying again`;
  }
}

/** "train-images-idx3-ubyte.gz  12.3 of 26.4 MB  47%  3.1 MB/s" */
function receivedLine(
  { file, receivedBytes }: Extract<FetchEvent, { type: 'received' }>,
  bytesPerSecond: number,
): string {
  const share = Math.floor((100 * receivedBytes) / file.sizeBytes);
  const pace = Number.isFinite(bytesPerSecond) ? `  ${megabytes(bytesPerSecond)}/s` : '';
  return `${file.name}  ${megabytes(receivedBytes)} of ${megabytes(file.sizeBytes)}  ${share}%${pace}`;
}

const megabytes = (sizeBytes: number): string => `${(sizeBytes / 1e6).toFixed(1)} MB`;
