import { z } from 'zod';

/** What the program of the simulated workers is told, as JSON in its one argument. */
export const crowdSettingsSchema = z.strictObject({
  /** HOST:PORT */
  coordinator: z.string(),
  /** The folder of the run's data; only labels are used. */
  data: z.string(),
  /** Takes what stands in for models. */
  temporary: z.string(),
  workers: z.number(),
  /** They come one after the other, all within this time. */
  arriveWithinMs: z.number(),
  trainMs: z.number(),
});

export type CrowdSettings = z.infer<typeof crowdSettingsSchema>;
