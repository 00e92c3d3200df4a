import { describe, expect, test } from 'vitest';
import { nextAfter } from '../../cli/commands/takeover.ts';

const HOME = 'us-east-1';

describe('what is left to do after a takeover', () => {
  // biome-ignore format: a table is read down its columns
  test.for([
    { fleets: ['payments'],           already: [],                     isTaken: true,  isRunning: false, says: 'Nothing runs yet',             deploys: true,  why: 'it was taken just now' },
    { fleets: ['payments'],           already: ['payments'],           isTaken: true,  isRunning: false, says: 'Nothing runs yet',             deploys: true,  why: 'somebody was interrupted before the deployment' },
    { fleets: ['payments', 'orders'], already: ['payments', 'orders'], isTaken: true,  isRunning: true,  says: 'Nothing was changed',          deploys: false, why: 'all of it is done' },
    { fleets: ['payments', 'orders'], already: ['payments', 'orders'], isTaken: false, isRunning: true,  says: 'Nothing was changed',          deploys: false, why: 'it is home, and has a standby to lose' },
    { fleets: ['payments', 'orders'], already: ['payments', 'orders'], isTaken: false, isRunning: false, says: 'Nothing was changed',          deploys: false, why: 'it is home, and was not deployed yet: with its standby, then' },
    { fleets: ['payments', 'orders'], already: ['payments'],           isTaken: true,  isRunning: true,  says: 'control plane runs there already', deploys: false, why: 'one fleet more came to where others are at home' },
  ])('$says: $why', ({ fleets, already, isTaken, isRunning, says, deploys }) => {
    const told = nextAfter({ fleets, already, was: [], stopped: [], notStopped: [] }, HOME, { isTaken, isRunning }).join('\n');
    expect(told).toContain(says);
    expect(told.includes('deploy --home'), told).toBe(deploys);
  });
});
