import { dieAtEachWriteOf, journeys } from '../../support/deaths.ts';

await dieAtEachWriteOf(journeys.oneLeaves, { every: 3 });
