-- One row a received span; copies of a span are further rows. Attribute maps by type keep OTLP's types exactly.
-- Times far outside any clock's range share one partition each, so that broken clocks cannot make thousands of them.
CREATE TABLE IF NOT EXISTS spans
(
  tenant LowCardinality(String) CODEC(ZSTD(1)),
  trace_id FixedString(16) CODEC(ZSTD(1)),
  span_id FixedString(8) CODEC(NONE),
  parent_span_id FixedString(8) CODEC(ZSTD(1)),
  start_time_unix_nano UInt64 CODEC(Delta(8), ZSTD(1)),
  -- 0 where the end lies before the start; by how much it does is in the next column.
  duration_nano UInt64 CODEC(ZSTD(1)),
  negative_duration_nano UInt64 CODEC(ZSTD(1)),
  service LowCardinality(String) CODEC(ZSTD(1)),
  name LowCardinality(String) CODEC(ZSTD(1)),
  kind UInt8 CODEC(ZSTD(1)),
  status_code UInt8 CODEC(ZSTD(1)),
  status_message String CODEC(ZSTD(1)),
  is_error UInt8 CODEC(ZSTD(1)),
  trace_state String CODEC(ZSTD(1)),
  flags UInt32 CODEC(ZSTD(1)),
  weight Float64 CODEC(ZSTD(1)),
  dropped_attributes_count UInt32 CODEC(ZSTD(1)),
  dropped_events_count UInt32 CODEC(ZSTD(1)),
  dropped_links_count UInt32 CODEC(ZSTD(1)),
  -- Canonical text, see src/sql/canonical-resource.ts.
  resource LowCardinality(String) CODEC(ZSTD(1)),
  scope LowCardinality(String) CODEC(ZSTD(1)),
  attr_string Map(LowCardinality(String), String) CODEC(ZSTD(1)),
  attr_int Map(LowCardinality(String), Int64) CODEC(ZSTD(1)),
  attr_double Map(LowCardinality(String), Float64) CODEC(ZSTD(1)),
  attr_bool Map(LowCardinality(String), UInt8) CODEC(ZSTD(1)),
  -- Encoded OTLP AnyValue: bytes, arrays, maps, empty values.
  attr_other Map(LowCardinality(String), String) CODEC(ZSTD(1)),
  -- Encoded OTLP Span.Event and Span.Link messages, each behind its varint length, and what searches need of them.
  events String CODEC(ZSTD(1)),
  event_names Array(LowCardinality(String)) CODEC(ZSTD(1)),
  event_tokens Array(UInt32) CODEC(ZSTD(1)),
  links String CODEC(ZSTD(1)),
  link_trace_ids Array(FixedString(16)) CODEC(ZSTD(1)),
  link_span_ids Array(FixedString(8)) CODEC(ZSTD(1)),
  link_tokens Array(UInt32) CODEC(ZSTD(1)),
  -- Of everything but trace and span id. Rows with the same three count once.
  content_hash UInt32 CODEC(NONE),
  INDEX attr_string_values mapValues(attr_string) TYPE bloom_filter(0.01) GRANULARITY 4,
  INDEX attr_other_keys mapKeys(attr_other) TYPE bloom_filter(0.01) GRANULARITY 4,
  INDEX durations duration_nano TYPE minmax GRANULARITY 1,
  INDEX event_names_bloom event_names TYPE bloom_filter(0.01) GRANULARITY 4,
  INDEX event_tokens_bloom event_tokens TYPE bloom_filter(0.01) GRANULARITY 4,
  INDEX link_trace_ids_bloom link_trace_ids TYPE bloom_filter(0.01) GRANULARITY 4,
  INDEX link_tokens_bloom link_tokens TYPE bloom_filter(0.01) GRANULARITY 4
)
ENGINE = MergeTree
PARTITION BY multiIf(
  start_time_unix_nano < 946684800000000000, 0,
  start_time_unix_nano >= 4102444800000000000, 99999999,
  toYYYYMMDD(fromUnixTimestamp64Nano(toInt64(start_time_unix_nano), 'UTC')))
ORDER BY (tenant, intDiv(start_time_unix_nano, 10000000000), trace_id)
SETTINGS
  index_granularity = 2048,
  -- An insert's part is one file of data, not one a column: each file is flushed to disk by itself.
  min_bytes_for_wide_part = 134217728,
  -- Fewer and wider merges than by default (5): half the CPU of a sustained load, for a few more parts.
  merge_selector_base = 10,
  -- Column statistics, which no query of ours is planned by, cost a seventh of a merge.
  auto_statistics_types = '',
  non_replicated_deduplication_window = 1000,
  fsync_after_insert = 1,
  fsync_part_directory = 1;

-- Where in time a trace lies. A span that ends before it starts ends at its start here, as in an assembled trace; so no
-- span of a trace starts outside [first_start, last_end].
CREATE TABLE IF NOT EXISTS traces
(
  tenant LowCardinality(String),
  trace_id FixedString(16) CODEC(NONE),
  first_start SimpleAggregateFunction(min, UInt64) CODEC(Delta(8), ZSTD(1)),
  last_end SimpleAggregateFunction(max, UInt64) CODEC(Delta(8), ZSTD(1))
)
ENGINE = AggregatingMergeTree
ORDER BY (tenant, trace_id)
SETTINGS index_granularity = 1024, fsync_after_insert = 1, fsync_part_directory = 1;

CREATE MATERIALIZED VIEW IF NOT EXISTS traces_view TO traces AS
SELECT
  tenant,
  trace_id,
  min(start_time_unix_nano) AS first_start,
  max(start_time_unix_nano + duration_nano) AS last_end
FROM spans
GROUP BY tenant, trace_id;

-- Which operations each service has, and in which minutes of its spans' start times.
CREATE TABLE IF NOT EXISTS operations
(
  tenant LowCardinality(String),
  service LowCardinality(String),
  name LowCardinality(String),
  kind UInt8,
  minutes AggregateFunction(groupBitmap, UInt32)
)
ENGINE = AggregatingMergeTree
ORDER BY (tenant, service, name, kind)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1;

CREATE MATERIALIZED VIEW IF NOT EXISTS operations_view TO operations AS
SELECT
  tenant,
  service,
  name,
  kind,
  groupBitmapState(toUInt32(intDiv(start_time_unix_nano, 60000000000))) AS minutes
FROM spans
GROUP BY tenant, service, name, kind;

-- Stored rows (copies included) a minute: how dense time is, and whether a minute's rollup is still current.
CREATE TABLE IF NOT EXISTS minute_rows
(
  tenant LowCardinality(String),
  minute UInt32,
  row_count UInt64
)
ENGINE = SummingMergeTree
ORDER BY (tenant, minute)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1;

CREATE MATERIALIZED VIEW IF NOT EXISTS minute_rows_view TO minute_rows AS
SELECT
  tenant,
  toUInt32(intDiv(start_time_unix_nano, 60000000000)) AS minute,
  count() AS row_count
FROM spans
GROUP BY tenant, minute;

-- The distinct resources, to know whether any has an attribute before all spans are read for it.
CREATE TABLE IF NOT EXISTS resources
(
  tenant LowCardinality(String),
  resource String CODEC(ZSTD(1))
)
ENGINE = ReplacingMergeTree
ORDER BY (tenant, resource)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1;

CREATE MATERIALIZED VIEW IF NOT EXISTS resources_view TO resources AS
SELECT tenant, toString(resource) AS resource
FROM spans
GROUP BY tenant, resource;
