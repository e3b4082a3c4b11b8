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

export function Entry({ label, note, value, type = "text", onChange, ...rest }: Named & { value: string; type?: "text" | "number"; min?: number; max?: number; step?: number | "any"; placeholder?: string; onChange: (value: string) => void }) {
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
  const sent = useRef(JSON.stringify(kept));
  const timer = useRef<ReturnType<typeof setTimeout>>();
  const arrived = JSON.stringify(kept);
  useEffect(() => {
    if (arrived !== sent.current && timer.current === undefined) setForm(kept);
    sent.current = arrived;
  }, [arrived]);
  useEffect(() => () => clearTimeout(timer.current), []);
  const change = (changes: Partial<Form>) => {
    const next = { ...form, ...changes };
    setForm(next);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => {
      timer.current = undefined;
      sent.current = JSON.stringify(next);
      tell(next);
    }, wait);
  };
  return [form, change];
}
