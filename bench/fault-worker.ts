import { faults } from '../local/faults/catalog.ts';
import { heldAgainst, heldAgainstAlone } from '../local/faults/promises.ts';
import { tryOut } from '../local/faults/try-out.ts';
import { workOff } from '../local/processes.ts';
import type { Answer, Job } from './fault-jobs.ts';

async function tried(job: Job): Promise<Answer> {
  const { row, seed, alone } = job;
  const fault = faults.find((candidate) => candidate.row === row);
  if (fault === undefined) return { job, failed: `no fault is in row ${row}` };
  const beganMs = performance.now();
  try {
    const course = await tryOut(fault, { seed, alone });
    const held = alone ? heldAgainstAlone(course) : heldAgainst(fault, course);
    return { tried: { ...job, course, held, wallMs: performance.now() - beganMs } };
  } catch (error) {
    return { job, failed: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}

workOff(tried);
