import { z } from 'zod';
import { describeSpecification, specificationIn, specificationOf } from '../model/api-document.ts';
import { readOrAbsent, write, writeUnlessAbsent } from '../model/aws-call.ts';
import { difference, missing } from '../model/drift.ts';
import { markOf } from '../model/ownership.ts';
import { ref } from '../model/reference.ts';
import { keyOf } from '../model/target.ts';
import type { Kind } from './kind.ts';
import { findRestApi, overwriteApi, Parts, partsOf } from './member-api.ts';
import { memberTarget, servingMembers } from './member-target.ts';
import { apiGatewayArn, ownedByAFleet, passes } from './permission-scopes.ts';

/** The stage variable that says which specification is deployed, so that one GetStages tells. */
const SPECIFICATION = 'landbridgeSpecification';

const Desired = z.object({
  restApiId: z.string(),
  stageName: z.string(),
  /** What the API has now; it is never deployed while it differs from what is declared. */
  specification: z.string(),
  parts: Parts,
});

type Desired = z.infer<typeof Desired>;

export interface ObservedStage {
  readonly restApiId: string;
  readonly stageName: string;
  readonly deploymentId: string;
  /** The fleet made the deployment that the stage points to. */
  readonly isOurs: boolean;
  readonly specification: string | undefined;
}

/**
 * What callers of one Region get: the stage, and the deployment it points to.
 *
 * A deployment publishes everything that is pending in an API, a stranger's edits too, and so does ours. So where
 * there is no stage (the API is new, and empty, or somebody took its stage away) or somebody else deployed, the API is
 * overwritten first and deployed then.
 *
 * Desired   the API's specification, deployed by us
 * Observed  the deployment and the specification it was made from. A deployment that the journal does not know is
 *           asked for its description: it is ours if it says so (we died before it was noted), else a stranger's
 * Faults    Throttled (one deployment per 5 s)
 * Source    docs.aws.amazon.com/apigateway/latest/developerguide/how-to-deploy-api.html
 */
export const stage: Kind<Desired, ObservedStage> = {
  name: 'stage',
  dependsOn: ['rest-api'],
  desired: Desired,
  permissions: {
    read: [
      {
        actions: ['apigateway:GET'],
        resources: ['/restapis', '/restapis/*/stages', '/restapis/*/deployments/*'].map(apiGatewayArn),
      },
    ],
    write: [
      // The API is overwritten first where somebody else deployed.
      { actions: ['apigateway:PUT'], resources: [apiGatewayArn('/restapis/*')], conditions: ownedByAFleet },
      { actions: ['apigateway:UpdateRestApiPolicy'], resources: [apiGatewayArn('/restapis/*')] },
      passes(['landbridge-*-invoke'], 'apigateway.amazonaws.com'),
      { actions: ['apigateway:POST'], resources: [apiGatewayArn('/restapis/*/deployments')] },
      { actions: ['apigateway:DELETE'], resources: [apiGatewayArn('/restapis/*/stages/*')] },
    ],
  },

  *targets(declared) {
    const parts = partsOf(declared);
    for (const { region } of servingMembers(declared))
      yield memberTarget<Desired>('stage', region, {
        restApiId: ref('rest-api', region, 'id'),
        stageName: declared.fleet.api.stage,
        specification: ref('rest-api', region, 'specification'),
        parts: parts(region),
      });
  },

  *survey(place) {
    const { region, declared } = place;
    const api = yield* findRestApi(place);
    if (api?.id === undefined) return new Map();
    const restApiId = api.id;
    const stages = yield* readOrAbsent(region, 'api-gateway', 'getStages', { restApiId });
    const found = stages?.item?.find(({ stageName }) => stageName === declared.fleet.api.stage);
    if (found?.stageName === undefined || found.deploymentId === undefined) return new Map();
    const { stageName, deploymentId } = found;
    const key = keyOf('stage', region);
    if (deploymentId === place.known(key)) {
      const specification = found.variables?.[SPECIFICATION];
      return new Map([[region, { restApiId, stageName, deploymentId, isOurs: true, specification }]]);
    }
    const deployment = yield* readOrAbsent(region, 'api-gateway', 'getDeployment', { restApiId, deploymentId });
    const specification = specificationIn(deployment?.description, markOf(declared.fleet.name, key));
    const isOurs = specification !== undefined;
    return new Map([[region, { restApiId, stageName, deploymentId, isOurs, specification }]]);
  },

  attributes: ({ isOurs, deploymentId, stageName }) => ({ name: stageName, ...(isOurs && { id: deploymentId }) }),

  diff({ stageName, specification }, observed) {
    if (observed === undefined) return missing(stageName);
    if (observed.isOurs) return difference('specification', specification, observed.specification, 'risk');
    return difference('deploymentId', 'one of ours', observed.deploymentId, 'outage');
  },

  *apply({ desired, observed, place, key }) {
    const { restApiId, stageName, parts } = desired;
    const isSuspect = observed === undefined || !observed.isOurs;
    if (isSuspect) yield* overwriteApi(place, restApiId, parts);
    const specification = isSuspect ? specificationOf(parts) : desired.specification;
    const made = yield* write(place.region, 'api-gateway', 'createDeployment', {
      restApiId,
      stageName, // makes the stage, or points it here
      description: describeSpecification(markOf(place.declared.fleet.name, key), specification),
      variables: { [SPECIFICATION]: specification },
    });
    if (made.id !== undefined) return { id: made.id };
  },

  *remove({ observed: { restApiId, stageName }, place }) {
    yield* writeUnlessAbsent(place.region, 'api-gateway', 'deleteStage', { restApiId, stageName });
  },
};
