-- Which minutes are rolled up, and from how many stored rows: a rollup counts only while the minute still has as many.
-- orphan_count: children whose parents were not stored then; neighbour_row_count: the rows around the minute, where a
-- parent may still arrive.
CREATE TABLE IF NOT EXISTS rolled_minutes
(
  tenant LowCardinality(String),
  minute UInt32,
  row_count UInt64,
  orphan_count UInt64,
  neighbour_row_count UInt64,
  revision UInt64
)
ENGINE = ReplacingMergeTree(revision)
ORDER BY (tenant, minute)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1;

-- RED of the distinct spans of a minute. Rows of an earlier revision than the minute's own do not count.
CREATE TABLE IF NOT EXISTS red_minutes
(
  tenant LowCardinality(String),
  minute UInt32,
  service LowCardinality(String),
  name LowCardinality(String),
  kind UInt8,
  total Float64 CODEC(ZSTD(1)),
  errors Float64 CODEC(ZSTD(1)),
  duration_sum Float64 CODEC(ZSTD(1)),
  p50 UInt64 CODEC(ZSTD(1)),
  p95 UInt64 CODEC(ZSTD(1)),
  p99 UInt64 CODEC(ZSTD(1)),
  revision UInt64 CODEC(ZSTD(1))
)
ENGINE = ReplacingMergeTree(revision)
ORDER BY (tenant, service, minute, name, kind)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1;

-- Edges of the service graph by the minute of the child. Durations as a histogram that can be added up: the weight in
-- each bucket floor(log2(duration + 1) * 32).
CREATE TABLE IF NOT EXISTS edge_minutes
(
  tenant LowCardinality(String),
  minute UInt32,
  parent LowCardinality(String),
  child LowCardinality(String),
  total Float64 CODEC(ZSTD(1)),
  errors Float64 CODEC(ZSTD(1)),
  duration_sum Float64 CODEC(ZSTD(1)),
  buckets Array(UInt16) CODEC(ZSTD(1)),
  weights Array(Float64) CODEC(ZSTD(1)),
  revision UInt64 CODEC(ZSTD(1))
)
ENGINE = ReplacingMergeTree(revision)
ORDER BY (tenant, minute, parent, child)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1;
