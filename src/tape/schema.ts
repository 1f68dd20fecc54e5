/** The version of the file's form, kept in SQLite's `user_version`. A file with a higher one is not touched. */
export const SCHEMA_VERSION = 1;

/**
 * The tape on disk. One row a trade, so that anybody can ask it in plain SQL (the view `tape` has names and times in full),
 * about 31 bytes each: small numbers stand for symbol, epoch and conditions, and times count from the epoch. Rows lie by
 * (symbol, epoch, seq): a symbol's stretch is read in one go, and it is deleted from its beginning.
 *
 * Candles of a minute and of a day are kept a row an epoch, so that the recorder only ever adds to rows of its own epoch;
 * readers merge them. `lo` and `hi` are the first and last number of the trades in it, by which trades are found by time
 * without an index of their own; those of a minute cover every trade made in it, also one that is in no candle.
 *
 * A gap stands in `epoch` after trade `seq` (0: before the first). `to_seq` is the next number there; NULL where the epoch
 * ended meanwhile, and the next row is of a later one.
 *
 * `last_epoch` is the newest epoch in which a symbol was being seen. `missing_since` and `missing_cause` are of a symbol that
 * is not being seen now; where they are NULL and a later epoch has begun, it is missing since the end of its last one.
 * `epochs.heard` is when the feed was last heard in that epoch, which dates the end of one that was killed.
 */
export const SCHEMA = `
CREATE TABLE symbols (
  id INTEGER PRIMARY KEY,
  symbol TEXT NOT NULL UNIQUE,
  figi TEXT,
  first_seen INTEGER NOT NULL,
  last_epoch INTEGER,
  missing_since INTEGER,
  missing_cause TEXT
) STRICT;
CREATE TABLE epochs (
  id INTEGER PRIMARY KEY,
  epoch INTEGER NOT NULL UNIQUE,
  heard INTEGER NOT NULL
) STRICT;
CREATE TABLE conditions (
  id INTEGER PRIMARY KEY,
  c TEXT NOT NULL UNIQUE,
  flags INTEGER NOT NULL
) STRICT;
CREATE TABLE trades (
  symbol INTEGER NOT NULL,
  epoch INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  t INTEGER NOT NULL,
  p REAL NOT NULL,
  v REAL NOT NULL,
  c INTEGER NOT NULL,
  PRIMARY KEY (symbol, epoch, seq)
) STRICT, WITHOUT ROWID;
CREATE TABLE gaps (
  symbol INTEGER NOT NULL,
  epoch INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  n INTEGER NOT NULL,
  cause TEXT NOT NULL,
  from_t INTEGER NOT NULL,
  to_t INTEGER NOT NULL,
  to_seq INTEGER,
  PRIMARY KEY (symbol, epoch, seq, n)
) STRICT, WITHOUT ROWID;
CREATE INDEX gaps_by_time ON gaps (symbol, to_t);
CREATE TABLE candles (
  symbol INTEGER NOT NULL,
  interval INTEGER NOT NULL,
  t INTEGER NOT NULL,
  epoch INTEGER NOT NULL,
  o REAL, h REAL, l REAL, c REAL,
  open_t INTEGER, open_seq INTEGER,
  close_t INTEGER, close_seq INTEGER,
  v REAL NOT NULL, rest REAL NOT NULL, n INTEGER NOT NULL,
  lo INTEGER NOT NULL, hi INTEGER NOT NULL,
  PRIMARY KEY (symbol, interval, t, epoch)
) STRICT, WITHOUT ROWID;
CREATE TABLE splits (
  symbol INTEGER NOT NULL,
  t INTEGER NOT NULL,
  close REAL NOT NULL,
  previous_close REAL NOT NULL,
  PRIMARY KEY (symbol, t)
) STRICT, WITHOUT ROWID;
CREATE VIEW tape AS
  SELECT s.symbol AS symbol, e.epoch AS epoch, seq, e.epoch + t AS t, p, v, c.c AS c, c.flags AS flags
  FROM trades JOIN symbols s ON s.id = trades.symbol JOIN epochs e ON e.id = trades.epoch
  JOIN conditions c ON c.id = trades.c;
`;
