// The answer: what the files hold, or what was loaded; and what the check of the first rows, or the load, found.
import { type Props, rowsOf, tableName } from "./words";

const MOST_NAMES = 8;

export function Answer(props: Props) {
  const { state, frame, text } = props;
  if (state.answer) return <Loaded {...props} />;
  const checking = state.checking && frame.phase !== "refused";
  return (
    <div aria-busy={checking}>
      {(state.check || !checking) && <Checked {...props} />}
      {checking && <p class="wb-note">{text.say("checking")}</p>}
    </div>
  );
}

function Loaded({ state: { answer }, text }: Props) {
  if (!answer) return null;
  return (
    <>
      <p class="wb-answer">{answer.already_loaded ? text.say("loaded.before") : text.say("loaded", { tables: rowsOf(answer.tables, text) })}</p>
      <p>
        {text.say("loaded.version", { version: answer.version })} {!!answer.bots && text.say("loaded.bots", { n: text.number(answer.bots) })}
      </p>
      <Aside tables={answer.tables} text={text} />
      <ul class="wb-list">
        {answer.notes.map((note) => (
          <li key={note} class="wb-note">
            {note}
          </li>
        ))}
      </ul>
    </>
  );
}

function Checked({ state, text }: Props) {
  const { check, files } = state;
  const names = files.length === 1 ? (files[0]?.name ?? "") : text.say("files.count", { n: files.length });
  if (!check) {
    return (
      <>
        {files.length > 0 && <p class="wb-answer">{text.say("holds.nothing", { files: names })}</p>}
        {state.problem && (
          <p class="wb-notice">
            <b>{text.say("problem")}</b> {state.problem}
          </p>
        )}
      </>
    );
  }
  const some = check.left_out.slice(0, MOST_NAMES).join(", ");
  const more = check.left_out.length - MOST_NAMES;
  const tables = check.tables.map((one) => tableName(one.table, text)).join(", ");
  return (
    <>
      <p class="wb-answer">{text.say("holds", { files: names, tables })}</p>
      <p class="wb-note">
        {text.say("first", { rows: text.number(check.rows) })} {check.tables.every((one) => !one.set_aside.length) && text.say("aside.none")}
      </p>
      <Aside tables={check.tables} text={text} />
      {check.left_out.length > 0 && <p class="wb-note">{text.say("left_out", { columns: more > 0 ? text.say("left_out.more", { columns: some, n: more }) : some })}</p>}
      {check.passed_over > 0 && <p class="wb-note">{text.say("passed_over", { n: text.number(check.passed_over) })}</p>}
    </>
  );
}

function Aside({ tables, text }: { tables: NonNullable<Props["state"]["check"]>["tables"]; text: Props["text"] }) {
  const lines = tables.flatMap((one) => one.set_aside.map((part) => ({ ...part, table: tableName(one.table, text) })));
  return (
    <>
      {lines.map((line) => (
        <p key={`${line.table} ${line.reason}`} class="wb-harm">
          {text.say("aside", { rows: text.number(line.rows), table: line.table, reason: line.reason })}
        </p>
      ))}
    </>
  );
}
