import { workOff } from '../local/processes.ts';
import { playHours } from './hours-world.ts';

workOff(playHours);
