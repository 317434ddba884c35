#ifndef SHIP_LOGLIST_H
#define SHIP_LOGLIST_H

#include "base/logfolder.h"
#include "ship/cursor.h"

/*
 * What there is in a log's folder at a moment: its files with what tells them
 * apart, and `current`.
 */
struct loglist {
	struct logfolder l;
	struct logfiles_one *file; /* by their names */
	const char **path;         /* of each */
	size_t n;
	uint64_t ino, bytes; /* of `current`; 0: there is none */
};

/* 0, or -1 with errno; loglist_close() after 0 */
int loglist_open(struct loglist *, const char *path);
void loglist_close(struct loglist *);
/* the file of a name, or NULL */
const char *loglist_path(const struct loglist *, const char *name);
/* does a file begin like the one of this place?  1, 0, also where it is gone;
 * -1 with errno: it cannot be read now */
int loglist_alike(const char *path, const struct cursor_at *);
/* the time of a file's first line; -1: it has none; LOGLIST_UNREAD, with errno:
 * it cannot be read now */
enum { LOGLIST_UNREAD = -2 };
int64_t loglist_first_us(const char *path);

#endif
