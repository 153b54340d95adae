import type { Surroundings } from './surroundings.ts';
import type { World } from './world.ts';

/**
 * Uploads and downloads: calls of their own, beside the session. They are checked when they arrive,
 * take time, and may be answered by nobody.
 */
export function transferring(world: World): Pick<Surroundings, 'upload' | 'fetch'> {
  const { clock, chance, storage } = world;
  const latencyMs = (): number => chance.between(0.5, 3) * world.weather.latencyMs;
  return {
    upload: (worker, id, content, answer) => {
      let isAnswered = false;
      const reply = (said: Parameters<typeof answer>[0]): void => {
        if (isAnswered) return;
        isAnswered = true;
        clock.after(latencyMs(), () => answer(said));
      };
      // Whoever is not answered gives up in the end.
      clock.after(1500, () => reply('unavailable'));
      clock.after(latencyMs(), () => {
        const { life } = world;
        if (life === null) return reply('unavailable');
        if (!life.loop.isLive(worker, id)) return reply('aborted');
        clock.after(latencyMs(), () => {
          if (!life.isAlive()) return;
          if ('model' in content) {
            storage.stage(id.fold, id.attempt, content.model);
            if (!chance.happens(world.weather.loss)) reply('stored');
            return;
          }
          const { checkpoint } = content;
          storage.store(id.fold, checkpoint, content.content);
          const event = { type: 'checkpointStored', worker, id, checkpoint } as const;
          void life.loop
            .dispatch({ ...event, nowMs: life.nowMs() })
            .then(() => life.isAlive() && reply('stored'));
        });
      });
    },
    fetch: (fold, digest, answer) => {
      clock.after(latencyMs(), () => {
        const isThere = world.life !== null && !chance.happens(world.weather.loss);
        const content = isThere ? storage.fetch(fold, digest) : 'unavailable';
        clock.after(latencyMs(), () => answer(content));
      });
    },
  };
}
