import { workOff } from '../local/processes.ts';
import { playWeek } from './week-world.ts';

workOff(playWeek);
