/** Column name of a property, as `PostgresNaming` derives it: `createdAt` → `created_at`. */
type ColumnName<Property extends string> = Property extends `${infer First}${infer Rest}`
  ? `${First extends Lowercase<First> ? First : `_${Lowercase<First>}`}${ColumnName<Rest>}`
  : '';

/** Row of the table of an entity, as a SQL statement returns it. */
export type RowOf<Entity extends object> = {
  [Property in keyof Entity & string as ColumnName<Property>]: Entity[Property];
};

/** The given columns of the table of an entity. */
export type ColumnsOf<Entity extends object, Column extends keyof RowOf<Entity>> = Pick<
  RowOf<Entity>,
  Column
>;

/** A row whose columns are selected under names with a prefix. */
export type Prefixed<Prefix extends string, Row> = {
  [Column in keyof Row & string as `${Prefix}${Column}`]: Row[Column];
};

/** Select list of a row type. The compiler requires each of its columns and no other. */
export function selectList<Row>(columns: Record<keyof Row & string, true>): string {
  return Object.keys(columns).join(', ');
}

/** Items of rows by conversation id, in the order of the rows. */
export function groupByConversation<Row extends { conversation_id: string }, Item>(
  rows: readonly Row[],
  toItem: (row: Row) => Item,
): Map<string, Item[]> {
  const groups = new Map<string, Item[]>();
  for (const row of rows) {
    const items = groups.get(row.conversation_id) ?? [];
    items.push(toItem(row));
    groups.set(row.conversation_id, items);
  }
  return groups;
}
