-- Requests (spans whose parent is not in their service) of a minute by service and name. Durations as in edge_minutes.
-- Rows of an earlier revision than the minute's own do not count.
CREATE TABLE IF NOT EXISTS request_minutes
(
  tenant LowCardinality(String),
  minute UInt32,
  service LowCardinality(String),
  name LowCardinality(String),
  total Float64 CODEC(ZSTD(1)),
  errors Float64 CODEC(ZSTD(1)),
  duration_sum Float64 CODEC(ZSTD(1)),
  shortest UInt64 CODEC(ZSTD(1)),
  longest UInt64 CODEC(ZSTD(1)),
  buckets Array(UInt16) CODEC(ZSTD(1)),
  weights Array(Float64) CODEC(ZSTD(1)),
  revision UInt64 CODEC(ZSTD(1))
)
ENGINE = ReplacingMergeTree(revision)
ORDER BY (tenant, minute, service, name)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1;

-- How many of a rolled minute's rows are distinct: where all are, spans are counted without looking for copies. 0 in
-- minutes that were rolled up before there were requests; these are rolled up again.
ALTER TABLE rolled_minutes ADD COLUMN IF NOT EXISTS distinct_row_count UInt64 DEFAULT 0;
