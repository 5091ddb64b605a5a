-- An insert whose content was inserted before is skipped in `spans`, but its rows were counted once more here: the minute
-- then never had as many rows as were counted, and was never rolled up. Now both tables skip the same inserts: each
-- remembers equally many, counted by partition, so the partitions are the same too, and both start from nothing.
DROP VIEW IF EXISTS minute_rows_view;

DROP TABLE IF EXISTS minute_rows;

ALTER TABLE spans MODIFY SETTING non_replicated_deduplication_window = 0;

ALTER TABLE spans MODIFY SETTING non_replicated_deduplication_window = 1000;

CREATE TABLE minute_rows
(
  tenant LowCardinality(String),
  minute UInt32,
  row_count UInt64
)
ENGINE = SummingMergeTree
PARTITION BY multiIf(
  minute < 15778080, 0,
  minute >= 68374080, 99999999,
  toYYYYMMDD(fromUnixTimestamp64Nano(toInt64(minute) * 60000000000, 'UTC')))
ORDER BY (tenant, minute)
SETTINGS non_replicated_deduplication_window = 1000, fsync_after_insert = 1, fsync_part_directory = 1;

-- What is stored: copies included, as the view counts them.
INSERT INTO minute_rows
SELECT
  tenant,
  toUInt32(intDiv(start_time_unix_nano, 60000000000)) AS minute,
  count() AS row_count
FROM spans
GROUP BY tenant, minute
SETTINGS max_partitions_per_insert_block = 0;

CREATE MATERIALIZED VIEW minute_rows_view TO minute_rows AS
SELECT
  tenant,
  toUInt32(intDiv(start_time_unix_nano, 60000000000)) AS minute,
  count() AS row_count
FROM spans
GROUP BY tenant, minute;
