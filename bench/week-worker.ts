import { workOff } from './processes.ts';
import { playWeek } from './week-world.ts';

workOff(playWeek);
