import { lambda, loop, type Machine, refused, WITH_RUN } from './states.ts';

/**
 * Joins a Region: admits it, brings everything that concerns it to what is declared, proves it, lets traffic in.
 *
 * Input   { fleet, region, role?, cidr?, vpc?, certificateArn? }
 * Output  { outcome: 'joined', ids, rounds, reads, writes, seconds }
 * Bounds  3 hours; a private custom domain and its access association take half an hour of it
 * Faults  Fault.Rejected before anything is changed; otherwise every one ends in Record
 */
export const onboardRegion: Machine = {
  Comment: 'Joins a Region to a fleet',
  QueryLanguage: 'JSONata',
  StartAt: 'Admit',
  TimeoutSeconds: 10_800,
  States: {
    Admit: lambda('admit-member', { next: 'Look', onFailure: 'Refused', payload: WITH_RUN }),
    ...loop(),
    Refused: refused,
  },
};
