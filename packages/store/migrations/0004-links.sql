-- Which spans link to a trace, so that they are found without reading spans: the index on links in `spans` leaves far
-- more to read than a look-up may cost. A row a span and linked trace; links within a trace are its own matter.
CREATE TABLE IF NOT EXISTS links
(
  tenant LowCardinality(String),
  linked_trace_id FixedString(16) CODEC(ZSTD(1)),
  start_time_unix_nano UInt64 CODEC(Delta(8), ZSTD(1)),
  trace_id FixedString(16) CODEC(ZSTD(1)),
  span_id FixedString(8) CODEC(NONE)
)
ENGINE = ReplacingMergeTree
ORDER BY (tenant, linked_trace_id, start_time_unix_nano, trace_id, span_id)
SETTINGS index_granularity = 1024, fsync_after_insert = 1, fsync_part_directory = 1;

CREATE MATERIALIZED VIEW IF NOT EXISTS links_view TO links AS
SELECT
  tenant,
  arrayJoin(arrayDistinct(link_trace_ids)) AS linked_trace_id,
  start_time_unix_nano,
  trace_id,
  span_id
FROM spans
WHERE notEmpty(link_trace_ids) AND linked_trace_id != trace_id;

-- What was stored before; rows that are there already become one with theirs.
INSERT INTO links
SELECT
  tenant,
  arrayJoin(arrayDistinct(link_trace_ids)) AS linked_trace_id,
  start_time_unix_nano,
  trace_id,
  span_id
FROM spans
WHERE notEmpty(link_trace_ids) AND linked_trace_id != trace_id;
