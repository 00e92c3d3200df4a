import type { StateValue } from '@aws-sdk/client-cloudwatch';
import type { AlarmIdentifier } from '@aws-sdk/client-route-53';
import type { Timer } from '../../../clock.ts';
import type { World } from '../../../world.ts';
import { evaluate } from '../../cloudwatch/alarms/evaluate.ts';
import { type Alarm, cloudwatchHome } from '../../cloudwatch/state.ts';

const MINUTE_MS = 60_000;
/** From the end of a minute until its data are looked at, as alarms do it. Assumed: AWS gives no figure. */
const SETTLING_MS = 5_000;

/**
 * What Route 53 makes of the data that a CloudWatch alarm watches: the alarm's settings as they were when the health check
 * was made or last changed, and the metric itself. The alarm's own state is not asked, so SetAlarmState changes nothing.
 *
 * Bounds  an evaluation a minute; without the alarm, without data, and while its Region is dark: INSUFFICIENT_DATA
 * Source  docs.aws.amazon.com/Route53/latest/DeveloperGuide/dns-failover-determining-health-of-endpoints.html, "that
 *         monitor CloudWatch alarms"; "health-checks-creating-values", on alarms whose settings change
 */
export class AlarmStream {
  state: StateValue = 'INSUFFICIENT_DATA';
  /** The last state that told anything. */
  lastKnown: StateValue = 'OK';
  readonly #world: World;
  readonly #account: string;
  readonly #region: string;
  readonly #alarm: Alarm | undefined;
  readonly #onChange: () => void;
  #timer: Timer | undefined;

  constructor(world: World, account: string, { Region, Name = '' }: AlarmIdentifier, onChange: () => void) {
    this.#world = world;
    this.#account = account;
    this.#region = Region ?? '';
    this.#onChange = onChange;
    const { alarms } = this.#cloudwatch;
    const alarm = alarms.get(Name);
    this.#alarm = alarm && { ...alarm };
    this.#again();
  }

  end(): void {
    this.#timer?.cancel();
  }

  get #cloudwatch() {
    return this.#world.state(cloudwatchHome, { account: this.#account, region: this.#region });
  }

  #again(): void {
    const { clock } = this.#world;
    const settledMs = clock.nowMs() - SETTLING_MS;
    this.#timer = clock.at(settledMs - (settledMs % MINUTE_MS) + MINUTE_MS + SETTLING_MS, () => {
      this.#look();
      this.#again();
    });
  }

  #look(): void {
    const before = this.state;
    this.state = this.#evaluated();
    if (this.state !== 'INSUFFICIENT_DATA') this.lastKnown = this.state;
    if (this.state !== before) this.#onChange();
  }

  #evaluated(): StateValue {
    if (this.#alarm === undefined || this.#world.outages.isDark(this.#region)) return 'INSUFFICIENT_DATA';
    const alarm: Alarm = { ...this.#alarm, state: { ...this.#alarm.state, value: this.state } };
    return evaluate(this.#cloudwatch, alarm, this.#world.clock.nowMs())?.value ?? this.state;
  }
}
