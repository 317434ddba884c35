#ifndef QUEUE_NAME_H
#define QUEUE_NAME_H

#include <stddef.h>
#include <stdint.h>

/*
 * Message ids.  20 characters of 0-9 a-v: 11 for the microseconds since
 * 1970, 7 for the injector (drawn at its start), 2 for the directory.  So
 * ids sort by time, tell their age and their place, and need no counter on
 * disk.  mess/DD/ID is the file, DD of 00..1v (64 directories).
 */
enum {
	NAME_LEN = 20,
	NAME_DIRS = 64,
	NAME_FOLDER_LEN = 7,         /* "mess/DD" */
	NAME_PATH_LEN = 8 + NAME_LEN /* "mess/DD/" and the id */
};

/* out gets NAME_LEN characters and a NUL */
void name_make(char *out, int64_t us, uint64_t injector, unsigned dir);
/* 0 if s[0..n) is a well-formed id, else -1 */
int name_check(const char *s, size_t n);
int64_t name_time_us(const char *id);
unsigned name_dir(const char *id);
/* "mess/DD" of a directory below NAME_DIRS, out has room for
 * NAME_FOLDER_LEN + 1 */
void name_folder(char *out, unsigned dir);
/* "mess/DD/ID", out has room for NAME_PATH_LEN + 1 */
void name_path(char *out, const char *id);

#endif
