import { dieAtEachWriteOf, journeys } from '../../support/deaths.ts';

await dieAtEachWriteOf(journeys.thirdJoins, { every: 1 });
