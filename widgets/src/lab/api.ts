// The workbench's routes on the Jupyter server; JupyterLab's own connection brings token and XSRF along.
import { URLExt } from "@jupyterlab/coreutils";
import { ServerConnection } from "@jupyterlab/services";
import type { StopAnswer, StoresAnswer, StoreState } from "./server";

async function ask<Answer>(route: string, init: RequestInit = {}): Promise<Answer | null> {
  const settings = ServerConnection.makeSettings();
  try {
    const response = await ServerConnection.makeRequest(URLExt.join(settings.baseUrl, "campaign-workbench", "api", route), init, settings);
    return response.ok ? ((await response.json()) as Answer) : null;
  } catch {
    return null;
  }
}

/** Every store under the server's folder; null where the server does not answer. */
export async function stores(): Promise<readonly StoreState[] | null> {
  return (await ask<StoresAnswer>("stores"))?.stores ?? null;
}

/** Ask a job to stop; false where the server refuses or does not answer. */
export async function stop(store: string, job: string): Promise<boolean> {
  return (await ask<StopAnswer>("stop", { method: "POST", body: JSON.stringify({ store, job }) })) !== null;
}
