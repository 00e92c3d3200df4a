import { dieAtEachWriteOf, journeys } from '../../support/deaths.ts';

await dieAtEachWriteOf(journeys.firstJoins, { every: 3 });
