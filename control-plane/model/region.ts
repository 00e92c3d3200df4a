/** 'eu-west-1' */
export type Region = string;

/** Route 53's control plane, and IAM's, live here whatever they manage. */
export const GLOBAL_REGION: Region = 'us-east-1';
