// Progress of a job or of a moment's work: what, how far, how fast, how long yet, and Stop.
import { useState } from "preact/hooks";
import type { Frame, JobView } from "../protocol";
import type { Text } from "./text";

/** `stop` gives whether anybody was there to be asked. */
export function Work({ frame, text, stop }: { frame: Frame; text: Text; stop: () => Promise<boolean> }) {
  const job = frame.job;
  const atWork = job !== null && (job.state === "running" || job.state === "stopping");
  // The region stays on the page: a screen reader only hears of changes in one that was there before.
  return (
    <>
      <div class={atWork ? "wb-work" : "wb-quiet"}>
        {atWork && <Bar job={job} text={text} stop={stop} />}
        {!atWork && frame.working && (
          <p class="wb-moment">
            <span class="wb-spinner" aria-hidden="true" /> {frame.working}
          </p>
        )}
      </div>
      <p class="wb-unseen" aria-live="polite">
        {atWork ? announced(job, text) : frame.working || ended(job, text)}
      </p>
    </>
  );
}

function Bar({ job, text, stop }: { job: JobView; text: Text; stop: () => Promise<boolean> }) {
  const [asked, setAsked] = useState("");
  // The click is acknowledged at once; the job itself may take a moment to hear of it.
  const stopping = job.state === "stopping" || asked === job.id;
  const ask = async () => {
    setAsked(job.id);
    if (!(await stop())) setAsked("");
  };
  const share = job.total ? Math.min(1, job.done / job.total) : undefined;
  const unit = unitOf(job, text);
  const parts = [
    share === undefined ? `${text.number(job.done)} ${unit}` : text.percent(share, 0),
    ...(job.rate > 0 && job.unit !== "percent" ? [text.say("working.rate", { rate: text.number(job.rate, job.rate < 10 ? 1 : 0), unit })] : []),
    ...(job.seconds_left === null ? [] : [text.say("working.left", { left: text.duration(job.seconds_left) })]),
  ];
  return (
    <>
      <progress {...(share === undefined ? {} : { value: share })} max={1} aria-label={job.stage} />
      <span class="wb-figures">
        {job.stage} · {stopping ? text.say("stopping") : parts.join(" · ")}
      </span>
      <button type="button" class="wb-stop" disabled={stopping} onClick={ask}>
        {text.say("stop")}
      </button>
    </>
  );
}

/** Said aloud at every tenth only, so that a reader is not talked over. */
function announced(job: JobView, text: Text): string {
  if (job.state === "stopping") return text.say("stopping");
  const tenths = job.total ? Math.floor((10 * job.done) / job.total) : 0;
  return `${job.stage} ${text.percent(Math.min(1, tenths / 10), 0)}`;
}

function ended(job: JobView | null, text: Text): string {
  return job?.state === "stopped" ? text.say("stopped") : (job?.message ?? "");
}

function unitOf(job: JobView, text: Text): string {
  const key = `unit.${job.unit}`;
  const said = text.say(key);
  return said === key ? job.unit : said;
}
