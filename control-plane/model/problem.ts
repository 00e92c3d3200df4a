/** Something a person wrote that cannot be used: where it stands, what is wrong with it, and what to do. */
export interface Problem {
  /** 'members.eu-west-1.cidr': the path in the fleet file, or the field of a request. */
  readonly path: string;
  readonly says: string;
  readonly remedy: string;
}

export const problem = (path: string, says: string, remedy: string): Problem => ({ path, says, remedy });
