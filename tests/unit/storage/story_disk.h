/* story_disk.h - a disk that fails and loses power: an SQLite VFS around the real one.
 *
 * It watches the files below one directory each. It keeps what a disk would still have after a
 * power cut: what was synced, and of the writes since then any, in whole sectors. */
#pragma once

#include <stddef.h>

struct disk;

/* From now on SQLite's default. Call it before the first storage is opened. */
void disk_install(void);
struct disk *disk_watch(const char *directory);
/* Its files must be closed. */
void disk_forget(struct disk *d);
/* The nth write, sync or truncation from now on fails with that SQLite error, the ones behind it do
 * not. A write that fails is half done. */
void disk_fail_at(struct disk *d, int nth, int code);
/* The next read of the database or its WAL fails. */
void disk_fail_read(struct disk *d);
int disk_failures(struct disk *d); /* that happened */
/* Copies to another directory what is there after a power cut at this moment. */
void disk_cut_power(struct disk *d, const char *directory);
