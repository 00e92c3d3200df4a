/** The table that everything Landbridge knows is kept in: in home, and as a replica in every member's Region. */
export const STATE_TABLE = 'landbridge-state';
