-- A file a column in parts of at least so many bytes, uncompressed. An insert's part stays below it, one file of data to
-- flush to disk; what a merge writes is above it: merges that write one file cost almost twice as much CPU. Buffers of
-- those files start small, so that merges need less memory.
ALTER TABLE spans MODIFY SETTING min_bytes_for_wide_part = 33554432, min_columns_to_activate_adaptive_write_buffer = 1;
