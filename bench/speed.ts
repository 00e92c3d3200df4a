import { emptyMesh, REGIONS } from './growing-fleet.ts';
import type { Bench } from './report.ts';

const MEMBERS = 5;
const AN_HOUR_MS = 3_600_000;
const MEASURED_HOURS = 12;

/** How fast a settled fleet lives on in virtual time, looked at as a whole once a minute. For later, when days are played. */
export const speed: Bench = {
  name: 'speed',
  about: `simulated hours a minute, ${MEMBERS} settled members swept every minute`,
  async run(tell) {
    const bed = await emptyMesh();
    tell(`joining ${MEMBERS} Regions`);
    await bed.join(...REGIONS.slice(0, MEMBERS));
    await bed.clock.runFor(AN_HOUR_MS);
    tell(`${MEASURED_HOURS} simulated hours`);
    let calls = 0;
    bed.world.watchers.add(() => {
      calls += 1;
    });
    const beganMs = performance.now();
    await bed.clock.runFor(MEASURED_HOURS * AN_HOUR_MS);
    const wallMs = performance.now() - beganMs;
    return {
      figures: [
        { figure: 'simulated hours', measured: (MEASURED_HOURS * 60_000) / wallMs, unit: 'a minute' },
        { figure: 'calls to the simulated AWS', measured: (calls * 1_000) / wallMs, unit: 'a second' },
        { figure: 'one swept minute', measured: wallMs / (MEASURED_HOURS * 60), unit: 'ms', bound: { atMost: 50 } },
      ],
      breakdowns: [],
    };
  },
};
