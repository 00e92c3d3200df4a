import type { AwsServices, ServiceName } from '../../../control-plane/model/aws-call.ts';

/** What every client is made with. */
export interface ClientOptions {
  readonly region: string;
  readonly maxAttempts: number;
  readonly requestHandler: {
    connectionTimeout: number;
    requestTimeout: number;
    /** Without it the SDK only warns of a request that has had its time, and waits on. */
    throwOnRequestTimeout: true;
    /** Of an answer that has begun, and comes no further. */
    socketTimeout: number;
  };
  readonly endpoint?: string;
  readonly credentials?: { accessKeyId: string; secretAccessKey: string; sessionToken?: string };
}

export interface Client {
  /** Of the service's own commands: which one, only the table that it is taken from can tell. */
  send(command: never): Promise<unknown>;
}
type Command = new (input: never) => object;

/** By the service's own methods: one that it does not have is refused by the compiler. */
export type CommandsOf<S extends ServiceName> = { readonly [M in keyof AwsServices[S]]?: Command };

/** One service, as far as it is called: a bundle holds these commands and none of the service's others. */
export interface ServiceCommands {
  readonly client: new (options: ClientOptions) => Client;
  readonly commands: Readonly<Record<string, Command>>;
}
export type CommandTables = Readonly<Partial<Record<ServiceName, () => Promise<ServiceCommands>>>>;

/** What control plane and handlers call. Loaded when first called: a function that never touches EC2 does not pay for EC2's client. */
export const commandTables: CommandTables = {
  acm: () => import('./acm.ts'),
  'api-gateway': () => import('./api-gateway.ts'),
  cloudwatch: () => import('./cloudwatch.ts'),
  'cloudwatch-logs': () => import('./cloudwatch-logs.ts'),
  dynamodb: () => import('./dynamodb.ts'),
  ec2: () => import('./ec2.ts'),
  eventbridge: () => import('./eventbridge.ts'),
  lambda: () => import('./lambda.ts'),
  'route-53': () => import('./route-53.ts'),
  sfn: () => import('./sfn.ts'),
  sns: () => import('./sns.ts'),
  sts: () => import('./sts.ts'),
};
