import type { Route53 } from '@aws-sdk/client-route-53';
import { AwsError } from '../../aws-error.ts';
import type { Operations } from '../../service.ts';
import { bareId, changeInfo } from './answers.ts';
import type { Route53State } from './state.ts';

export const changeOperations: Operations<Route53, Route53State> = {
  GetChange({ Id }, { state, nowMs }) {
    const change = state.changes.get(bareId(Id));
    if (change === undefined) throw new AwsError('NoSuchChange', `Could not find resource with ID: ${bareId(Id)}`);
    return { ChangeInfo: changeInfo(change, nowMs) };
  },
};
