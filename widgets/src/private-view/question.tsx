// The question under construction: which rows, per what, how much of one person, what is measured; and its price.
import type { ComponentChildren } from "preact";
import { Check, Choice, Confirmed, Entry, useForm } from "../panel/controls";
import type { PrivateForm, PrivatePrice } from "../protocol";
import { Measures } from "./measures";
import { budgetLeft, price as priced, type Props, size } from "./words";

export function Question({ children, ...props }: Props & { children: ComponentChildren }) {
  const { state, text, ask } = props;
  const [form, change] = useForm(state.form, (form) => ask({ request: "PrivateSettings", form }), 150);
  // A price is shown only for the very question on the screen.
  const waiting = JSON.stringify(form) !== JSON.stringify(state.form);
  const table = state.tables.find((one) => one.name === form.table);
  const domains = state.domains.filter((domain) => table?.columns.includes(domain.column));
  return (
    <div class="wb-columns">
      {/* Enter leaves the question as it is: what spends the budget is never the default action. */}
      <form class="wb-controls" onSubmit={(event) => event.preventDefault()}>
        <Choice label={text.say("table")} value={form.table} options={state.tables.map((one) => [one.name, one.name])} onChange={(name) => change({ table: name, keys: [] })} />
        <Measures form={form} table={table} text={text} change={(measures) => change({ measures })} />
        <fieldset class="wb-group">
          <legend class="wb-label">{text.say("per")}</legend>
          {domains.length === 0 && <span class="wb-note">{text.say("per.none")}</span>}
          {domains.map((domain) => (
            <Check
              key={domain.name}
              label={text.say("per.values", { column: domain.column, n: domain.values })}
              checked={form.keys.includes(domain.name)}
              onChange={(on) => change({ keys: on ? [...form.keys, domain.name] : form.keys.filter((key) => key !== domain.name) })}
            />
          ))}
        </fieldset>
        <Entry label={text.say("where")} value={form.where} placeholder={text.say("where.example")} onChange={(where) => change({ where })} />
        {table && (
          <details>
            <summary>{text.say("where.columns")}</summary>
            <span class="wb-note">{table.columns.join(", ")}</span>
          </details>
        )}
        <Entry label={text.say("limit")} type="number" min={1} max={100000} value={String(form.limit)} onChange={(typed) => change({ limit: Math.max(1, Math.round(Number(typed) || 1)) })} />
        <Entry
          label={text.say("epsilon")}
          type="number"
          min={0}
          step="any"
          placeholder={text.say("epsilon.default")}
          value={form.epsilon === null ? "" : String(form.epsilon)}
          onChange={(typed) => change({ epsilon: typed === "" ? null : Number(typed) })}
        />
      </form>
      <div>
        <Price {...props} form={form} waiting={waiting} />
        {children}
      </div>
    </div>
  );
}

function Price({ state, frame, text, ask, form, waiting }: Props & { form: PrivateForm; waiting: boolean }) {
  const found = waiting ? null : state.price;
  const release = () => found && ask({ request: "ReleaseView", form, epsilon: found.epsilon });
  const busy = frame.phase === "working" || frame.working !== "";
  const cost = found && priced(found.epsilon, text);
  return (
    <section class="wb-price" aria-label={text.say("price")}>
      <div role="status">
        <Said found={found} waiting={waiting} form={form} state={state} text={text} />
      </div>
      {found?.free ? (
        <button type="button" disabled={busy} onClick={release}>
          {text.say("again")}
        </button>
      ) : (
        <Confirmed
          key={JSON.stringify(form)}
          label={cost === null ? text.say("release.none") : text.say("release", { epsilon: cost })}
          warning={text.say("release.sure")}
          yes={text.say("release.yes", { epsilon: cost ?? "" })}
          no={text.say("back")}
          disabled={busy || !found?.allowed}
          onYes={release}
        />
      )}
    </section>
  );
}

function Said({ found, waiting, form, state, text }: { found: PrivatePrice | null; waiting: boolean; form: PrivateForm; state: Props["state"]; text: Props["text"] }) {
  if (waiting) return <p class="wb-note">{text.say("price.wait")}</p>;
  if (!form.measures.length) return <p class="wb-note">{text.say("price.add")}</p>;
  if (!found || !state.budget)
    return (
      <p>
        <b>{text.say("price.none")}</b> {state.problem}
      </p>
    );
  const errors = found.errors.map((one) => `${one.measure} ±${size(one.error, text)}`).join(", ");
  const values = { epsilon: priced(found.epsilon, text), left: text.number(Math.max(0, state.budget.epsilon - found.epsilon_after), 2), all: text.number(state.budget.epsilon, 2) };
  return (
    <>
      <p>
        <b>{found.free ? text.say("price.free") : found.allowed ? text.say("price.costs", values) : text.say("price.refused", { ...values, left: text.number(budgetLeft(state.budget), 2) })}</b>
      </p>
      <p class="wb-note">
        {text.say(found.cells === 1 ? "price.error.one" : "price.error", { cells: text.number(found.cells), errors })} {text.say("price.untouched")}
      </p>
    </>
  );
}
