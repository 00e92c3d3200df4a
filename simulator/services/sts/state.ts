/** STS remembers nothing of its own: sessions are the world's, roles are IAM's. */
export type StsState = Record<never, never>;
