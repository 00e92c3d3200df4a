import { z } from 'zod';

/** What `doctor --output json` answers. */
export const Report = z.object({
  problems: z.number(),
  findings: z.array(
    z.object({
      check: z.string(),
      where: z.string(),
      level: z.string(),
      says: z.string(),
      remedy: z.string().optional(),
    }),
  ),
});
