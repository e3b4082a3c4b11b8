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

/** A button for what cannot be undone: the first click says so, the second does it; the way back has the focus. */
export function Confirmed({ label, warning, yes, no, disabled, onYes }: { label: string; warning: string; yes: string; no: string; disabled: boolean; onYes: () => void }) {
  const [asked, setAsked] = useState(false);
  const back = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (asked) back.current?.focus();
  }, [asked]);
  if (!asked || disabled)
    return (
      <button type="button" disabled={disabled} onClick={() => setAsked(true)}>
        {label}
      </button>
    );
  return (
    <div class="wb-line-up" role="group" aria-label={warning}>
      <span>{warning}</span>
      <button type="button" ref={back} onClick={() => setAsked(false)}>
        {no}
      </button>
      <button
        type="button"
        class="wb-main"
        onClick={() => {
          setAsked(false);
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
