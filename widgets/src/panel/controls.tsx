// Controls that name themselves: a label, the control, and what is wrong with it.
import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";

interface Named {
  readonly label: string;
  readonly note?: string | undefined;
}

export function Choice({ label, note, value, options, onChange }: Named & { value: string; options: readonly (readonly [string, string])[]; onChange: (value: string) => void }) {
  return (
    <Labelled label={label} note={note}>
      <select value={value} onChange={(event) => onChange(event.currentTarget.value)}>
        {options.map(([option, shown]) => (
          <option key={option} value={option}>
            {shown}
          </option>
        ))}
      </select>
    </Labelled>
  );
}

export function Entry({ label, note, value, type = "text", onChange, ...rest }: Named & { value: string; type?: "text" | "number"; min?: number; max?: number; step?: number | "any"; placeholder?: string; list?: string; onChange: (value: string) => void }) {
  return (
    <Labelled label={label} note={note}>
      {/* Enter submits; in JupyterLab it does not do so by itself. */}
      <input
        type={type}
        value={value}
        spellcheck={false}
        autocomplete="off"
        onInput={(event) => onChange(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key !== "Enter") return;
          event.preventDefault();
          event.currentTarget.form?.requestSubmit();
        }}
        {...rest}
      />
    </Labelled>
  );
}

export function Check({ label, checked, onChange }: { label: string; checked: boolean; onChange: (checked: boolean) => void }) {
  return (
    <label class="wb-check">
      <input type="checkbox" checked={checked} onChange={(event) => onChange(event.currentTarget.checked)} /> {label}
    </label>
  );
}

/** A number as it is typed: "0.0" on the way to 0.05 stays as it stands; null where there is none. */
export function NumberEntry({ value, onChange, ...rest }: Omit<Parameters<typeof Entry>[0], "value" | "type" | "onChange"> & { value: number | null; onChange: (value: number | null) => void }) {
  const [typed, setTyped] = useState("");
  const read = (text: string) => (text === "" ? null : Number(text));
  return (
    <Entry
      {...rest}
      type="number"
      value={typed !== "" && read(typed) === value ? typed : String(value ?? "")}
      onChange={(text) => {
        setTyped(text);
        onChange(read(text));
      }}
    />
  );
}

interface Asked {
  readonly label: string;
  readonly warning: string;
  readonly yes: string;
  readonly no: string;
  /** What would be done: what was asked about one thing is not done to another. */
  readonly about: string;
  readonly disabled: boolean;
  onYes(): void;
}

/** A button for what cannot be undone: the first click says so, the second does it; the way back has the focus. */
export function Confirmed({ label, warning, yes, no, about, disabled, onYes }: Asked) {
  const [asked, setAsked] = useState<string | null>(null);
  const first = useRef<HTMLButtonElement>(null);
  const back = useRef<HTMLButtonElement>(null);
  const armed = asked === about && !disabled;
  const was = useRef(false);
  useEffect(() => {
    if (armed) back.current?.focus();
    else setAsked(null);
    // Where the focus went down with its button, and nobody has moved on.
    if (!armed && was.current && document.activeElement === document.body) first.current?.focus();
    was.current = armed;
  }, [armed]);
  if (!armed)
    return (
      <button type="button" ref={first} disabled={disabled} onClick={() => setAsked(about)}>
        {label}
      </button>
    );
  return (
    <div class="wb-line-up" role="group" aria-label={warning}>
      <span>{warning}</span>
      <button type="button" ref={back} onClick={() => setAsked(null)}>
        {no}
      </button>
      <button
        type="button"
        class="wb-main"
        onClick={(event) => {
          // The second half of a double click was not meant for a button that has just come under it.
          if (event.detail > 1) return;
          setAsked(null);
          onYes();
        }}
      >
        {yes}
      </button>
    </div>
  );
}

export function Labelled({ label, note, children }: Named & { children: ComponentChildren }) {
  return (
    <label class="wb-control">
      <span class="wb-label">{label}</span>
      {children}
      {note && <span class="wb-note">{note}</span>}
    </label>
  );
}

/** A form as typed, told to the kernel a moment after the last change; the kernel's own changes replace it. */
export function useForm<Form>(kept: Form, tell: (form: Form) => void, wait = 200): [Form, (changes: Partial<Form>) => void] {
  const [form, setForm] = useState(kept);
  // What was told and has not come back: a slow kernel must not undo what was typed since.
  const told = useRef<string[]>([]);
  const timer = useRef<ReturnType<typeof setTimeout>>();
  const arrived = JSON.stringify(kept);
  const latest = useRef(arrived);
  latest.current = arrived;
  useEffect(() => {
    const back = told.current.lastIndexOf(arrived);
    // What comes back otherwise than it was told was changed by the kernel.
    const changed = back < 0;
    told.current.splice(0, changed ? 1 : back + 1);
    if (changed && told.current.length === 0 && timer.current === undefined) setForm(kept);
  }, [arrived]);
  const teller = useRef(tell);
  teller.current = tell;
  const due = useRef<() => void>();
  // What was typed last is told even where the panel closes.
  useEffect(() => () => timer.current !== undefined && due.current?.(), []);
  const change = (changes: Partial<Form>) => {
    const next = { ...form, ...changes };
    setForm(next);
    due.current = () => {
      clearTimeout(timer.current);
      timer.current = undefined;
      const text = JSON.stringify(next);
      // The kernel is silent about what it has already.
      if (text !== (told.current.at(-1) ?? latest.current)) told.current.push(text);
      teller.current(next);
    };
    clearTimeout(timer.current);
    timer.current = setTimeout(due.current, wait);
  };
  return [form, change];
}
