// What is known of the stores, asked again now and then: quickly while something runs, not at all while nobody looks.
import { Poll } from "@lumino/polling";
import { Signal } from "@lumino/signaling";
import * as api from "./api";
import type { JobState, StoreState } from "./server";

const BUSY_MILLISECONDS = 1000;

export class Known {
  readonly changed = new Signal<this, void>(this);
  /** Null until the server answered, and where it does not. */
  stores: readonly StoreState[] | null = null;
  asked = false;
  private readonly poll: Poll;
  private seconds = 5;

  constructor() {
    this.poll = new Poll({
      name: "campaign-workbench:stores",
      factory: () => this.look(),
      frequency: { interval: this.seconds * 1000, backoff: true, max: 60_000 },
      standby: "when-hidden",
    });
  }

  /** Look again at once. */
  refresh(): void {
    void this.poll.refresh();
  }

  /** Wait until the server was asked once. */
  async settled(): Promise<void> {
    while (!this.asked) await this.poll.tick;
  }

  set pollSeconds(seconds: number) {
    this.seconds = seconds;
    this.pace();
  }

  /** Jobs that have not ended, of all stores. */
  get working(): readonly JobState[] {
    return (this.stores ?? []).flatMap((store) => store.jobs.filter(atWork));
  }

  private async look(): Promise<void> {
    const before = JSON.stringify(this.stores);
    this.stores = await api.stores();
    if (!this.asked || JSON.stringify(this.stores) !== before) {
      this.asked = true;
      this.changed.emit();
    }
    this.pace();
  }

  private pace(): void {
    const interval = this.working.length ? Math.min(BUSY_MILLISECONDS, this.seconds * 1000) : this.seconds * 1000;
    if (this.poll.frequency.interval !== interval) this.poll.frequency = { ...this.poll.frequency, interval };
  }
}

export function atWork(job: JobState): boolean {
  return job.state === "running" || job.state === "stopping";
}
