// The question under construction: which rows, per what, how much of one person, what is measured; and its price.
import type { ComponentChildren } from "preact";
import { useRef } from "preact/hooks";
import { Check, Choice, Confirmed, Entry, NumberEntry, useForm } from "../panel/controls";
import type { DomainLine, PrivateForm, PrivatePrice } from "../protocol";
import { Measures } from "./measures";
import { about, price as priced, type Props, sentences, type Words } from "./words";

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
          <div class="wb-long">
            {domains.map((domain) => (
              <Check
                key={domain.name}
                label={domainLabel(domain, domains, text)}
                checked={form.keys.includes(domain.name)}
                onChange={(on) => change({ keys: on ? [...form.keys, domain.name] : form.keys.filter((key) => key !== domain.name) })}
              />
            ))}
          </div>
        </fieldset>
        <Entry label={text.say("where")} value={form.where} placeholder={text.say("where.example")} onChange={(where) => change({ where })} />
        {table && (
          <details>
            <summary>{text.say("where.columns")}</summary>
            <div class="wb-note wb-long" tabIndex={0} role="region" aria-label={text.say("where.columns")}>
              {table.columns.join(", ")}
            </div>
          </details>
        )}
        <NumberEntry label={text.say("limit")} min={1} max={100000} value={form.limit} onChange={(limit) => change({ limit: limit === null ? null : Math.trunc(limit) })} />
        <NumberEntry label={text.say("epsilon")} min={0} step="any" placeholder={text.say("epsilon.default")} value={form.epsilon} onChange={(epsilon) => change({ epsilon })} />
      </form>
      <div>
        <Price {...props} form={form} waiting={waiting} />
        {children}
      </div>
    </div>
  );
}

function domainLabel({ name, column, values }: DomainLine, domains: readonly DomainLine[], text: Words): string {
  const alone = domains.filter((one) => one.column === column).length === 1;
  return text.say(alone ? "per.values" : "per.values.of", { column, name, n: text.number(values) });
}

function Price({ state, frame, text, ask, form, waiting }: Props & { form: PrivateForm; waiting: boolean }) {
  const status = useRef<HTMLDivElement>(null);
  const found = waiting ? null : state.price;
  const busy = frame.phase === "working" || frame.working !== "";
  const cost = found && priced(found.epsilon, text);
  const release = () => {
    if (!found) return;
    status.current?.focus();
    ask({ request: "ReleaseView", form, epsilon: found.epsilon });
  };
  return (
    <section class="wb-price" aria-label={text.say("price")}>
      <div role="status" tabIndex={-1} ref={status}>
        {busy ? <p>{text.say("price.releasing")}</p> : waiting ? <p class="wb-note">{text.say("price.wait")}</p> : <Said found={found} form={form} state={state} text={text} />}
      </div>
      {found?.free ? (
        <button type="button" disabled={busy} onClick={release}>
          {text.say("again")}
        </button>
      ) : (
        <Confirmed
          label={cost === null ? text.say("release.none") : text.say("release", { epsilon: cost })}
          warning={text.say("release.sure")}
          yes={text.say("release.yes", { epsilon: cost ?? "" })}
          no={text.say("back")}
          about={JSON.stringify([form, found?.epsilon])}
          disabled={busy || !found?.allowed}
          onYes={release}
        />
      )}
    </section>
  );
}

function Said({ found, form, state, text }: { found: PrivatePrice | null; form: PrivateForm; state: Props["state"]; text: Words }) {
  if (!form.measures.length) return <p class="wb-note">{text.say("price.add")}</p>;
  if (!found || !state.budget)
    return (
      <p>
        <b>{text.say("price.none")}</b> {state.problem}
      </p>
    );
  const { epsilon: all, spent } = state.budget;
  const errors = found.errors.map((one) => `${one.measure} ${about(one.error, text)}`).join(text.say("list"));
  const values = {
    epsilon: priced(found.epsilon, text),
    left: priced(Math.max(0, all - found.epsilon_after), text),
    spent: priced(spent, text),
    all: priced(all, text),
  };
  const paid = !found.free && found.allowed;
  return (
    <>
      <p>
        <b>{text.say(found.free ? "price.free" : paid ? "price.costs" : "price.refused", values)}</b>
      </p>
      <p class="wb-note">
        {sentences(
          [
            text.say(found.cells === 1 ? "price.error.one" : "price.error", { cells: text.number(found.cells), errors }),
            text.say("price.untouched"),
            ...(paid ? [text.say(found.more > 0 ? "price.more" : "price.last", { n: text.number(found.more) })] : []),
          ],
          text,
        )}
      </p>
    </>
  );
}
