import { workOff } from '../local/processes.ts';
import type { WorldAnswer, WorldJob } from './jobs.ts';
import { play } from './play.ts';
import { scheduleOf } from './schedule.ts';

async function played({ seed, options }: WorldJob): Promise<WorldAnswer> {
  try {
    return { played: await play(scheduleOf(seed, options)) };
  } catch (error) {
    return { seed, failed: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}

workOff(played);
