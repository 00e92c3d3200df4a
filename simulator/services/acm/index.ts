import type { ACM } from '@aws-sdk/client-acm';
import type { Service } from '../../service.ts';
import { type AcmState, newAcmState } from './state.ts';

export const acm: Service<ACM, AcmState> = {
  name: 'acm',
  eventSource: 'acm.amazonaws.com',
  scope: 'regional',
  newState: newAcmState,
  operations: {},
};
