import { ByteWriter } from "hyparquet-writer/src/bytewriter.js";
import { ParquetWriter } from "hyparquet-writer/src/parquet-writer.js";
import type { RowCell, RowColumn, RowTable } from "../people/rows.ts";

type SchemaElement = ParquetWriter["schema"][number];

/** Rows of a row group: what is in memory at once. */
const rowsInGroup = 20_000;

/**
 * Rows as Parquet, piece by piece: texts as UTF-8, integers in 32 bits, moments in UTC to the millisecond, compressed with
 * Snappy. `madeBy` goes into the file. Source: the Apache Parquet format.
 */
export function* exportParquet(
  table: RowTable,
  rows: Iterable<readonly RowCell[]>,
  madeBy: string,
): Generator<Uint8Array> {
  const bytes = new ByteWriter();
  const taken = (): Uint8Array => {
    const piece = bytes.getBytes().slice();
    // Its count of all bytes goes on: places in the file are counted from the beginning.
    bytes.index = 0;
    return piece;
  };
  const writer = new ParquetWriter({ writer: bytes, schema: schemaOf(table), createdBy: madeBy });
  let columns = emptyColumns(table);
  let held = 0;
  const group = (): Uint8Array => {
    const columnData = table.columns.map(({ name }, at) => ({ name, data: columns[at] ?? [] }));
    void writer.write({ columnData, rowGroupSize: rowsInGroup });
    columns = emptyColumns(table);
    held = 0;
    return taken();
  };
  for (const row of rows) {
    table.columns.forEach((column, at) => columns[at]?.push(valueOf(column, row[at] ?? null)));
    if (++held === rowsInGroup) yield group();
  }
  if (held > 0) yield group();
  void writer.finish();
  yield taken();
}

function emptyColumns({ columns }: RowTable): readonly (Date | RowCell)[][] {
  return columns.map(() => []);
}

function valueOf({ kind }: RowColumn, cell: RowCell): Date | RowCell {
  return kind === "moment" && typeof cell === "number" ? new Date(cell * 1000) : cell;
}

const types: Readonly<Record<RowColumn["kind"], Omit<SchemaElement, "name">>> = {
  text: { type: "BYTE_ARRAY", converted_type: "UTF8" },
  integer: { type: "INT32" },
  boolean: { type: "BOOLEAN" },
  moment: {
    type: "INT64",
    converted_type: "TIMESTAMP_MILLIS",
    logical_type: { type: "TIMESTAMP", isAdjustedToUTC: true, unit: "MILLIS" },
  },
};

function schemaOf({ columns }: RowTable): SchemaElement[] {
  return [
    { name: "root", num_children: columns.length },
    ...columns.map(
      ({ name, kind, empty }): SchemaElement => ({
        name,
        ...types[kind],
        repetition_type: empty === "never" ? "REQUIRED" : "OPTIONAL",
      }),
    ),
  ];
}
