// Which files, read as what; and Load.
import { useEffect, useRef, useState } from "preact/hooks";
import { Choice, Entry, NumberEntry } from "../panel/controls";
import { host } from "../panel/lab";
import type { SourceLine } from "../protocol";
import { bytes, type FormProps } from "./words";

export function Files(props: FormProps) {
  const { state, form, change, frame, text, ask } = props;
  const busy = frame.phase === "working" || frame.working !== "";
  const look = (paths: readonly string[]) => ask({ request: "LookAt", paths });
  const place = useRef<HTMLDivElement>(null);
  const add = useRef<(paths: readonly string[]) => void>();
  add.current = (paths) => {
    if (!busy) look([...form.paths, ...paths]);
  };
  useEffect(() => (place.current ? host()?.dropped(place.current, (paths) => add.current?.(paths)) : undefined), []);
  return (
    <div class="wb-controls" ref={place}>
      <Add {...props} add={(path) => look([...form.paths, path])} busy={busy} />
      {form.paths.length > 0 && (
        <section aria-label={text.say("files")}>
          <ul class="wb-list">
            {form.paths.map((path) => (
              <li key={path}>
                <span>{path}</span>
                <button type="button" class="wb-remove" disabled={busy} aria-label={text.say("remove", { name: path })} onClick={() => look(form.paths.filter((one) => one !== path))}>
                  ×
                </button>
              </li>
            ))}
          </ul>
          {state.files.map((file, at) => (
            <p key={at} class="wb-note">
              {state.files.length > 1 && `${file.name}: `}
              {file.rows === null
                ? text.say("size.only", { size: bytes(file.size, text) })
                : text.say(file.rows < 1000 || file.name.toLowerCase().endsWith(".parquet") ? "size.exact" : "size", { size: bytes(file.size, text), rows: text.number(file.rows) })}
            </p>
          ))}
        </section>
      )}
      {form.paths.length > 0 && (
        <>
          <Choice label={text.say("source")} value={form.source} options={state.sources.map((one) => [one.name, source(one, text)])} onChange={(source) => change({ source })} />
          <NumberEntry
            label={text.say("set_aside")}
            note={text.say("set_aside.note")}
            min={0}
            max={100}
            step="any"
            value={Number((form.set_aside * 100).toPrecision(6))}
            onChange={(percent) => change({ set_aside: Math.min(100, Math.max(0, percent ?? 0)) / 100 })}
          />
          <button type="button" class="wb-main" disabled={busy || state.problem !== "" || state.check === null} onClick={() => ask({ request: "StartLoading", form })}>
            {text.say("load")}
          </button>
        </>
      )}
    </div>
  );
}

function Add({ state, form, text, add, busy }: FormProps & { add: (path: string) => void; busy: boolean }) {
  const [typed, type] = useState("");
  // A path that was refused stays, to be mended.
  useEffect(() => {
    if (form.paths.includes(typed.trim())) type("");
  }, [form.paths.length]);
  const [id] = useState(() => `wb-found-${Math.random().toString(36).slice(2)}`);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (!typed.trim() || busy) return;
        add(typed.trim());
      }}
    >
      <div class="wb-add">
        <Entry label={text.say("path")} value={typed} list={id} onChange={type} />
        <button type="submit" disabled={busy || !typed.trim()}>
          {text.say("add")}
        </button>
      </div>
      <span class="wb-note">{text.say("path.note")}</span>
      <datalist id={id}>
        {state.found.map((path) => (
          <option key={path} value={path} />
        ))}
      </datalist>
    </form>
  );
}

function source(one: SourceLine, text: FormProps["text"]): string {
  if (one.share === null) return text.say("source.generic");
  return one.share > 0 ? text.say("source.recognised", { name: one.name, share: text.percent(one.share, 0) }) : one.name;
}
