/* storage_test.h - what only tests do to a storage. */
#pragma once

#include "storage/storage.h"

/* While held nothing is committed; sealed batches wait. storage_close ends it. */
void storage_test_hold(struct storage *s, bool held);
/* Commits fail with that SQLite result code (13: disk full) until it is 0 again. */
void storage_test_fail(struct storage *s, int code);
