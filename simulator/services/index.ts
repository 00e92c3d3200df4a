import type { Service } from '../service.ts';
import { acm } from './acm/index.ts';
import { apiGateway } from './api-gateway/index.ts';
import { ec2 } from './ec2/index.ts';
import { lambda } from './lambda/index.ts';
import { route53 } from './route-53/index.ts';

/** Every service of the simulated AWS. */
export const services: readonly Service[] = [acm, apiGateway, ec2, lambda, route53];
