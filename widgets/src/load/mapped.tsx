// What a known log format fills, column by column.
import { Table } from "../panel/table";
import { type Props, tableName } from "./words";

export function Mapped({ state, text }: Props) {
  const mapped = state.check?.mapped ?? [];
  if (!mapped.length) return null;
  const caption = text.say("columns");
  return (
    <>
      <h3>{caption}</h3>
      <p class="wb-note">{state.sources.find((one) => one.name === state.form.source)?.title}</p>
      <Table
        text={text}
        caption={caption}
        heads={[text.say("filled"), text.say("filled.by"), text.say("filled.nulls"), text.say("filled.distinct")]}
        rows={mapped.map((one) => [
          `${tableName(one.table, text)} · ${one.column}`,
          one.personal ? text.say("filled.people", { origin: one.origin }) : one.origin,
          text.percent(one.nulls),
          text.number(one.distinct),
        ])}
      />
    </>
  );
}
