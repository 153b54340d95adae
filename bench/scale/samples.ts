import { z } from 'zod';

const number = z.number();
const milliseconds = z.array(number);

export const samplesSchema = z.strictObject({
  /** From a greeting, or from a fold's result, being sent to the next assignment's arrival. */
  sinceSent: milliseconds,
  /** From the acknowledgement of a fold's result to the next assignment. */
  sinceAcknowledged: milliseconds,
  /** From a fold's result being sent to its acknowledgement: it is on the disk by then. */
  acknowledgements: milliseconds,
  /** From a heartbeat to its answer. */
  heartbeats: milliseconds,
  /** All but those to which the end of the run came first. */
  heartbeatsSent: number,
  /** Connections that broke before the run was done; their workers came back. */
  sessionsLost: number,
  uploadsInterrupted: number,
  /** Attempts that the coordinator took back. */
  cancelled: number,
  /** How late the workers' own process was to what it had to do, at the 99th percentile. */
  ownDelayMs: number,
  /** From the first greeting to the end of the last worker. */
  seconds: number,
  /** Processor time of the workers' own process in these seconds. */
  processorSeconds: number,
});

/** What simulated workers have measured, in milliseconds. */
export type Samples = z.infer<typeof samplesSchema>;

export const noSamples = (): Samples => ({
  ...{ sinceSent: [], sinceAcknowledged: [], acknowledgements: [], heartbeats: [] },
  ...{
    heartbeatsSent: 0,
    sessionsLost: 0,
    uploadsInterrupted: 0,
    cancelled: 0,
    ownDelayMs: 0,
    processorSeconds: 0,
    seconds: 0,
  },
});
