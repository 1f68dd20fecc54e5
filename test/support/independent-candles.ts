import { DatabaseSync } from 'node:sqlite';

/** A candle as plain SQL makes it out of the raw file; no code of the server has a part in it. */
export interface SqlCandle {
  readonly t: number;
  readonly o: number;
  readonly h: number;
  readonly l: number;
  readonly c: number;
  readonly v: number;
  readonly n: number;
}

/** Candles of `ms` each over a file of `symbol,t_ms,price,volume` lines, oldest first. */
export function sqlCandles(csv: string, ms: number): SqlCandle[] {
  const db = new DatabaseSync(':memory:');
  db.exec('CREATE TABLE raw (line INTEGER PRIMARY KEY, t INTEGER, p REAL, v REAL)');
  const insert = db.prepare('INSERT INTO raw (t, p, v) VALUES (?, ?, ?)');
  for (const line of csv.trim().split('\n').slice(1)) {
    const [, t, p, v] = line.split(',');
    insert.run(Number(t), Number(p), Number(v));
  }
  const rows = db
    .prepare(
      `SELECT DISTINCT bucket * CAST(?1 AS INTEGER) AS t,
         FIRST_VALUE(p) OVER (PARTITION BY bucket ORDER BY t, line) AS o,
         MAX(p) OVER (PARTITION BY bucket) AS h,
         MIN(p) OVER (PARTITION BY bucket) AS l,
         FIRST_VALUE(p) OVER (PARTITION BY bucket ORDER BY t DESC, line DESC) AS c,
         SUM(v) OVER (PARTITION BY bucket) AS v,
         COUNT(*) FILTER (WHERE v > 0) OVER (PARTITION BY bucket) AS n
       FROM (SELECT line, t, p, v, t / CAST(?1 AS INTEGER) AS bucket FROM raw) ORDER BY bucket`,
    )
    .all(ms);
  db.close();
  return rows.map(({ t, o, h, l, c, v, n }) => ({
    t: Number(t),
    o: Number(o),
    h: Number(h),
    l: Number(l),
    c: Number(c),
    v: Number(v),
    n: Number(n),
  }));
}
