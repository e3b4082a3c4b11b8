// Browser half of workbench/panels/load.py: which files, what their columns look like and where they go, and the load.
import { useEffect, useState } from "preact/hooks";
import { Answer } from "./load/answer";
import { Files } from "./load/files";
import { Kinds } from "./load/kinds";
import { Mapped } from "./load/mapped";
import type { Key, LoadAsk, Props, Samples } from "./load/words";
import messages from "./messages/load.json";
import { useForm } from "./panel/controls";
import { panel } from "./panel/shell";
import type { LoadState, MaskedSamples } from "./protocol";

function Body(props: Props) {
  const { state, text, ask } = props;
  const [form, change] = useForm(state.form, (form) => ask({ request: "LoadSettings", form }));
  const samples = useSamples(props);
  return (
    <div class="wb-columns">
      <Files {...props} form={form} change={change} />
      <div>
        {form.paths.length === 0 && !state.answer ? <p>{text.say("empty")}</p> : <Answer {...props} />}
        {form.paths.length > 0 && (form.source === "generic" ? <Kinds {...props} form={form} change={change} samples={samples} /> : <Mapped {...props} />)}
      </div>
    </div>
  );
}

/** What cells look like, by kind of file and column; told to an open panel, never part of its state. */
function useSamples({ hear }: Props): Samples {
  const [samples, keep] = useState<Samples>(new Map());
  useEffect(
    () =>
      hear((told) => {
        if (told.told !== "MaskedSamples") return;
        keep(new Map((told as MaskedSamples).columns.map((one) => [`${one.kind} ${one.column}`, one.samples])));
      }),
    [hear],
  );
  return samples;
}

export default panel<LoadState, LoadAsk, Exclude<Key, "title">>({ messages, Body, opening: { request: "ShowSamples" }, refreshing: { request: "Refresh" } });
