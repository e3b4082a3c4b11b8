// Generated from workbench/server/state.py by `python -m workbench.panels.typescript`; change it there.

/** A table of a store. */
export interface TableState {
  readonly name: string;
  readonly rows: number;
  readonly version: number;
}

/** A run's AUC on its test slice, with its 95 % interval. */
export interface AucState {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** A trained model. */
export interface RunState {
  readonly id: string;
  readonly model: string;
  readonly target: string;
  readonly made: string;
  readonly auc: AucState | null;
  readonly state: string;
}

/** The privacy budget of a store, as its ledger adds it up. */
export interface BudgetState {
  readonly spent: number;
  readonly epsilon: number;
  readonly unit: string;
}

/** A report's page that is still there. */
export interface ReportState {
  readonly path: string;
  readonly audience: string;
  readonly made: string;
}

/** Long work in a subprocess. */
export interface JobState {
  readonly store: string;
  readonly id: string;
  readonly kind: string;
  readonly state: "running" | "stopping" | "done" | "stopped" | "refused" | "lost";
  readonly began: string;
  readonly stage: string;
  readonly share: number | null;
  readonly seconds_left: number | null;
  readonly rate: number;
  readonly unit: string;
  readonly figures: Readonly<Record<string, number | null>>;
  readonly message: string;
  readonly result: Readonly<Record<string, unknown>>;
}

/** One moment of a job. */
export interface UpdateState {
  readonly stage: string;
  readonly done: number;
  readonly total: number | null;
  readonly unit: string;
  readonly seconds: number;
  readonly figures: Readonly<Record<string, number | null>>;
}

/** A store under the server's folder. */
export interface StoreState {
  readonly path: string;
  readonly name: string;
  readonly version: number;
  readonly tables: readonly TableState[];
  readonly last_load: string | null;
  readonly runs: readonly RunState[];
  readonly jobs: readonly JobState[];
  readonly budget: BudgetState | null;
  readonly reports: readonly ReportState[];
  readonly fault: string | null;
}

/** Answer of `GET api/stores`. */
export interface StoresAnswer {
  readonly stores: readonly StoreState[];
}

/** Answer of `GET api/job`; `next` is the number to ask from next time. */
export interface JobAnswer {
  readonly job: JobState;
  readonly updates: readonly UpdateState[];
  readonly next: number;
}

/** Answer of `POST api/stop`. */
export interface StopAnswer {
  readonly job: JobState;
}
